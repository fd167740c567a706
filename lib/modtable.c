// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text files of a module tree, for trees without the binary ones, parsed
 * to tables that are searched from end to end.
 *
 * One owner, no locks, opening may block on disk, not signal-safe.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/modfile.h"
#include "lib/modlookup.h"

struct entry {
	char *key; /* owned */
	const char *value; /* in the table's text */
};

struct modtable {
	char *text;
	struct entry *entries;
	size_t n, cap;
};

static int add(struct modtable *table, const char *key, const char *value)
{
	char *copy;

	if (table->n == table->cap) {
		size_t cap = table->cap ? table->cap * 2 : 64;
		struct entry *more;

		more = reallocarray(table->entries, cap, sizeof(*more));
		if (!more)
			return -ENOMEM;
		table->entries = more;
		table->cap = cap;
	}
	copy = strdup(key);
	if (!copy)
		return -ENOMEM;
	if (!modtable_normalize(copy)) {
		free(copy); /* matches nothing */
		return 0;
	}
	table->entries[table->n++] = (struct entry){copy, value};
	return 0;
}

static int add_path(struct modtable *table, const char *path, size_t len,
		    const char *value)
{
	char name[256];
	char *copy = strndup(path, len);
	int err;

	if (!copy)
		return -ENOMEM;
	modfile_name_of_path(copy, name, sizeof(name));
	err = *name ? add(table, name, value) : 0;
	free(copy);
	return err;
}

/* Cuts the first word off @line; returns the rest, with no blanks before. */
static char *cut_word(char *line)
{
	line += strcspn(line, " \t");
	if (*line)
		*line++ = '\0';
	return line + strspn(line, " \t");
}

/* "keyword KEY VALUE" */
static int add_words(struct modtable *table, char *line, const char *keyword)
{
	char *key = cut_word(line);
	char *value = cut_word(key);

	if (strcmp(line, keyword) || !*key || !*value)
		return 0;
	return add(table, key, value);
}

static int add_builtin_alias(struct modtable *table, char *record)
{
	char *dot = strchr(record, '.');

	if (!dot || strncmp(dot, ".alias=", 7))
		return 0;
	*dot = '\0';
	return add(table, dot + 7, record);
}

static int add_record(struct modtable *table, enum modtable_form form,
		      char *record)
{
	size_t len;

	switch (form) {
	case MODTABLE_DEP:
		len = strcspn(record, ":");
		if (!record[len])
			return 0;
		return add_path(table, record, len, record);
	case MODTABLE_PATHS:
		return add_path(table, record, strlen(record), "");
	case MODTABLE_ALIAS:
		return add_words(table, record, "alias");
	case MODTABLE_SOFTDEP:
		return add_words(table, record, "softdep");
	case MODTABLE_MODINFO:
		return add_builtin_alias(table, record);
	}
	return -EINVAL;
}

static int parse(struct modtable *table, size_t size, enum modtable_form form)
{
	char separator = form == MODTABLE_MODINFO ? '\0' : '\n';
	char *end = table->text + size;
	char *next;

	for (char *record = table->text; record < end; record = next) {
		char *stop = memchr(record, separator, end - record);
		int err;

		if (!stop)
			stop = end; /* where the reader has put a NUL */
		*stop = '\0';
		next = stop + 1;
		err = add_record(table, form, record);
		if (err)
			return err;
	}
	return 0;
}

int modtable_open(const char *path, enum modtable_form form,
		  struct modtable **result)
{
	struct modtable *table = calloc(1, sizeof(*table));
	void *text = NULL;
	size_t size;
	int err;

	if (!table)
		return -ENOMEM;
	err = file_read(path, &text, &size);
	if (err)
		goto close_table;
	table->text = text;
	err = parse(table, size, form);
	if (err)
		goto close_table;
	*result = table;
	return 0;
close_table:
	modtable_close(table);
	return err;
}

void modtable_close(struct modtable *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->n; i++)
		free(table->entries[i].key);
	free(table->entries);
	free(table->text);
	free(table);
}

static bool fits(const struct entry *entry, enum hits_how how, const char *name)
{
	switch (how) {
	case HITS_EXACT:
		return !strcmp(entry->key, name);
	case HITS_MATCH:
		return !fnmatch(entry->key, name, 0);
	case HITS_ALL:
		return true;
	}
	return false;
}

int modtable_search(const struct modtable *table, enum hits_how how,
		    const char *name, struct hits *hits)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct entry *entry = &table->entries[i];
		int err;

		if (!fits(entry, how, name))
			continue;
		err = hits_add(hits, entry->value, (uint32_t)i);
		if (err)
			return err;
	}
	return 0;
}
