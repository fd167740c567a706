// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads what depmod wants of each module: symbols, versions, .modinfo.
 *
 * Readers take the modules one by one.  One for each processor suffices while
 * the files are in memory; when the first ones make us wait for the disk, more
 * start, so that it has several reads to do at a time.  Each has its own names
 * and memory; which reader takes a module makes no difference to the result.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/modelf.h"
#include "tools/depmod/depmod.h"
#include "tools/log.h"

#define MOST_WARM    4
#define MANY_READERS 8
#define MOST_READERS 32

/* How many modules to try before we judge whether they are in memory, and how
 * many waits in that many are too many. */
#define TRIAL	    16
#define TRIAL_WAITS 8

struct pool {
	struct depmod *depmod;
	int dirfd;
	atomic_size_t next; /* module to take */
};

struct undefined {
	const char *name; /* in the file */
	uint32_t hash;
	bool weak;
};

struct reader {
	struct pool *pool;
	struct names *names;
	struct modelf *elf;
	struct need *need; /* of the module that is being read */
	struct export *export;
	struct strbuf info;
	size_t nr_needs, cap_needs, nr_exports, cap_exports;
	struct undefined *undefined;
	size_t nr_undefined, cap_undefined;
	size_t next; /* of those, the one whose version may come next */
	uint32_t stamp; /* of the module that is being read */
	pthread_t thread;
};

static void *room_for(void *array, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return array;
	*cap = *cap * 2 + 256;
	return xrealloc(array, *cap * size);
}

static void add_need(struct reader *reader, const char *text, uint32_t hash,
		     uint64_t crc, bool weak)
{
	struct name *name = names_add(reader->names, text, hash);

	reader->need = room_for(reader->need, reader->nr_needs,
				&reader->cap_needs, sizeof(*reader->need));
	name->stamp = reader->stamp;
	name->need = reader->nr_needs;
	reader->need[reader->nr_needs++] = (struct need){name->id, crc, weak};
}

static int find_undefined(void *context, const struct modelf_symbol *symbol)
{
	struct reader *reader = context;
	uint32_t hash = modelf_hash(symbol->name);

	reader->undefined = room_for(reader->undefined, reader->nr_undefined,
				     &reader->cap_undefined,
				     sizeof(*reader->undefined));
	reader->undefined[reader->nr_undefined++] =
		(struct undefined){symbol->name, hash, symbol->weak};
	names_expect(reader->names, hash);
	return 0;
}

/* How far ahead memory is asked for. */
#define AHEAD 4

static void add_undefined(struct reader *reader)
{
	size_t n = reader->nr_undefined;

	for (size_t i = 0; i < n; i++) {
		const struct undefined *symbol = &reader->undefined[i];

		if (i + AHEAD < n)
			names_expect_soon(reader->names, symbol[AHEAD].hash);
		add_need(reader, symbol->name, symbol->hash, 0, symbol->weak);
	}
}

/*
 * The kernel's build writes versions in the order of the undefined symbols: to
 * compare with the next of these is cheaper than to look up.
 */
static struct need *need_of(struct reader *reader, const char *version)
{
	struct name *name;

	if (reader->next < reader->nr_undefined &&
	    !strcmp(reader->undefined[reader->next].name, version))
		return &reader->need[reader->next++];
	name = names_add(reader->names, version, modelf_hash(version));
	if (name->stamp != reader->stamp)
		return NULL;
	reader->next = name->need + 1;
	return &reader->need[name->need];
}

/* The version of an undefined symbol; or else a need of its own. */
static int add_version(void *context, const struct modelf_symbol *symbol)
{
	struct reader *reader = context;
	struct need *need = need_of(reader, symbol->name);

	if (!need)
		add_need(reader, symbol->name, modelf_hash(symbol->name),
			 symbol->crc, symbol->weak);
	else if (!need->crc)
		need->crc = symbol->crc;
	return 0;
}

/* Undefined symbols, then versions that are of none. */
static int read_needs(struct reader *reader)
{
	int err, versions_err;

	reader->stamp++;
	reader->next = reader->nr_undefined = 0;
	err = modelf_undefined(reader->elf, find_undefined, reader);
	if (err && err != -ENODATA)
		return err;
	add_undefined(reader);
	versions_err = modelf_versions(reader->elf, add_version, reader);
	return versions_err == -ENODATA ? err : versions_err;
}

static int add_export(void *context, const struct modelf_symbol *symbol)
{
	struct reader *reader = context;

	reader->export = room_for(reader->export, reader->nr_exports,
				  &reader->cap_exports,
				  sizeof(*reader->export));
	reader->export[reader->nr_exports++] = (struct export){
		.name = names_add(reader->names, symbol->name,
				  modelf_hash(symbol->name))
				->id,
		.crc = symbol->crc,
	};
	return 0;
}

/* Whether it is @key without the "=". */
static bool is_bare(const char *info, const char *key)
{
	size_t len = strlen(key) - 1;

	return !strncmp(info, key, len) && !info[len];
}

static void add_infos(struct reader *reader)
{
	static const char *const keys[] = {"alias=", "softdep=", "weakdep="};
	const char *info = NULL;

	while ((info = modelf_info_next(reader->elf, info)))
		for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
			if (!strncmp(info, keys[i], strlen(keys[i])))
				strbuf_add(&reader->info, info,
					   strlen(info) + 1);
			else if (is_bare(info, keys[i]))
				strbuf_add(&reader->info, keys[i],
					   strlen(keys[i]) + 1);
		}
}

