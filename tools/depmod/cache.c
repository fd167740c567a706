// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the last run read of each module, so that the next one reads only those
 * that have changed: a file beside the indexes, modules.cache.bin, that nobody
 * else looks at.
 *
 * A record counts only for a file of the same path, inode, size, and times to
 * the nanosecond; what was written shortly before it was read is not recorded,
 * as a further write might not have changed the times.  A file of another
 * version or machine, or a damaged one, is as good as none.
 *
 * Main thread; blocks on disk.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/modelf.h"
#include "tools/depmod/depmod.h"

#define CACHE_NAME "modules.cache.bin"

/* The coarsest times that file systems keep. */
#define SETTLE_SECONDS 2

/* All numbers are this machine's.  The parts follow in the order of their
 * sizes; strings end in NUL. */
struct header {
	char magic[8];
	uint32_t format; /* of this file; differs where the order of bytes does */
	uint32_t nr_modules;
	uint64_t nr_names, nr_needs, nr_exports;
	uint64_t names_size, info_size, paths_size;
	uint64_t checksum; /* of all that follows */
};

static const char magic[8] = "r3depmod";

#define FORMAT 0x01000001u

struct entry {
	struct file_key key;
	uint64_t first_need, first_export, info, path;
	uint32_t nr_needs, nr_exports, info_size, pad;
};

/* The parts of a file that was read. */
struct parts {
	const struct header *header;
	const struct entry *entry;
	const struct need *need;
	const struct export *export;
	const char *names, *info, *paths;
};

uint64_t cache_checksum(const void *data, size_t size)
{
	const unsigned char *p = data;
	uint64_t sum = size, word;

	for (; size >= 8; size -= 8, p += 8) {
		memcpy(&word, p, 8);
		sum = (sum ^ word) * 0x9e3779b97f4a7c15u;
		sum ^= sum >> 29;
	}
	for (; size; size--, p++)
		sum = (sum ^ *p) * 0x100000001b3u;
	return sum;
}

void file_key_set(struct file_key *key, const struct stat *st)
{
	*key = (struct file_key){
		.size = st->st_size,
		.ino = st->st_ino,
		.dev = st->st_dev,
		.mtime = st->st_mtim.tv_sec,
		.mtime_ns = st->st_mtim.tv_nsec,
		.ctime = st->st_ctim.tv_sec,
		.ctime_ns = st->st_ctim.tv_nsec,
	};
}

/* ---- loading -------------------------------------------------------------------- */

/* Whether @n things of @size fit behind *at; *at is moved behind them. */
static bool take(size_t total, size_t *at, uint64_t n, size_t size)
{
	if (n > (total - *at) / size)
		return false;
	*at += n * size;
	return true;
}

static bool ends_in_nul(const char *text, uint64_t size)
{
	return !size || !text[size - 1];
}

static bool find_parts(const void *data, size_t size, struct parts *parts)
{
	const struct header *header = data;
	const char *base = data;
	size_t at = sizeof(*header);

	if (size < sizeof(*header) ||
	    memcmp(header->magic, magic, sizeof(magic)) ||
	    header->format != FORMAT ||
	    header->checksum !=
		    cache_checksum(header + 1, size - sizeof(*header)))
		return false;
	parts->header = header;
	parts->entry = (const void *)(base + at);
	if (!take(size, &at, header->nr_modules, sizeof(struct entry)))
		return false;
	parts->need = (const void *)(base + at);
	if (!take(size, &at, header->nr_needs, sizeof(struct need)))
		return false;
	parts->export = (const void *)(base + at);
	if (!take(size, &at, header->nr_exports, sizeof(struct export)))
		return false;
	parts->names = base + at;
	if (!take(size, &at, header->names_size, 1))
		return false;
	parts->info = base + at;
	if (!take(size, &at, header->info_size, 1))
		return false;
	parts->paths = base + at;
	if (!take(size, &at, header->paths_size, 1))
		return false;
	return at == size && ends_in_nul(parts->names, header->names_size) &&
	       ends_in_nul(parts->info, header->info_size) &&
	       ends_in_nul(parts->paths, header->paths_size);
}

