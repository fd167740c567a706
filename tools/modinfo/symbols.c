// SPDX-License-Identifier: GPL-2.0-only
/*
 * A table of what a kernel exports, from Module.symvers or System.map.
 *
 * One owner, no locks, not signal-safe.
 */
#include "tools/modinfo/symbols.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/log.h"

struct entry {
	const char *name; /* in one of the texts */
	struct target_symbol symbol;
};

struct symbols {
	struct entry *entry;
	size_t n, cap;
	uint32_t *slot; /* index + 1; twice as many as entries, or more */
	size_t mask;
	char **text;
	size_t nr_texts;
};

static void *need_memory(void *data)
{
	if (!data)
		log_fatal("out of memory\n");
	return data;
}

void ksyms_new(struct symbols **result)
{
	struct symbols *symbols = need_memory(calloc(1, sizeof(*symbols)));

	symbols->mask = 1023;
	symbols->slot =
		need_memory(calloc(symbols->mask + 1, sizeof(*symbols->slot)));
	*result = symbols;
}

void ksyms_free(struct symbols *symbols)
{
	if (!symbols)
		return;
	for (size_t i = 0; i < symbols->nr_texts; i++)
		free(symbols->text[i]);
	free(symbols->text);
	free(symbols->entry);
	free(symbols->slot);
	free(symbols);
}

static size_t hash_of(const char *name)
{
	uint32_t hash = 2166136261u;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return hash ^ hash >> 15;
}

/* Where @name is, or the free slot where it would be. */
static size_t slot_of(const struct symbols *symbols, const char *name)
{
	size_t at = hash_of(name) & symbols->mask;

	while (symbols->slot[at] &&
	       strcmp(symbols->entry[symbols->slot[at] - 1].name, name))
		at = (at + 1) & symbols->mask;
	return at;
}

static void grow_slots(struct symbols *symbols)
{
	symbols->mask = symbols->mask * 2 + 1;
	free(symbols->slot);
	symbols->slot =
		need_memory(calloc(symbols->mask + 1, sizeof(*symbols->slot)));
	for (size_t i = 0; i < symbols->n; i++)
		symbols->slot[slot_of(symbols, symbols->entry[i].name)] = i + 1;
}

/* Of one name, the first stays. */
static void add(struct symbols *symbols, const char *name,
		const struct target_symbol *symbol)
{
	size_t at = slot_of(symbols, name);

	if (symbols->slot[at])
		return;
	if (symbols->n == symbols->cap) {
		symbols->cap = symbols->cap ? symbols->cap * 2 : 1024;
		symbols->entry = need_memory(
			realloc(symbols->entry,
				symbols->cap * sizeof(*symbols->entry)));
	}
	symbols->entry[symbols->n++] = (struct entry){name, *symbol};
	symbols->slot[at] = symbols->n;
	if (2 * symbols->n > symbols->mask)
		grow_slots(symbols);
}

bool ksyms_find(const struct symbols *symbols, const char *name,
		  struct target_symbol *result)
{
	size_t at = slot_of(symbols, name);

	if (!symbols->slot[at])
		return false;
	*result = symbols->entry[symbols->slot[at] - 1].symbol;
	return true;
}

static void keep_text(struct symbols *symbols, char *text)
{
	symbols->text = need_memory(realloc(
		symbols->text, (symbols->nr_texts + 1) * sizeof(char *)));
	symbols->text[symbols->nr_texts++] = text;
}

/* A line's next field: cut off at the tab. */
static char *next_field(char **line)
{
	char *field = strsep(line, "\t");

	return field ? field : "";
}

static bool add_symvers_line(struct symbols *symbols, char *line)
{
	struct target_symbol symbol = {.has_crc = true};
	char *end, *name, *kind;
	unsigned long crc = strtoul(next_field(&line), &end, 16);

	name = next_field(&line);
	symbol.owner = next_field(&line);
	kind = next_field(&line);
	symbol.space = next_field(&line);
	if (*end || !*name || !*symbol.owner)
		return false;
	symbol.crc = crc;
	symbol.is_gpl_only = strstr(kind, "_GPL") ? YES : NO;
	/* Before Linux 5.4 the namespace stood elsewhere, or there was none;
	 * a kernel without versions has zeros. */
	symbol.has_crc = crc != 0;
	add(symbols, name, &symbol);
	return true;
}

bool ksyms_add_symvers(struct symbols *symbols, char *text)
{
	size_t before = symbols->n;
	char *rest = text, *line;

	keep_text(symbols, text);
	while ((line = strsep(&rest, "\n")))
		if (*line)
			add_symvers_line(symbols, line);
	return symbols->n > before;
}

/* ---- System.map --------------------------------------------------------- */

#define EXPORT_PREFIX "__ksymtab_"
#define GPL_START     "__start___ksymtab_gpl"
#define GPL_END	      "__stop___ksymtab_gpl"

struct map_line {
	uint64_t address;
	char *name;
};

/* False also for a symbol of a module, which is asked itself. */
static bool read_map_line(char *text, struct map_line *line)
{
	char *end;

	line->address = strtoull(text, &end, 16);
	if (end == text || end[0] != ' ' || !end[1] || end[2] != ' ')
		return false;
	line->name = end + 3;
	return *line->name && !strchr(line->name, '\t');
}

/* The address of the mark, in a text that is not cut yet; 0: not there. */
static uint64_t find_mark(const char *text, const char *mark)
{
	char *pattern = NULL;
	const char *at;

	if (asprintf(&pattern, " %s\n", mark) < 0)
		log_fatal("out of memory\n");
	at = strstr(text, pattern);
	free(pattern);
	while (at && at > text && at[-1] != '\n')
		at--;
	return at ? strtoull(at, NULL, 16) : 0;
}

bool ksyms_add_map(struct symbols *symbols, char *text)
{
	uint64_t start = find_mark(text, GPL_START);
	uint64_t end = find_mark(text, GPL_END);
	struct target_symbol symbol = {.owner = "vmlinux", .space = ""};
	size_t before = symbols->n, prefix = strlen(EXPORT_PREFIX);
	char *rest = text, *next;
	struct map_line line;

	keep_text(symbols, text);
	while ((next = strsep(&rest, "\n"))) {
		if (!read_map_line(next, &line) ||
		    strncmp(line.name, EXPORT_PREFIX, prefix))
			continue;
		symbol.is_gpl_only =
			!start || !end				      ? UNKNOWN
			: line.address >= start && line.address < end ? YES
								      : NO;
		add(symbols, line.name + prefix, &symbol);
	}
	return symbols->n > before;
}
