// SPDX-License-Identifier: GPL-2.0-only
/*
 * Look-ups in a module tree as modprobe does them: from a name or an alias to
 * the files to load, in order.
 *
 * One owner, no locks, may block on disk, not signal-safe.  Running out of
 * memory for a path ends the program, as in lib/strbuf.h.
 */
#include "lib/modindex.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/modfile.h"
#include "lib/modlookup.h"
#include "lib/strbuf.h"

#define NAME_MAX_LEN 256
#define MAX_DEPTH    64 /* of soft dependencies of soft dependencies */

/* One of depmod's files: binary if there is such a one, else text. */
struct source {
	struct trie *trie;
	struct modtable *table;
	bool opened; /* or found not to be there */
};

enum source_id {
	SOURCE_DEP,
	SOURCE_ALIAS,
	SOURCE_BUILTIN,
	SOURCE_BUILTIN_ALIAS,
	SOURCE_SOFTDEP,
	NR_SOURCES
};

struct source_form {
	const char *binary; /* NULL: depmod makes none */
	const char *text;
	enum modtable_form form;
};

static const struct source_form forms[NR_SOURCES] = {
	[SOURCE_DEP] = {"modules.dep.bin", "modules.dep", MODTABLE_DEP},
	[SOURCE_ALIAS] = {"modules.alias.bin", "modules.alias", MODTABLE_ALIAS},
	[SOURCE_BUILTIN] = {"modules.builtin.bin", "modules.builtin",
			    MODTABLE_PATHS},
	[SOURCE_BUILTIN_ALIAS] = {"modules.builtin.alias.bin",
				  "modules.builtin.modinfo", MODTABLE_MODINFO},
	[SOURCE_SOFTDEP] = {NULL, "modules.softdep", MODTABLE_SOFTDEP},
};

struct modindex {
	char *dir;
	struct source sources[NR_SOURCES];
};

/* A resolution under way. */
struct resolution {
	struct modindex *index;
	struct modlist *list;
	struct modlist visited; /* names, against circles */
	unsigned int depth;
};

static int resolve(struct resolution *res, const char *name);

static int open_binary(struct modindex *index, enum source_id id)
{
	char *path;
	int err;

	if (!forms[id].binary)
		return -ENOENT;
	path = str_printf("%s/%s", index->dir, forms[id].binary);
	err = trie_open(path, &index->sources[id].trie);
	free(path);
	return err;
}

static int open_text(struct modindex *index, enum source_id id)
{
	char *path = str_printf("%s/%s", index->dir, forms[id].text);
	int err =
		modtable_open(path, forms[id].form, &index->sources[id].table);

	free(path);
	return err;
}

/* A binary file that is damaged is an error only when there is no text. */
static int open_source(struct modindex *index, enum source_id id)
{
	int binary, text;

	binary = open_binary(index, id);
	if (!binary)
		return 0;
	text = open_text(index, id);
	return text == -ENOENT ? binary : text;
}

/* Files other than modules.dep need not be there. */
static int search(struct modindex *index, enum source_id id, enum hits_how how,
		  const char *name, struct hits *hits)
{
	struct source *source = &index->sources[id];
	int err = 0;

	if (!source->opened) {
		err = open_source(index, id);
		if (err && err != -ENOENT)
			return err;
		source->opened = true;
	}
	if (source->trie)
		err = trie_search(source->trie, how, name, hits);
	else if (source->table)
		err = modtable_search(source->table, how, name, hits);
	else
		err = 0;
	hits_sort(hits);
	return err;
}

int modindex_open(const char *dir, struct modindex **result)
{
	struct modindex *index = calloc(1, sizeof(*index));
	int err;

	if (!index)
		return -ENOMEM;
	/* else as given: people know /lib/modules, whatever it links to */
	index->dir = *dir == '/' ? strdup(dir) : realpath(dir, NULL);
	if (!index->dir) {
		err = -errno;
		goto close_index;
	}
	err = open_source(index, SOURCE_DEP);
	if (err)
		goto close_index;
	index->sources[SOURCE_DEP].opened = true;
	*result = index;
	return 0;
close_index:
	modindex_close(index);
	return err;
}

void modindex_close(struct modindex *index)
{
	if (!index)
		return;
	for (int i = 0; i < NR_SOURCES; i++) {
		trie_close(index->sources[i].trie);
		modtable_close(index->sources[i].table);
	}
	free(index->dir);
	free(index);
}

static bool modlist_has(const struct modlist *list, const char *path)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->path[i], path))
			return true;
	return false;
}

/* Takes @path over.  The array's size is always a power of two. */
static void append(struct modlist *list, char *path)
{
	size_t n = list->n;

	if (!(n & (n - 1))) {
		list->path = reallocarray(list->path, n ? n * 2 : 1,
					  sizeof(*list->path));
		if (!list->path)
			abort();
	}
	list->path[list->n++] = path;
}

void modlist_add(struct modlist *list, const char *path)
{
	if (!modlist_has(list, path))
		append(list, str_printf("%s", path));
}

void modlist_free(struct modlist *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->path[i]);
	free(list->path);
	*list = (struct modlist){NULL, 0};
}

/* A path of modules.dep: relative to the tree, but for depmod's externals. */
static char *absolute(const struct modindex *index, const char *path,
		      size_t len)
{
	if (*path == '/')
		return str_printf("%.*s", (int)len, path);
	return str_printf("%s/%.*s", index->dir, (int)len, path);
}

