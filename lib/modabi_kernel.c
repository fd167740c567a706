// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a kernel exports: a table by name, and its text form, that of
 * Module.symvers.
 *
 * One owner, no locks, does not block, not signal-safe.
 */
#include "lib/modabi_priv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/modelf.h"
#include "lib/strbuf.h"

#define NONE UINT32_MAX

struct entry {
	struct modabi_export export; /* first: modabi_find() returns it */
	uint32_t hash;
	uint32_t next; /* of the same bucket, in the order of adding */
};

struct chunk {
	struct chunk *next;
	size_t used, size;
	char text[];
};

struct modabi_table {
	struct entry *entry;
	size_t n, cap;
	uint32_t *bucket; /* the first entry of each, or NONE */
	size_t mask;
	struct chunk *chunks; /* of strings, the one in use first */
	char **proprietary;
	size_t nr_proprietary;
};

int modabi_kernel_new(struct modabi_kernel **result)
{
	struct modabi_kernel *kernel = calloc(1, sizeof(*kernel));

	if (kernel)
		kernel->table = calloc(1, sizeof(*kernel->table));
	if (!kernel || !kernel->table) {
		free(kernel);
		return -ENOMEM;
	}
	*result = kernel;
	return 0;
}

void modabi_kernel_free(struct modabi_kernel *kernel)
{
	struct chunk *chunk;

	if (!kernel)
		return;
	while ((chunk = kernel->table->chunks)) {
		kernel->table->chunks = chunk->next;
		free(chunk);
	}
	for (size_t i = 0; i < kernel->table->nr_proprietary; i++)
		free(kernel->table->proprietary[i]);
	free(kernel->table->proprietary);
	free(kernel->table->bucket);
	free(kernel->table->entry);
	free(kernel->table);
	free(kernel->vermagic);
	free(kernel);
}

int modabi_set_vermagic(struct modabi_kernel *kernel, const char *vermagic)
{
	char *copy = strdup(vermagic);

	if (!copy)
		return -ENOMEM;
	free(kernel->vermagic);
	kernel->vermagic = copy;
	return 0;
}

/* ---- the table ---------------------------------------------------------- */

static const char *keep(struct modabi_table *table, const char *text)
{
	size_t len = strlen(text) + 1;
	struct chunk *chunk = table->chunks;
	char *copy;

	if (!*text)
		return "";
	if (!chunk || len > chunk->size - chunk->used) {
		size_t size = len > 65536 ? len : 65536;

		chunk = malloc(sizeof(*chunk) + size);
		if (!chunk)
			return NULL;
		*chunk = (struct chunk){table->chunks, 0, size};
		table->chunks = chunk;
	}
	copy = chunk->text + chunk->used;
	memcpy(copy, text, len);
	chunk->used += len;
	return copy;
}

static void fill_buckets(struct modabi_table *table)
{
	memset(table->bucket, 0xff, (table->mask + 1) * sizeof(*table->bucket));
	for (size_t i = table->n; i-- > 0;) {
		struct entry *entry = &table->entry[i];
		uint32_t *bucket = &table->bucket[entry->hash & table->mask];

		entry->next = *bucket;
		*bucket = i;
	}
}

static int grow(struct modabi_table *table)
{
	size_t cap = table->cap ? table->cap * 2 : 256;
	struct entry *entry;
	uint32_t *bucket;

	if (cap >= NONE)
		return -ENOMEM;
	entry = realloc(table->entry, cap * sizeof(*entry));
	if (!entry)
		return -ENOMEM;
	table->entry = entry;
	bucket = realloc(table->bucket, cap * sizeof(*bucket));
	if (!bucket)
		return -ENOMEM;
	table->bucket = bucket;
	table->cap = cap;
	table->mask = cap - 1;
	fill_buckets(table);
	return 0;
}

static void append(struct modabi_table *table, uint32_t index)
{
	uint32_t *at = &table->bucket[table->entry[index].hash & table->mask];

	while (*at != NONE)
		at = &table->entry[*at].next;
	*at = index;
}

int modabi_add(struct modabi_kernel *kernel, const struct modabi_export *export)
{
	struct modabi_table *table = kernel->table;
	struct entry *entry, *last;
	int err;

	if (table->n == table->cap) {
		err = grow(table);
		if (err)
			return err;
	}
	entry = &table->entry[table->n];
	entry->export = *export;
	entry->export.name = keep(table, export->name);
	entry->export.ns = keep(table, export->ns);
	/* They mostly come module by module. */
	last = table->n ? entry - 1 : NULL;
	if (last && !strcmp(last->export.owner, export->owner))
		entry->export.owner = last->export.owner;
	else
		entry->export.owner = keep(table, export->owner);
	if (!entry->export.name || !entry->export.ns || !entry->export.owner)
		return -ENOMEM;
	entry->hash = modelf_hash(export->name);
	entry->next = NONE;
	append(table, table->n++);
	return 0;
}

const struct modabi_export *modabi_find(const struct modabi_kernel *kernel,
					const char *name,
					const struct modabi_export *previous)
{
	const struct modabi_table *table = kernel->table;
	uint32_t hash = modelf_hash(name), i;

	if (!table->n)
		return NULL;
	i = previous ? ((const struct entry *)previous)->next
		     : table->bucket[hash & table->mask];
	for (; i != NONE; i = table->entry[i].next)
		if (table->entry[i].hash == hash &&
		    !strcmp(table->entry[i].export.name, name))
			return &table->entry[i].export;
	return NULL;
}

size_t modabi_count(const struct modabi_kernel *kernel)
{
	return kernel->table->n;
}

