/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known of one module: the strings of its .modinfo, its build-id and
 * signature, its parameters.
 *
 * One owner, no locks, not signal-safe.  Running out of memory ends the
 * program.
 */
#ifndef TOOLS_MODINFO_INFO_H
#define TOOLS_MODINFO_INFO_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/modinfo/signature.h"

struct modelf;

/* "key=value"; @value_size leaves the NUL out. */
struct info_line {
	const char *key, *value;
	size_t key_size, value_size;
};

/* All that it points to belongs to the file that it was read from. */
struct info {
	const char *path; /* NULL: built into the kernel */
	const char *name;
	struct info_line *line;
	size_t nr_lines, cap_lines;
	const unsigned char *build_id; /* NULL: none */
	size_t build_id_size;
	bool is_signed;
	struct signature signature;
};

/* Fills in all but @path and @name; keeps the memory of @info's lines.
 * -ENOENT: it says nothing of itself. */
int info_from_elf(struct info *info, struct modelf *elf);

/* The same for what is built in, from modules.builtin.modinfo, which @data
 * holds: strings "module.key=value". */
void info_from_builtin(struct info *info, const char *data, size_t size,
		       const char *name);

void info_free(struct info *info);

/* The first value of @key, or NULL. */
const char *info_value(const struct info *info, const char *key);

bool info_key_is(const struct info_line *line, const char *key);

/* A module's parameter, of what "parm" and "parmtype" say. */
struct info_parm {
	const char *name;
	size_t name_size;
	const char *text, *type; /* NULL: not given; NUL-terminated */
};

/*
 * All parameters in the order in which they were first named; the caller
 * frees @parms.  Of several texts or types, the last counts.  @bad is called for each line without a colon.
 */
void info_parms(const struct info *info, struct info_parm **parms, size_t *n,
		void (*bad)(const struct info_line *line));

#endif