static const void *keep(struct reader *reader, const void *data, size_t size)
{
	void *copy;

	if (!size)
		return NULL;
	copy = arena_alloc(&reader->names->arena, size);
	memcpy(copy, data, size);
	return copy;
}

static void keep_record(struct reader *reader, struct record *record)
{
	record->names = reader->names;
	record->nr_needs = reader->nr_needs;
	record->need = keep(reader, reader->need,
			    reader->nr_needs * sizeof(struct need));
	record->nr_exports = reader->nr_exports;
	record->export = keep(reader, reader->export,
			      reader->nr_exports * sizeof(struct export));
	record->info_size = reader->info.len;
	record->info = keep(reader, reader->info.text, reader->info.len);
}

static void read_module(struct reader *reader, struct module *mod)
{
	struct modelf *elf = reader->elf;
	int err;

	reader->nr_needs = reader->nr_exports = 0;
	strbuf_reset(&reader->info);
	err = modelf_reopen(elf, mod->external ? AT_FDCWD : reader->pool->dirfd,
			    mod->shown);
	if (!err) {
		file_key_set(&mod->key, modelf_stat(elf));
		err = read_needs(reader);
		if (err && err != -ENODATA)
			reader->nr_needs = 0;
		err = modelf_exports(elf, add_export, reader);
		add_infos(reader);
	}
	mod->record.err = err == -ENODATA ? 0 : err;
	if (mod->record.err)
		reader->nr_exports = 0;
	keep_record(reader, &mod->record);
}

/* Whether the file is still the one whose record the cache has. */
static bool is_unchanged(const struct reader *reader, const struct module *mod)
{
	struct file_key key;
	struct stat st;

	if (fstatat(reader->pool->dirfd, mod->shown, &st, 0))
		return false;
	file_key_set(&key, &st);
	return !memcmp(&key, &mod->key, sizeof(key));
}

/* False when none is left. */
static bool read_next(struct reader *reader)
{
	struct depmod *depmod = reader->pool->depmod;
	size_t i = atomic_fetch_add(&reader->pool->next, 1);
	struct module *mod;

	if (i >= depmod->nr_modules)
		return false;
	mod = &depmod->module[i];
	if (mod->offered && is_unchanged(reader, mod)) {
		mod->cached = true;
		return true;
	}
	mod->record = (struct record){0};
	read_module(reader, mod);
	return true;
}

static void *read_modules(void *context)
{
	while (read_next(context))
		;
	return NULL;
}

static void start_reader(struct pool *pool, struct reader *reader)
{
	struct depmod *depmod = pool->depmod;

	reader->pool = pool;
	reader->names = xcalloc(1, sizeof(*reader->names));
	depmod->names[depmod->nr_names++] = reader->names;
	if (modelf_new(&reader->elf))
		log_fatal("out of memory\n");
}

static void end_reader(struct reader *reader)
{
	modelf_close(reader->elf);
	strbuf_free(&reader->info);
	free(reader->undefined);
	free(reader->need);
	free(reader->export);
}

/* Beyond a few, they wait for each other in the kernel. */
static unsigned int warm_readers(void)
{
	cpu_set_t cpus;
	int n;

	if (sched_getaffinity(0, sizeof(cpus), &cpus))
		return 1;
	n = CPU_COUNT(&cpus);
	return n > MOST_WARM ? MOST_WARM : n;
}

/* Reads the first modules alone; how many readers the others are worth. */
static unsigned int try_disk(struct reader *reader)
{
	struct rusage before, after;

	getrusage(RUSAGE_THREAD, &before);
	for (int i = 0; i < TRIAL; i++)
		if (!read_next(reader))
			return 1;
	getrusage(RUSAGE_THREAD, &after);
	if (after.ru_nvcsw - before.ru_nvcsw >= TRIAL_WAITS)
		return MANY_READERS;
	return warm_readers();
}

static void report(const struct depmod *depmod)
{
	for (size_t i = 0; i < depmod->nr_modules; i++) {
		const struct module *mod = &depmod->module[i];

		if (mod->record.err)
			log_err("failed to load symbols from %s: %s\n",
				mod->path, strerror(-mod->record.err));
	}
}

void read_all(struct depmod *depmod)
{
	struct reader reader[MOST_READERS] = {0};
	struct pool pool = {.depmod = depmod};
	unsigned int wanted, n = 1;

	pool.dirfd = open(depmod->dirname, O_PATH | O_DIRECTORY | O_CLOEXEC);
	start_reader(&pool, &reader[0]);
	wanted = try_disk(&reader[0]);
	if (wanted > 1 && depmod->threads)
		wanted = depmod->threads;
	while (n < wanted) {
		start_reader(&pool, &reader[n]);
		if (pthread_create(&reader[n].thread, NULL, read_modules,
				   &reader[n])) {
			end_reader(&reader[n]);
			break;
		}
		n++;
	}
	read_modules(&reader[0]);
	for (unsigned int i = 1; i < n; i++)
		pthread_join(reader[i].thread, NULL);
	for (unsigned int i = 0; i < n; i++)
		end_reader(&reader[i]);
	if (pool.dirfd >= 0)
		close(pool.dirfd);
	report(depmod);
}