int modabi_add_proprietary(struct modabi_kernel *kernel, const char *owner)
{
	struct modabi_table *table = kernel->table;
	char *copy = strdup(owner);
	char **list = realloc(table->proprietary,
			      (table->nr_proprietary + 1) * sizeof(*list));

	if (list)
		table->proprietary = list;
	if (!copy || !list) {
		free(copy);
		return -ENOMEM;
	}
	list[table->nr_proprietary++] = copy;
	return 0;
}

bool modabi_owner_is_proprietary(const struct modabi_kernel *kernel,
				 const char *owner)
{
	const struct modabi_table *table = kernel->table;

	for (size_t i = 0; i < table->nr_proprietary; i++)
		if (!strcmp(table->proprietary[i], owner))
			return true;
	return false;
}

/* ---- the text ----------------------------------------------------------- */

/* Comments to Module.symvers, whose readers pass over what they cannot read;
 * this one knows them by their first character. */
static const struct {
	const char *name;
	size_t offset;
} flags[] = {
	{"versions", offsetof(struct modabi_kernel, versions)},
	{"force_load", offsetof(struct modabi_kernel, force_load)},
	{"any_namespace", offsetof(struct modabi_kernel, any_namespace)},
	{"livepatch", offsetof(struct modabi_kernel, livepatch)},
	{"sig_force", offsetof(struct modabi_kernel, sig_force)},
	{"strict_elf", offsetof(struct modabi_kernel, strict_elf)},
};

#define NR_FLAGS (sizeof(flags) / sizeof(*flags))

static bool *flag_of(struct modabi_kernel *kernel, const char *name)
{
	for (size_t i = 0; i < NR_FLAGS; i++)
		if (!strcmp(flags[i].name, name))
			return (bool *)((char *)kernel + flags[i].offset);
	return NULL;
}

/* "#word value" */
static int parse_member(struct modabi_kernel *kernel, char *line)
{
	char *value = strchr(line, ' ');

	if (!value)
		return 0;
	*value++ = '\0';
	if (!strcmp(line, "#vermagic"))
		return modabi_set_vermagic(kernel, value);
	if (!strcmp(line, "#proprietary"))
		return modabi_add_proprietary(kernel, value);
	if (!strcmp(line, "#module_size"))
		kernel->module_size = strtoull(value, NULL, 0);
	else if (flag_of(kernel, line + 1))
		*flag_of(kernel, line + 1) = !strcmp(value, "1");
	return 0;
}

/* "drivers/net/dummy" is dummy. */
static char *owner_name(char *path)
{
	char *slash = strrchr(path, '/');
	char *name = slash ? slash + 1 : path;

	for (char *c = name; *c; c++)
		if (*c == '-')
			*c = '_';
	return name;
}

/* The field before the next tab, which is cut off; NULL: there is none. */
static char *field(char **line)
{
	return strsep(line, "\t");
}

/* "0xCRC	name	owner	EXPORT_SYMBOL[_GPL]	namespace"; the CRC may
 * be "-", none. */
static int parse_export(struct modabi_kernel *kernel, char *line)
{
	char *crc = field(&line), *name = field(&line), *owner = field(&line);
	char *type = field(&line), *ns = field(&line);
	struct modabi_export export;
	char *end;

	if (!crc || !name || !*name || !owner || !*owner || !type)
		return -EINVAL;
	export = (struct modabi_export){
		.name = name,
		.owner = owner_name(owner),
		.ns = ns ? ns : "",
		.crc = strtoul(crc, &end, 16),
		.gpl = strstr(type, "_GPL"),
	};
	if ((end == crc || *end) && strcmp(crc, "-"))
		return -EINVAL;
	if (strncmp(type, "EXPORT_SYMBOL", 13))
		return -EINVAL;
	/* Where there are no versions at all, all are 0. */
	if (export.crc)
		kernel->versions = true;
	export.has_crc = kernel->versions && *crc != '-';
	return modabi_add(kernel, &export);
}

int modabi_parse(struct modabi_kernel *kernel, const char *text, size_t size)
{
	char *copy = strndup(text, size), *at = copy;
	int err = copy ? 0 : -ENOMEM;

	while (!err && at && *at) {
		char *line = strsep(&at, "\n");

		if (*line == '#')
			err = parse_member(kernel, line);
		else if (*line)
			err = parse_export(kernel, line);
	}
	free(copy);
	return err;
}

void modabi_format(const struct modabi_kernel *kernel, struct strbuf *text)
{
	const struct modabi_table *table = kernel->table;

	if (kernel->vermagic)
		strbuf_printf(text, "#vermagic %s\n", kernel->vermagic);
	strbuf_printf(text, "#module_size %" PRIu64 "\n", kernel->module_size);
	for (size_t i = 0; i < NR_FLAGS; i++)
		strbuf_printf(text, "#%s %d\n", flags[i].name,
			      *(const bool *)((const char *)kernel +
					      flags[i].offset));
	for (size_t i = 0; i < table->nr_proprietary; i++)
		strbuf_printf(text, "#proprietary %s\n", table->proprietary[i]);
	for (size_t i = 0; i < table->n; i++) {
		const struct modabi_export *export = &table->entry[i].export;

		if (export->has_crc)
			strbuf_printf(text, "0x%08" PRIx32, export->crc);
		else
			strbuf_puts(text, "-");
		strbuf_printf(
			text, "\t%s\t%s\t%s\t%s\n", export->name, export->owner,
			export->gpl ? "EXPORT_SYMBOL_GPL" : "EXPORT_SYMBOL",
			export->ns);
	}
}
