// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of symbols: who exports what.
 *
 * Main thread; the loaders of files block on disk.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/modelf.h"
#include "tools/depmod/depmod.h"
#include "tools/log.h"

/* As many lists as kmod's table of symbols has. */
#define KMOD_BUCKETS 2048

static uint32_t *find_slot(const struct symbols *symbols, const char *name,
			   uint32_t hash)
{
	size_t mask = symbols->nr_slots - 1;
	size_t i = hash & mask;

	while (symbols->slot[i]) {
		const struct symbol *symbol =
			&symbols->symbol[symbols->slot[i] - 1];

		if (symbol->hash == hash && !strcmp(symbol->name, name))
			break;
		i = (i + 1) & mask;
	}
	return &symbols->slot[i];
}

static void grow(struct symbols *symbols)
{
	symbols->nr_slots = symbols->nr_slots ? symbols->nr_slots * 2 : 16384;
	free(symbols->slot);
	symbols->slot = xcalloc(symbols->nr_slots, sizeof(*symbols->slot));
	for (size_t i = 0; i < symbols->n; i++)
		*find_slot(symbols, symbols->symbol[i].name,
			   symbols->symbol[i].hash) = i + 1;
}

/* The last one who exports a name has it. */
static void add(struct symbols *symbols, const struct symbol *symbol)
{
	uint32_t *slot;

	if (symbols->n * 2 >= symbols->nr_slots)
		grow(symbols);
	slot = find_slot(symbols, symbol->name, symbol->hash);
	if (!*slot) {
		if (symbols->n == symbols->cap) {
			symbols->cap = symbols->cap ? symbols->cap * 2 : 8192;
			symbols->symbol =
				xrealloc(symbols->symbol,
					 symbols->cap * sizeof(*symbol));
		}
		*slot = ++symbols->n;
	}
	symbols->symbol[*slot - 1] = *symbol;
}

struct symbol *symbols_find(struct symbols *symbols, const char *name,
			    uint32_t hash)
{
	uint32_t slot = symbols->n ? *find_slot(symbols, name, hash) : 0;

	return slot ? &symbols->symbol[slot - 1] : NULL;
}

/* ---- of the kernel ------------------------------------------------------------ */

static void add_kernels(struct depmod *depmod, const char *name, uint64_t crc,
			bool may_have_prefix)
{
	struct symbol symbol = {.crc = crc, .owner = NO_MODULE};

	if (may_have_prefix && depmod->prefix && *name == depmod->prefix)
		name++;
	symbol.name = arena_text(&depmod->arena, name, strlen(name));
	symbol.hash = modelf_hash(name);
	add(&depmod->symbols, &symbol);
}

/* What no file lists: the loader and compilers make them. */
static void add_made(struct depmod *depmod)
{
	add_kernels(depmod, "__this_module", 0, false);
	add_kernels(depmod, "_GLOBAL_OFFSET_TABLE_", 0, false);
	if (!symbols_find(&depmod->symbols, "TOC.", modelf_hash("TOC.")))
		add_kernels(depmod, "TOC.", 0, false);
}

/* Each line of @path with its number; the line may be written to. */
static int for_lines(struct depmod *depmod, const char *path,
		     void (*take)(struct depmod *depmod, const char *path,
				  unsigned int number, char *line))
{
	unsigned int number = 0;
	char *line, *next;
	void *data;
	size_t size;
	int err;

	err = file_read(path, &data, &size);
	if (err)
		return err;
	for (line = data; *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		take(depmod, path, ++number, line);
	}
	free(data);
	return 0;
}

/* "0x12345678	symbol	where	how" */
static void take_symvers(struct depmod *depmod, const char *path,
			 unsigned int number, char *line)
{
	char *rest, *end;
	const char *version = strtok_r(line, " \t", &rest);
	const char *name = strtok_r(NULL, " \t", &rest);
	const char *where = strtok_r(NULL, " \t", &rest);
	uint64_t crc;

	if (!version || !name || !where || strcmp(where, "vmlinux"))
		return;
	crc = strtoull(version, &end, 16);
	if (*end) {
		log_err("%s:%u Invalid symbol version %s: %s\n", path, number,
			version, strerror(EINVAL));
		return;
	}
	add_kernels(depmod, name, crc, false);
}