/* NULL when a name occurs twice, or their number is another. */
static struct names *load_names(const struct parts *parts)
{
	const char *end = parts->names + parts->header->names_size;
	struct names *names = xcalloc(1, sizeof(*names));
	uint64_t n = 0;

	for (const char *at = parts->names; at < end; at += strlen(at) + 1)
		if (names_add(names, at, modelf_hash(at))->id != n++)
			break;
	if (n != parts->header->nr_names || n != names->n) {
		names_free(names);
		return NULL;
	}
	return names;
}

static bool within(uint64_t first, uint64_t n, uint64_t total)
{
	return first <= total && n <= total - first;
}

static bool names_are_known(const struct parts *parts)
{
	const struct header *header = parts->header;

	for (size_t i = 0; i < header->nr_needs; i++)
		if (parts->need[i].name >= header->nr_names)
			return false;
	for (size_t i = 0; i < header->nr_exports; i++)
		if (parts->export[i].name >= header->nr_names)
			return false;
	return true;
}

static bool is_valid(const struct parts *parts, const struct entry *entry)
{
	const struct header *header = parts->header;

	return within(entry->first_need, entry->nr_needs, header->nr_needs) &&
	       within(entry->first_export, entry->nr_exports,
		      header->nr_exports) &&
	       within(entry->info, entry->info_size, header->info_size) &&
	       (!entry->info_size ||
		!parts->info[entry->info + entry->info_size - 1]) &&
	       entry->path < header->paths_size;
}

static void offer(struct depmod *depmod, const struct parts *parts,
		  const struct entry *entry, const struct names *names)
{
	const char *path = parts->paths + entry->path;
	struct arena scratch = {NULL};
	struct module *mod = modules_find(depmod, module_name(&scratch, path));

	arena_free(&scratch);
	if (!mod || strcmp(mod->shown, path))
		return;
	mod->offered = true;
	mod->key = entry->key;
	mod->record = (struct record){
		.names = names,
		.need = parts->need + entry->first_need,
		.export = parts->export + entry->first_export,
		.info = parts->info + entry->info,
		.nr_needs = entry->nr_needs,
		.nr_exports = entry->nr_exports,
		.info_size = entry->info_size,
	};
}

void cache_load(struct depmod *depmod)
{
	char *path = str_printf("%s/" CACHE_NAME, depmod->outdir);
	struct parts parts;
	struct names *names;
	void *data;
	size_t size;
	int err;

	err = file_read(path, &data, &size);
	free(path);
	if (err)
		return;
	names = find_parts(data, size, &parts) && names_are_known(&parts)
			? load_names(&parts)
			: NULL;
	if (!names) {
		free(data);
		return;
	}
	depmod->cache = data;
	depmod->names[depmod->nr_names++] = names;
	depmod->nr_cached = parts.header->nr_modules;
	for (size_t i = 0; i < parts.header->nr_modules; i++)
		if (is_valid(&parts, &parts.entry[i]))
			offer(depmod, &parts, &parts.entry[i], names);
}

/* ---- saving ------------------------------------------------------------------------ */

struct saver {
	struct names names;
	struct strbuf entries, needs, exports, infos, paths;
	struct header header;
	uint32_t *number[DEPMOD_NAMES]; /* of each names' names in ours, + 1 */
	time_t settled; /* what changed later is not recorded */
};

static uint32_t save_name(struct saver *saver, const struct depmod *depmod,
			  const struct names *names, uint32_t id)
{
	size_t which = 0;
	uint32_t *number;

	while (depmod->names[which] != names)
		which++;
	if (!saver->number[which])
		saver->number[which] = xcalloc(names->n, sizeof(uint32_t));
	number = &saver->number[which][id];
	if (!*number)
		*number = names_add(&saver->names, names->name[id]->text,
				    names->name[id]->hash)
				  ->id +
			  1;
	return *number - 1;
}