int modindex_all(struct modindex *index, struct modlist *list)
{
	struct modlist before = *list; /* no two lines have one path */
	struct hits hits = {0};
	int err;

	err = search(index, SOURCE_DEP, HITS_ALL, NULL, &hits);
	for (size_t i = 0; !err && i < hits.n; i++) {
		const char *line = hits.hit[i].value;
		char *path = absolute(index, line, strcspn(line, ":"));

		before.path = list->path; /* it may have moved */
		if (modlist_has(&before, path))
			free(path);
		else
			append(list, path);
	}
	hits_free(&hits);
	return err;
}

/* The soft dependencies after @which ("pre:" or "post:") in @line. */
static int resolve_soft(struct resolution *res, const char *line,
			const char *which)
{
	size_t which_len = strlen(which);
	bool on = false;
	int err = 0;

	while (!err && *(line += strspn(line, " \t"))) {
		size_t len = strcspn(line, " \t");
		char *word;

		if (line[len - 1] == ':') {
			on = len == which_len && !strncmp(line, which, len);
		} else if (on) {
			word = str_printf("%.*s", (int)len, line);
			err = resolve(res, word);
			free(word);
			if (err == -ENOENT)
				err = 0; /* it is soft */
		}
		line += len;
	}
	return err;
}

/* One file, with the soft dependencies of its own around it; of several such
 * lines for a module the first counts. */
static int add_file(struct resolution *res, const char *path)
{
	char name[NAME_MAX_LEN];
	struct hits soft = {0};
	int err;

	modfile_name_of_path(path, name, sizeof(name));
	err = search(res->index, SOURCE_SOFTDEP, HITS_EXACT, name, &soft);
	if (!err && soft.n)
		err = resolve_soft(res, soft.hit[0].value, "pre:");
	if (!err)
		modlist_add(res->list, path);
	if (!err && soft.n)
		err = resolve_soft(res, soft.hit[0].value, "post:");
	hits_free(&soft);
	return err;
}

/* "path: path path", of which each needs only those behind it. */
static int add_dep_line(struct resolution *res, const char *line)
{
	size_t own = strcspn(line, ":");
	size_t first = line[own] ? own + 1 : own;
	size_t end = strlen(line);
	char *path;
	int err = 0;

	while (!err && end > first) {
		size_t start = end;

		while (start > first && line[start - 1] != ' ')
			start--;
		if (start < end) {
			path = absolute(res->index, line + start, end - start);
			err = add_file(res, path);
			free(path);
		}
		end = start > first ? start - 1 : first;
	}
	if (err)
		return err;
	path = absolute(res->index, line, own);
	err = add_file(res, path);
	free(path);
	return err;
}

/* A module by its name; -ENOENT when modules.dep has none such. */
static int resolve_module(struct resolution *res, const char *name)
{
	struct hits lines = {0};
	int err;

	err = search(res->index, SOURCE_DEP, HITS_EXACT, name, &lines);
	if (!err && !lines.n)
		err = -ENOENT;
	if (!err && !modlist_has(&res->visited, name)) {
		modlist_add(&res->visited, name);
		err = add_dep_line(res, lines.hit[0].value);
	}
	hits_free(&lines);
	return err;
}

/* All modules that @alias stands for.  Names that modules.dep does not know
 * are passed over: an index may be older than the tree. */
static int resolve_alias(struct resolution *res, const char *alias)
{
	struct hits modules = {0};
	int err;

	err = search(res->index, SOURCE_ALIAS, HITS_MATCH, alias, &modules);
	if (!err && !modules.n)
		err = -ENOENT;
	for (size_t i = 0; !err && i < modules.n; i++) {
		err = resolve_module(res, modules.hit[i].value);
		if (err == -ENOENT)
			err = 0;
	}
	hits_free(&modules);
	return err;
}

static int find_builtin(struct resolution *res, const char *name)
{
	struct hits hits = {0};
	int err;

	err = search(res->index, SOURCE_BUILTIN, HITS_EXACT, name, &hits);
	if (!err && !hits.n)
		err = search(res->index, SOURCE_BUILTIN_ALIAS, HITS_MATCH, name,
			     &hits);
	if (!err && !hits.n)
		err = -ENOENT;
	hits_free(&hits);
	return err;
}

/* The first kind of name that fits wins, in modprobe's order. */
static int resolve_normalized(struct resolution *res, const char *name)
{
	int err;

	err = resolve_module(res, name);
	if (err == -ENOENT)
		err = resolve_alias(res, name);
	if (err == -ENOENT)
		err = find_builtin(res, name);
	return err;
}

static int resolve(struct resolution *res, const char *name)
{
	char *normalized;
	int err = -ENOENT;

	if (res->depth == MAX_DEPTH)
		return -ELOOP;
	res->depth++;
	normalized = str_printf("%s", name);
	if (modtable_normalize(normalized))
		err = resolve_normalized(res, normalized);
	free(normalized);
	res->depth--;
	return err;
}

int modindex_resolve(struct modindex *index, const char *name,
		     struct modlist *list)
{
	struct resolution res = {.index = index, .list = list};
	int err = resolve(&res, name);

	modlist_free(&res.visited);
	return err;
}
