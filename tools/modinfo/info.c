// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is known of one module.
 *
 * One owner, no locks, not signal-safe.
 */
#include "tools/modinfo/info.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/modelf.h"
#include "tools/log.h"

static void add_line(struct info *info, const char *text, size_t size)
{
	const char *equals = memchr(text, '=', size);
	struct info_line *line;

	if (info->nr_lines == info->cap_lines) {
		info->cap_lines = info->cap_lines ? info->cap_lines * 2 : 64;
		info->line = realloc(info->line,
				     info->cap_lines * sizeof(*info->line));
		if (!info->line)
			log_fatal("out of memory\n");
	}
	line = &info->line[info->nr_lines++];
	line->key = text;
	line->key_size = equals ? (size_t)(equals - text) : size;
	line->value = equals ? equals + 1 : text + size;
	line->value_size = equals ? size - line->key_size - 1 : 0;
}

static void reset(struct info *info)
{
	info->nr_lines = 0;
	info->build_id = NULL;
	info->is_signed = false;
}

int info_from_elf(struct info *info, struct modelf *elf)
{
	struct modelf_signature signature;
	const void *data;
	const char *text;
	size_t size, len;
	int err;

	reset(info);
	err = modelf_section(elf, ".modinfo", &data, &size);
	if (err)
		return err == -ENODATA ? -ENOENT : err;
	for (text = data; size; text += len + 1, size -= len + 1) {
		len = strnlen(text, size);
		if (len)
			add_line(info, text, len);
		if (len == size)
			break;
	}
	if (!modelf_build_id(elf, &data, &size) && size) {
		info->build_id = data;
		info->build_id_size = size;
	}
	info->is_signed = !modelf_signature(elf, &signature) &&
			  signature_read(&signature, &info->signature);
	return 0;
}

void info_from_builtin(struct info *info, const char *data, size_t size,
		       const char *name)
{
	size_t len, name_len = strlen(name);

	reset(info);
	for (; size; data += len + 1, size -= len + 1) {
		len = strnlen(data, size);
		if (len == size)
			break; /* it does not end, so it was cut */
		if (len > name_len && data[name_len] == '.' &&
		    !memcmp(data, name, name_len))
			add_line(info, data + name_len + 1, len - name_len - 1);
	}
}

void info_free(struct info *info)
{
	free(info->line);
	memset(info, 0, sizeof(*info));
}

bool info_key_is(const struct info_line *line, const char *key)
{
	size_t size = strlen(key);

	return line->key_size == size && !memcmp(line->key, key, size);
}

const char *info_value(const struct info *info, const char *key)
{
	for (size_t i = 0; i < info->nr_lines; i++)
		if (info_key_is(&info->line[i], key))
			return info->line[i].value;
	return NULL;
}

/* ---- parameters --------------------------------------------------------- */

/* By name, so that a module made to have very many does not hold us up. */
struct parm_table {
	struct info_parm *parm;
	size_t n;
	uint32_t *slot; /* index + 1 */
	size_t mask;
};

static uint32_t hash_of(const char *text, size_t size)
{
	uint32_t hash = 2166136261u;

	while (size--)
		hash = (hash ^ (unsigned char)*text++) * 16777619u;
	return hash ^ hash >> 15;
}

/* The parameter of that name, which may be a new one. */
static struct info_parm *get_parm(struct parm_table *table, const char *name,
				  size_t size)
{
	size_t at = hash_of(name, size) & table->mask;
	struct info_parm *parm;

	for (; table->slot[at]; at = (at + 1) & table->mask) {
		parm = &table->parm[table->slot[at] - 1];
		if (parm->name_size == size && !memcmp(parm->name, name, size))
			return parm;
	}
	parm = &table->parm[table->n++];
	*parm = (struct info_parm){name, size, NULL, NULL};
	table->slot[at] = table->n;
	return parm;
}

static bool is_parm(const struct info_line *line)
{
	return info_key_is(line, "parm") || info_key_is(line, "parmtype");
}

static void make_table(struct parm_table *table, const struct info *info)
{
	size_t most = 0;

	for (size_t i = 0; i < info->nr_lines; i++)
		most += is_parm(&info->line[i]);
	for (table->mask = 15; table->mask < 2 * most;)
		table->mask = table->mask * 2 + 1;
	table->n = 0;
	table->parm = calloc(most + 1, sizeof(*table->parm));
	table->slot = calloc(table->mask + 1, sizeof(*table->slot));
	if (!table->parm || !table->slot)
		log_fatal("out of memory\n");
}

static void add_parm(struct parm_table *table, const struct info_line *line,
		     void (*bad)(const struct info_line *line))
{
	const char *colon = memchr(line->value, ':', line->value_size);
	struct info_parm *parm;

	if (!colon) {
		bad(line);
		return;
	}
	parm = get_parm(table, line->value, colon - line->value);
	if (info_key_is(line, "parm"))
		parm->text = colon + 1;
	else
		parm->type = colon + 1;
}

void info_parms(const struct info *info, struct info_parm **parms, size_t *n,
		void (*bad)(const struct info_line *line))
{
	struct parm_table table;

	make_table(&table, info);
	for (size_t i = 0; i < info->nr_lines; i++)
		if (is_parm(&info->line[i]))
			add_parm(&table, &info->line[i], bad);
	free(table.slot);
	*parms = table.parm;
	*n = table.n;
}