static void save_symbols(struct saver *saver, const struct depmod *depmod,
			 const struct record *record)
{
	for (size_t i = 0; i < record->nr_needs; i++) {
		struct need need = record->need[i];

		need.name = save_name(saver, depmod, record->names, need.name);
		strbuf_add(&saver->needs, &need, sizeof(need));
	}
	for (size_t i = 0; i < record->nr_exports; i++) {
		struct export export = record->export[i];

		export.name =
			save_name(saver, depmod, record->names, export.name);
		strbuf_add(&saver->exports, &export, sizeof(export));
	}
}

static void save_module(struct saver *saver, const struct depmod *depmod,
			const struct module *mod)
{
	const struct record *record = &mod->record;
	struct entry entry = {
		.key = mod->key,
		.first_need = saver->header.nr_needs,
		.first_export = saver->header.nr_exports,
		.info = saver->infos.len,
		.path = saver->paths.len,
		.nr_needs = record->nr_needs,
		.nr_exports = record->nr_exports,
		.info_size = record->info_size,
	};

	if (record->err || mod->key.ctime >= saver->settled ||
	    mod->key.mtime >= saver->settled)
		return;
	strbuf_add(&saver->entries, &entry, sizeof(entry));
	save_symbols(saver, depmod, record);
	strbuf_add(&saver->infos, record->info, record->info_size);
	strbuf_add(&saver->paths, mod->shown, strlen(mod->shown) + 1);
	saver->header.nr_modules++;
	saver->header.nr_needs += record->nr_needs;
	saver->header.nr_exports += record->nr_exports;
}

static void append(struct strbuf *to, const struct strbuf *from)
{
	strbuf_add(to, from->text, from->len);
}

static void write_cache(struct saver *saver, const char *dir)
{
	struct strbuf names = STRBUF_INIT, all = STRBUF_INIT;
	struct header *header = &saver->header;
	struct output_file file = {.name = CACHE_NAME};

	for (size_t i = 0; i < saver->names.n; i++)
		strbuf_add(&names, saver->names.name[i]->text,
			   strlen(saver->names.name[i]->text) + 1);
	memcpy(header->magic, magic, sizeof(magic));
	header->format = FORMAT;
	header->nr_names = saver->names.n;
	header->names_size = names.len;
	header->info_size = saver->infos.len;
	header->paths_size = saver->paths.len;
	strbuf_add(&all, header, sizeof(*header));
	append(&all, &saver->entries);
	append(&all, &saver->needs);
	append(&all, &saver->exports);
	append(&all, &names);
	append(&all, &saver->infos);
	append(&all, &saver->paths);
	header = (struct header *)all.text;
	header->checksum =
		cache_checksum(header + 1, all.len - sizeof(*header));
	file.data = all.text;
	file.size = all.len;
	write_files(dir, &file, 1);
	strbuf_free(&names);
	strbuf_free(&all);
}

void cache_save(struct depmod *depmod)
{
	struct saver saver = {0};
	size_t cached = 0;

	for (size_t i = 0; i < depmod->nr_modules; i++)
		cached += depmod->module[i].cached;
	if (cached == depmod->nr_modules && cached == depmod->nr_cached)
		return;
	saver.settled = depmod->started - SETTLE_SECONDS;
	for (size_t i = 0; i < depmod->nr_modules; i++)
		save_module(&saver, depmod, &depmod->module[i]);
	write_cache(&saver, depmod->outdir);
	for (size_t i = 0; i < DEPMOD_NAMES; i++)
		free(saver.number[i]);
	strbuf_free(&saver.entries);
	strbuf_free(&saver.needs);
	strbuf_free(&saver.exports);
	strbuf_free(&saver.infos);
	strbuf_free(&saver.paths);
}

void cache_remove(const struct depmod *depmod)
{
	char *path = str_printf("%s/" CACHE_NAME, depmod->outdir);

	unlink(path);
	free(path);
}