int symbols_load_symvers(struct depmod *depmod, const char *path)
{
	int err = for_lines(depmod, path, take_symvers);

	if (!err)
		add_made(depmod);
	return err;
}

/* "ffffffff81000000 T symbol" */
static void take_map(struct depmod *depmod, const char *path,
		     unsigned int number, char *line)
{
	static const char start[] = "__ksymtab_";
	const char *name = strchr(line, ' ');

	if (name)
		name = strchr(name + 1, ' ');
	if (!name) {
		log_err("%s:%u: invalid line: %s\n\n", path, number, line);
		return;
	}
	name++;
	if (depmod->prefix && *name == depmod->prefix)
		name++;
	if (!strncmp(name, start, strlen(start)))
		add_kernels(depmod, name + strlen(start), 0, true);
}

int symbols_load_map(struct depmod *depmod, const char *path)
{
	int err = for_lines(depmod, path, take_map);

	if (!err)
		add_made(depmod);
	return err;
}

/* ---- of modules ---------------------------------------------------------------- */

static void add_exports(struct depmod *depmod, uint32_t owner)
{
	const struct record *record = &depmod->module[owner].record;

	for (size_t i = 0; i < record->nr_exports; i++) {
		const struct name *name =
			record->names->name[record->export[i].name];
		struct symbol symbol = {
			.name = name->text,
			.hash = name->hash,
			.crc = record->export[i].crc,
			.owner = owner,
		};

		if (depmod->prefix && *symbol.name == depmod->prefix)
			symbol.hash = modelf_hash(++symbol.name);
		add(&depmod->symbols, &symbol);
	}
}

static void resolve(struct depmod *depmod, struct names *names)
{
	struct symbols *symbols = &depmod->symbols;

	names->symbol = xcalloc(names->n, sizeof(*names->symbol));
	if (!symbols->n)
		return;
	for (size_t id = 0; id < names->n; id++) {
		const char *name = names->name[id]->text;
		uint32_t hash = names->name[id]->hash;

		if (depmod->prefix && *name == depmod->prefix)
			hash = modelf_hash(++name);
		names->symbol[id] = *find_slot(symbols, name, hash);
	}
}

void symbols_collect(struct depmod *depmod)
{
	for (size_t i = 0; i < depmod->nr_modules; i++)
		add_exports(depmod, i);
	for (size_t i = 0; i < depmod->nr_names; i++)
		resolve(depmod, depmod->names[i]);
}

/* ---- order -------------------------------------------------------------------------- */

struct place {
	uint32_t bucket, symbol;
	const char *name;
};

static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->bucket != y->bucket)
		return x->bucket < y->bucket ? -1 : 1;
	return strcmp(x->name, y->name);
}

uint32_t *symbols_in_order(const struct depmod *depmod, size_t *n)
{
	const struct symbols *symbols = &depmod->symbols;
	struct place *place = xcalloc(symbols->n, sizeof(*place));
	uint32_t *order = xcalloc(symbols->n, sizeof(*order));

	*n = 0;
	for (size_t i = 0; i < symbols->n; i++) {
		const struct symbol *symbol = &symbols->symbol[i];

		if (symbol->owner == NO_MODULE)
			continue;
		place[(*n)++] = (struct place){
			superfasthash(symbol->name, strlen(symbol->name)) %
				KMOD_BUCKETS,
			i,
			symbol->name,
		};
	}
	qsort(place, *n, sizeof(*place), by_place);
	for (size_t i = 0; i < *n; i++)
		order[i] = place[i].symbol;
	free(place);
	return order;
}
