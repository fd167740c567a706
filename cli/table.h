/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A table of words in columns, as wide as what they hold: numbers to the right,
 * all else to the left.
 *
 * One owner, no locks, allocates, blocks only on what it prints to; running
 * out of memory ends the program.
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stddef.h>
#include <stdio.h>

struct table {
	char **cell; /* row by row; NULL ends a row */
	size_t n, cap;
};

/* Adds a cell to the row at the end. */
void table_add(struct table *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void table_end_row(struct table *table);

/* Prints each row behind @indent spaces, without spaces at its end. */
void table_print(const struct table *table, int indent, FILE *out);
void table_free(struct table *table);

/* Prints @text behind @indent spaces, going on there in further lines rather
 * than beyond 79 columns; @column is where the first line is already. */
void table_wrap(const char *text, int indent, int column, FILE *out);

#endif
