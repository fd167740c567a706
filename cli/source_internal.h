/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files behind cli/source.h share.
 *
 * The contract is that of cli/source.h.
 */
#ifndef CLI_SOURCE_INTERNAL_H
#define CLI_SOURCE_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

struct strbuf;

/* A place in a module, as the kernel names it: "function+0xe/0x40". */
struct source_place {
	char function[512]; /* the kernel's KSYM_NAME_LEN, or more than it */
	uint64_t offset;
	uint64_t size; /* up to the next symbol, so often more than st_size */
	bool is_return; /* of the call before, not of the instruction there */
};

/* source_debug.c */

/* A module's file with its debug information. */
struct source_debug;

/* 0; -ENODATA when there is no usable debug information; another -errno when
 * the file cannot be read. */
int source_debug_open(const char *path, struct source_debug **result);
void source_debug_close(struct source_debug *debug);

/* Adds "a.c:12 inlined by b.c:30".  -ENOENT when nothing is known of the place
 * (or its name means several), and then nothing was added. */
int source_debug_find(struct source_debug *debug,
		      const struct source_place *place, struct strbuf *out);

/*
 * Where @function, of @size bytes in the symbol table, begins: adds its file to
 * @path, absolute if the compiler's directory is known.  -ENOENT as above.
 */
int source_debug_begin(struct source_debug *debug, const char *function,
		       uint64_t size, struct strbuf *path, int *number);

/* The directory of the module's file, for source_path_add(); may be NULL. */
const char *source_debug_dir(const struct source_debug *debug);

/* source_path.c */

/* The absolute directory that @path lies in, without links; the caller frees
 * it.  NULL when there is none. */
char *source_path_dir(const char *path);

/* Adds @path as people want to read it: relative to the directory @dir (may be
 * NULL) when below it, else its last two components.  @path is of @base, which
 * may be NULL, when not absolute. */
void source_path_add(struct strbuf *out, const char *dir, const char *base,
		     const char *path);

#endif
