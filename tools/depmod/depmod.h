/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * depmod's parts and what they share.
 *
 * The main thread owns everything; while modules are read, each reader owns
 * the modules that it took and its own struct names.  Errors are -errno unless
 * it is said that a function ends the program.
 */
#ifndef TOOLS_DEPMOD_DEPMOD_H
#define TOOLS_DEPMOD_DEPMOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "lib/strbuf.h"
#include "tools/index_write.h"

struct stat;

/* ---- memory.c: memory that is never freed one by one ---------------------- */

struct arena {
	struct arena_chunk *chunk;
};

/* These end the program when there is no memory. */
void *arena_alloc(struct arena *arena, size_t size);
char *arena_text(struct arena *arena, const char *text, size_t len);
void arena_free(struct arena *arena);
void *xrealloc(void *data, size_t size);
void *xcalloc(size_t n, size_t size);

/* ---- config.c: depmod.d ---------------------------------------------------- */

enum search_kind {
	SEARCH_DIR,
	SEARCH_BUILTIN, /* whatever no other names */
	SEARCH_EXTERNAL, /* the directories of "external" */
};

struct search {
	enum search_kind kind;
	char *path; /* of a directory: below the module directory */
	size_t len;
};

struct config {
	struct search *search; /* the first has the highest priority */
	size_t nr_searches;
	struct search *external; /* likewise */
	size_t nr_externals;
	char **override; /* paths without extension; the last rules */
	size_t nr_overrides;
	char **exclude; /* names of directories */
	size_t nr_excludes;
};

/* @paths: files or directories, NULL-terminated; the usual ones with NULL. */
void config_load(struct config *config, const char *const *paths,
		 const char *dirname, const char *release);
void config_free(struct config *config);

/* ---- modules --------------------------------------------------------------- */

#define NO_MODULE UINT32_MAX

struct need {
	uint32_t name; /* in the record's names */
	uint32_t crc;
	uint32_t weak;
};

struct export
{
	uint32_t name;
	uint32_t crc;
};

/* What one look-up touches lies together. */
struct name {
	uint32_t id, hash;
	uint32_t stamp, need; /* the reader's: of the module at hand */
	char text[];
};

/* Strings that occur in many modules, once: symbols' names. */
struct names {
	struct arena arena;
	struct name **name; /* by id */
	size_t n, cap;
	struct name **slot; /* by hash; NULL where there is none */
	size_t nr_slots;
	uint32_t *symbol; /* after symbols_collect(): symbol + 1, or 0 */
};

/* What is read from one module. */
struct record {
	const struct names *names;
	const struct need *need;
	const struct export *export;
	const char *info; /* "alias=...\0", "softdep=...\0", "weakdep=...\0" */
	uint32_t nr_needs, nr_exports, info_size;
	int err; /* why its symbols could not be read */
};

/* Whether a file is still the one that was read. */
struct file_key {
	uint64_t size, ino, dev;
	int64_t mtime, mtime_ns, ctime, ctime_ns;
};

struct module {
	char *path; /* of the file */
	const char
		*shown; /* as modules.dep has it: below the directory, or all */
	const char *name;
	size_t base_len; /* of path, up to and with the last slash */
	size_t stem_len; /* of path, without the extension */
	bool external; /* not below the module directory */
	uint32_t rank; /* loaded before those of higher rank */
	uint32_t users;
	int64_t order; /* the place that modules.order gives it */
	struct record record;
	struct file_key key;
	bool offered; /* record and key are the cache's, yet to be checked */
	bool cached; /* they are, and the file has not changed */
	uint32_t *dep; /* direct dependencies, in first-seen order */
	uint32_t nr_deps;
};

struct symbol {
	const char *name;
	uint32_t hash;
	uint32_t owner; /* index of a module, or NO_MODULE: the kernel */
	uint64_t crc;
};

struct symbols {
	struct symbol *symbol;
	size_t n, cap;
	uint32_t *slot; /* index + 1, or 0 */
	size_t nr_slots;
};

/* The most readers there may be, and the cache. */
#define DEPMOD_NAMES 40

/* Since which version of kmod files are what they are. */
#define COMPAT_WEAKDEP	33 /* modules.weakdep */
#define COMPAT_PREORDER 34 /* the layout of indexes */
#define COMPAT_NEWEST	34

struct depmod {
	/* options */
	const char *release;
	char *dirname; /* the module directory, absolute */
	char *outdir; /* where the indexes go */
	char prefix; /* of symbols, with -P; else 0 */
	bool verbose, warn_duplicates, check_versions, report_unknown, dry_run;
	unsigned int compat; /* the version of kmod whose files to write */
	unsigned int threads; /* 0: what suits */

	struct config config;
	struct arena arena;
	struct module *module;
	size_t nr_modules, cap_modules;
	uint32_t *by_name; /* open addressing: index + 1, or 0 */
	size_t nr_by_name;
	struct symbols symbols;
	struct names *names[DEPMOD_NAMES]; /* the cache's, each reader's */
	size_t nr_names;
	void *cache; /* as it was read: records lie in it */
	size_t nr_cached; /* modules in it */
	time_t started;
};

/* ---- scan.c: which modules there are ---------------------------------------- */

