/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A module's information on stdout: as text in the form that modinfo has had
 * ever since, or as JSON.
 *
 * Main thread.  Prints with the unlocked calls of stdio.
 */
#ifndef TOOLS_MODINFO_SHOW_H
#define TOOLS_MODINFO_SHOW_H

#include <stddef.h>

struct info;
struct verdict;

struct show_how {
	const char *field; /* NULL: all of them */
	char separator; /* '\n', or '\0' with -0 */
};

void show_text(const struct info *info, const struct show_how *how);

/* What comes before the rest, also when the rest cannot be read; with a field,
 * nothing unless it is the file's name, or the name of what is built in. */
void show_text_head(const struct info *info, const struct show_how *how);

/* The array that the objects stand in. */
void show_json_begin(void);
void show_json_end(void);

/* @verdict may be NULL. */
void show_json(const struct info *info, const struct verdict *verdict);

#endif
