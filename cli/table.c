// SPDX-License-Identifier: GPL-2.0-only
/*
 * A table of words in columns.
 *
 * One owner, no locks, allocates, blocks only on what it prints to.
 */
#include "cli/table.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 79

struct column {
	int width;
	bool number;
};

static void push(struct table *table, char *cell)
{
	if (table->n == table->cap) {
		table->cap = table->cap ? table->cap * 2 : 64;
		table->cell =
			realloc(table->cell, table->cap * sizeof(*table->cell));
		if (!table->cell)
			abort();
	}
	table->cell[table->n++] = cell;
}

void table_add(struct table *table, const char *format, ...)
{
	va_list ap;
	char *cell;

	va_start(ap, format);
	if (vasprintf(&cell, format, ap) < 0)
		abort();
	va_end(ap);
	push(table, cell);
}

void table_end_row(struct table *table)
{
	push(table, NULL);
}

/* Decimal, hexadecimal or a percentage; "-" stands for none. */
static bool is_number(const char *cell)
{
	if (!*cell || !strcmp(cell, "-"))
		return true;
	return strspn(cell, "0123456789abcdefx.,%") == strlen(cell) &&
	       *cell >= '0' && *cell <= '9';
}

static size_t count_columns(const struct table *table)
{
	size_t most = 0, column = 0;

	for (size_t i = 0; i < table->n; i++) {
		column = table->cell[i] ? column + 1 : 0;
		if (column > most)
			most = column;
	}
	return most;
}

/* The first row may be headings. */
static void measure(const struct table *table, struct column *columns)
{
	size_t column = 0;
	bool first = true;

	for (size_t i = 0; i < table->n; i++) {
		const char *cell = table->cell[i];

		if (!cell) {
			column = 0;
			first = false;
			continue;
		}
		if ((int)strlen(cell) > columns[column].width)
			columns[column].width = strlen(cell);
		if (!first && !is_number(cell))
			columns[column].number = false;
		column++;
	}
}

void table_print(const struct table *table, int indent, FILE *out)
{
	size_t n = count_columns(table), column = 0;
	struct column *columns = calloc(n + 1, sizeof(*columns));
	int pending = indent;

	if (!columns)
		abort();
	for (size_t i = 0; i < n; i++)
		columns[i].number = true;
	measure(table, columns);
	for (size_t i = 0; i < table->n; i++) {
		const char *cell = table->cell[i];
		int space;

		if (!cell) {
			fputc('\n', out);
			column = 0;
			pending = indent;
			continue;
		}
		space = columns[column].width - (int)strlen(cell);
		if (columns[column].number)
			pending += space;
		if (*cell)
			fprintf(out, "%*s%s", pending, "", cell);
		pending = (*cell ? 0 : pending + (int)strlen(cell)) + 2;
		if (!columns[column].number)
			pending += space;
		column++;
	}
	free(columns);
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->n; i++)
		free(table->cell[i]);
	free(table->cell);
	*table = (struct table){0};
}

void table_wrap(const char *text, int indent, int column, FILE *out)
{
	bool first = true;

	while (*text) {
		int len = strcspn(text, " ");

		if (column < indent) {
			fprintf(out, "%*s", indent - column, "");
			column = indent;
		}
		if (!first && column + 1 + len > WIDTH) {
			fprintf(out, "\n%*s", indent, "");
			column = indent;
			first = true;
		}
		fprintf(out, "%s%.*s", first ? "" : " ", len, text);
		column += len + !first;
		first = false;
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}