/* All of the module directory and the external ones, by priority. */
int scan_all(struct depmod *depmod);

/* One file, absolute; ends the program when it cannot be taken. */
void scan_file(struct depmod *depmod, const char *path);

/* Directories that hold no modules: ".", "build" and their like. */
bool scan_leaves_out(const struct config *config, const char *name);

/* ---- current.c --------------------------------------------------------------- */

/* Whether modules.dep is there and no module of the directory is newer.  @save:
 * what was found out may be kept for the next time. */
bool is_current(const struct depmod *depmod, bool save);

/* Keeps it, with indexes that are new. */
void current_save(const struct depmod *depmod);

/* ---- modules.c: the table of modules ---------------------------------------- */

/* The module's name as @path gives it; "" if it gives none. */
char *module_name(struct arena *arena, const char *path);

/* Whether the name ends in .ko, also compressed; @stem is then its length
 * without all that. */
bool module_has_extension(const char *name, size_t len, size_t *stem);

/* The slot of that name, taken or not. */
uint32_t *modules_slot(struct depmod *depmod, const char *name);
struct module *modules_find(struct depmod *depmod, const char *name);

/* Takes @path over, which lies in the arena. */
void modules_add(struct depmod *depmod, char *path, const char *name);
void modules_set_path(struct depmod *depmod, struct module *mod, char *path);

/* Into the order of modules.order; the rest behind, in that of their names'
 * hashes. */
void modules_sort(struct depmod *depmod);

/* kmod's order of tables: hash of a name. */
uint32_t superfasthash(const char *text, size_t len);

/* ---- read.c, names.c: what is in them --------------------------------------- */

/* Fills all records but those that the cache offers for files that have not
 * changed. */
void read_all(struct depmod *depmod);

/* The one of that text, which is copied when it is new. */
struct name *names_add(struct names *names, const char *text, uint32_t hash);

/* All that it has, and itself; NULL is fine. */
void names_free(struct names *names);

/* That names_add() of the hash will come later, and that it will come soon:
 * what it is to look at is fetched from memory meanwhile. */
void names_expect(const struct names *names, uint32_t hash);
void names_expect_soon(const struct names *names, uint32_t hash);

/* ---- cache.c: what the last run read ---------------------------------------- */

/* Offers records to the modules; read_all() checks them.  No cache, or one that
 * cannot be used, offers none. */
void cache_load(struct depmod *depmod);

/* Replaces the cache; nothing else fails when that does. */
void cache_save(struct depmod *depmod);
void cache_remove(const struct depmod *depmod);

/* Against damage, not malice. */
uint64_t cache_checksum(const void *data, size_t size);

/* Without holes, so that memcmp() compares. */
void file_key_set(struct file_key *key, const struct stat *st);

/* ---- symbols.c ---------------------------------------------------------------- */

/* The kernel's own, from Module.symvers or System.map. */
int symbols_load_symvers(struct depmod *depmod, const char *path);
int symbols_load_map(struct depmod *depmod, const char *path);

/* Those of all modules, and what each reader's names stand for. */
void symbols_collect(struct depmod *depmod);
struct symbol *symbols_find(struct symbols *symbols, const char *name,
			    uint32_t hash);

/* Indexes of the symbols that modules export, in kmod's order. */
uint32_t *symbols_in_order(const struct depmod *depmod, size_t *n);

/* ---- graph.c -------------------------------------------------------------------- */

/* Direct dependencies and ranks.  -EINVAL: some depend on each other, which was
 * reported. */
int graph_make(struct depmod *depmod);

/* All that @mod depends on by ascending rank.  @list has room for all modules;
 * @seen is the caller's, one for each module, zeroed once, and @mark a number
 * that is not in it. */
size_t graph_all(const struct depmod *depmod, const struct module *mod,
		 uint32_t *list, uint32_t *seen, uint32_t mark);

/* ---- write.c, indexes.c, output.c, builtin.c ------------------------------------------------- */

/* A file to write: its text or index. */
struct output_file {
	const char *name;
	void *data;
	size_t size;
};

/* One that is an index. */
struct index_file {
	const char *name;
	const char *again; /* what a warning calls entries that are there twice */
	bool is_there; /* else the file is empty */
	struct index_writer index;
	void *data;
	size_t size;
	int err;
};

/* Makes data and size of each, or err. */
void indexes_make(const struct depmod *depmod, struct index_file *file,
		  size_t n);

/* Replaces all of them, or none if one cannot be written. */
int write_files(const char *dir, const struct output_file *file, size_t n);

/* Makes and writes all indexes, or with dry_run prints the texts. */
int output_all(struct depmod *depmod);

/* What the kernel's build says is built in.  False: there is no such list. */
bool builtin_names(struct depmod *depmod, struct index_writer *index);
bool builtin_aliases(struct depmod *depmod, struct index_writer *index);

/* @pattern with '-' made '_' but in brackets, in the arena if it changes.
 * NULL: brackets do not pair, or it is too long. */
const char *alias_normal(struct arena *arena, const char *pattern, size_t len);

/* index_add() that says what it refuses. */
void output_add(struct index_writer *index, const char *key, size_t key_len,
		const char *value, size_t value_len, uint32_t priority);

#endif
