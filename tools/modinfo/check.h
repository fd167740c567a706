/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether a module would load into a kernel, in words.
 *
 * One owner, no locks, may block on disk, not signal-safe.  Running out of
 * memory ends the program.
 */
#ifndef TOOLS_MODINFO_CHECK_H
#define TOOLS_MODINFO_CHECK_H

#include <stdbool.h>
#include <stddef.h>

struct info;
struct modelf;
struct target;

struct reasons {
	char **text;
	size_t n;
};

struct verdict {
	const char *kernel; /* its release */
	bool loads;
	bool sure; /* false: it may load, but not all could be looked at */
	struct reasons why; /* why it would not load; none: it may */
	struct reasons notes; /* what was not looked at, what is unusual */
	char *summary; /* of the reasons, in a line */
};

/* @elf NULL: built in, which is not loaded at all. */
void check_module(struct target *target, const struct info *info,
		  struct modelf *elf, struct verdict *verdict);
void verdict_free(struct verdict *verdict);

/* The verdict in one line, on stdout. */
void check_print(const struct info *info, const struct verdict *verdict);

#endif
