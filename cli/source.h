/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Source lines for the kernel's log: what "hello_init+0xe/0x1000 [hello]" is
 * in hello.c, from the debug information in the module's file.
 *
 * One owner at a time, no locks, allocates, may block on disk, not
 * signal-safe.  Files may hold anything: what is damaged, gone or has no debug
 * information adds nothing to a line, and is no error.
 */
#ifndef CLI_SOURCE_H
#define CLI_SOURCE_H

struct strbuf;

/* All modules of a run. */
struct source_map;

int source_open(struct source_map **map);
void source_close(struct source_map *map);

/*
 * Tells where module @name, as the kernel writes it in brackets, came from:
 * @path is the .ko, which may be compressed.  Both are copied, and the file is
 * not looked at before a line refers to it: it has to stay as it is until
 * then, and a relative @path is of the directory that is current then.  A name
 * told again has the new file from then on.
 * Returns 0 or -ENOMEM.
 */
int source_add(struct source_map *map, const char *name, const char *path);

/*
 * Adds @line to @out, and behind it, before its newline if it ends in one,
 * " (hello.c:12)" for each reference to a module that can be resolved; with
 * inlined functions " (list.h:40 inlined by hello.c:12)", innermost first.
 *
 * A call trace holds return addresses, so there the line is that of the call
 * before; after "RIP:" and "at" the address is the instruction's own.
 * References that stand behind "file:line" already, or belong to the kernel
 * itself, are left alone.
 *
 * Paths are relative to the module's directory when below it, else they are
 * the last two components.
 */
void source_annotate(struct source_map *map, const char *line,
		     struct strbuf *out);

#endif
