// SPDX-License-Identifier: GPL-2.0-only
/*
 * Look-ups in the indexes of a module tree, and the modules that they name.
 *
 * One owner, no locks, may block on disk, not signal-safe.
 */
#include "tools/modules.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/modlookup.h"
#include "lib/strbuf.h"
#include "tools/config.h"
#include "tools/log.h"

#define NAME_SIZE PATH_MAX

enum index_kind {
	INDEX_DEP,
	INDEX_ALIAS,
	INDEX_SYMBOLS,
	INDEX_BUILTIN,
	INDEX_BUILTIN_ALIAS,
	NR_INDEXES
};

static const char *const index_names[NR_INDEXES] = {
	[INDEX_DEP] = "dep",
	[INDEX_ALIAS] = "alias",
	[INDEX_SYMBOLS] = "symbols",
	[INDEX_BUILTIN] = "builtin",
	[INDEX_BUILTIN_ALIAS] = "builtin.alias",
};

struct modules {
	char *tree;
	const struct config *config;
	struct trie *index[NR_INDEXES]; /* opened when first used */
	bool tried[NR_INDEXES];
	struct module_list known;
};

int module_list_add(struct module_list *list, struct module *module)
{
	if (list->n == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 16;
		struct module **more;

		more = reallocarray(list->module, cap, sizeof(*more));
		if (!more)
			return -ENOMEM;
		list->module = more;
		list->cap = cap;
	}
	list->module[list->n++] = module;
	return 0;
}

void module_list_free(struct module_list *list)
{
	free(list->module);
	*list = (struct module_list){NULL, 0, 0};
}

int modules_open(const char *tree, const struct config *config,
		 struct modules **result)
{
	struct modules *modules = calloc(1, sizeof(*modules));

	if (!modules)
		return -ENOMEM;
	modules->tree = strdup(tree);
	if (!modules->tree) {
		free(modules);
		return -ENOMEM;
	}
	modules->config = config;
	*result = modules;
	return 0;
}

static void free_module(struct module *module)
{
	free(module->name);
	free(module->alias);
	free(module->path);
	free(module->needs);
	free(module);
}

void modules_close(struct modules *modules)
{
	if (!modules)
		return;
	for (size_t i = 0; i < NR_INDEXES; i++)
		trie_close(modules->index[i]);
	for (size_t i = 0; i < modules->known.n; i++)
		free_module(modules->known.module[i]);
	module_list_free(&modules->known);
	free(modules->tree);
	free(modules);
}

void modules_forget_visits(struct modules *modules)
{
	for (size_t i = 0; i < modules->known.n; i++) {
		modules->known.module[i]->visited = false;
		modules->known.module[i]->required = false;
	}
}

const char *modules_tree(const struct modules *modules)
{
	return modules->tree;
}

/* ---- indexes ------------------------------------------------------------- */

/* NULL when it is not there, or no index. */
static const struct trie *open_index(struct modules *modules,
				     enum index_kind kind)
{
	char *path;
	int err;

	if (modules->tried[kind])
		return modules->index[kind];
	modules->tried[kind] = true;
	path = str_printf("%s/modules.%s.bin", modules->tree,
			  index_names[kind]);
	err = trie_open(path, &modules->index[kind]);
	if (err == -EILSEQ)
		log_err("%s is not an index that can be read; run depmod\n",
			path);
	else if (err)
		log_debug("%s: %s\n", path, strerror(-err));
	free(path);
	return modules->index[kind];
}

/* A damaged index is said to be so, and has found what it has found. */
static int search(struct modules *modules, enum index_kind kind,
		  enum hits_how how, const char *name, struct hits *hits)
{
	const struct trie *index = open_index(modules, kind);
	int err;

	if (!index)
		return 0;
	err = trie_search(index, how, name, hits);
	if (err == -EILSEQ) {
		log_err("%s/modules.%s.bin is damaged; run depmod\n",
			modules->tree, index_names[kind]);
		err = 0;
	}
	hits_sort(hits);
	return err;
}

int modules_walk(struct modules *modules, const char *index,
		 int (*visit)(void *context, const char *key,
			      const char *value),
		 void *context)
{
	for (int kind = 0; kind < NR_INDEXES; kind++) {
		const struct trie *trie;

		if (strcmp(index_names[kind], index) != 0)
			continue;
		trie = open_index(modules, kind);
		return trie ? trie_walk(trie, visit, context) : 0;
	}
	return -EINVAL;
}

/* ---- modules ------------------------------------------------------------- */

void modules_name_of_path(const char *path, char *name, size_t size)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	const char *end = strstr(base, ".ko");
	size_t len = strlen(base);

	/* ".ko" inside a name is no ending */
	while (end && end[3] && end[3] != '.')
		end = strstr(end + 1, ".ko");
	if (end)
		len = end - base;
	if (len >= size)
		len = size - 1;
	for (size_t i = 0; i < len; i++)
		name[i] = base[i] == '-' ? '_' : base[i];
	name[len] = '\0';
}

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static struct module *find_known(const struct modules *modules,
				 const char *name, const char *alias)
{
	for (size_t i = 0; i < modules->known.n; i++) {
		struct module *module = modules->known.module[i];

		if (!strcmp(module->name, name) && same(module->alias, alias))
			return module;
	}
	return NULL;
}

static char *absolute(const struct modules *modules, const char *path,
		      size_t len)
{
	if (*path == '/')
		return str_printf("%.*s", (int)len, path);
	return str_printf("%s/%.*s", modules->tree, (int)len, path);
}

static int get(struct modules *modules, const char *name, const char *alias,
	       struct module **result);

/* A path of a line of modules.dep. */
static int get_by_path(struct modules *modules, const char *path, size_t len,
		       struct module **result)
{
	char name[NAME_SIZE], *copy = str_printf("%.*s", (int)len, path);
	int err;

	modules_name_of_path(copy, name, sizeof(name));
	free(copy);
	err = get(modules, name, NULL, result);
	if (!err && !(*result)->path)
		(*result)->path = absolute(modules, path, len);
	return err;
}

static size_t count_words(const char *text)
{
	size_t n = 0;

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		text += strcspn(text, " ");
		n++;
	}
	return n;
}

/* @line: " path path", the one to be loaded first at the end. */
static int add_needs(struct modules *modules, struct module *module,
		     const char *line)
{
	size_t i = count_words(line);
	int err = 0;

	if (!i)
		return 0;
	module->needs = calloc(i, sizeof(*module->needs));
	if (!module->needs)
		return -ENOMEM;
	module->nr_needs = i;
	for (line += strspn(line, " "); !err && *line;
	     line += strspn(line, " ")) {
		size_t len = strcspn(line, " ");

		err = get_by_path(modules, line, len, &module->needs[--i]);
		line += len;
	}
	if (err)
		module->nr_needs = 0;
	return err;
}

/* Its line in modules.dep: "path: path path".  Not before it is asked for:
 * what a module needs has needs of its own, in circles in a bad index. */
static int read_needs(struct modules *modules, struct module *module)
{
	struct hits hits = {NULL, 0, 0};
	const char *line;
	size_t len;
	int err;

	if (module->read)
		return 0;
	module->read = true;
	err = search(modules, INDEX_DEP, HITS_EXACT, module->name, &hits);
	line = hits.n ? hits.hit[0].value : "";
	len = strcspn(line, ":");
	hits_free(&hits);
	if (err || !line[len])
		return err;
	if (!module->path)
		module->path = absolute(modules, line, len);
	return add_needs(modules, module, line + len + 1);
}

static int read_builtin(struct modules *modules, struct module *module)
{
	struct hits hits = {NULL, 0, 0};
	int err =
		search(modules, INDEX_BUILTIN, HITS_EXACT, module->name, &hits);

	module->builtin = hits.n;
	hits_free(&hits);
	return err;
}

/* @alias: what it is called instead; NULL for a module by its name. */
static int get(struct modules *modules, const char *name, const char *alias,
	       struct module **result)
{
	struct module *module = find_known(modules, name, alias);
	int err;

	*result = module;
	if (module)
		return 0;
	module = calloc(1, sizeof(*module));
	if (!module)
		return -ENOMEM;
	module->name = strdup(name);
	module->alias = alias ? strdup(alias) : NULL;
	err = module->name && (!alias || module->alias)
		      ? module_list_add(&modules->known, module)
		      : -ENOMEM;
	if (err) {
		free_module(module);
		return err;
	}
	*result = module;
	return read_builtin(modules, module);
}

int modules_get(struct modules *modules, const char *name,
		struct module **result)
{
	int err = get(modules, name, NULL, result);

	return err ? err : read_needs(modules, *result);
}

int modules_get_file(struct modules *modules, const char *path,
		     struct module **result)
{
	char name[NAME_SIZE], *real;
	struct stat st;
	int err;

	if (stat(path, &st))
		return -errno;
	modules_name_of_path(path, name, sizeof(name));
	err = modules_get(modules, name, result);
	if (err)
		return err;
	real = *path == '/' ? strdup(path) : realpath(path, NULL);
	if (!real)
		return -errno;
	free((*result)->path);
	(*result)->path = real;
	return 0;
}

/* ---- the ways of looking up ---------------------------------------------- */

struct lookup {
	struct modules *modules;
	const char *name; /* in the form that keys have */
	struct module_list *list;
};

static int found(struct lookup *lookup, const char *name, const char *alias)
{
	struct module *module;
	int err = get(lookup->modules, name, alias, &module);

	if (!err)
		err = read_needs(lookup->modules, module);
	return err ? err : module_list_add(lookup->list, module);
}

static int by_config_alias(struct lookup *lookup)
{
	const struct config_line *line = NULL;
	int err = 0;

	while (!err &&
	       (line = config_find(lookup->modules->config, CONFIG_ALIAS,
				   lookup->name, true, line)))
		err = found(lookup, line->value, line->name);
	return err;
}

static int by_index(struct lookup *lookup, enum index_kind kind,
		    enum hits_how how)
{
	struct hits hits = {NULL, 0, 0};
	bool values = how == HITS_MATCH;
	int err = search(lookup->modules, kind, how, lookup->name, &hits);

	if (!values && hits.n > 1)
		hits.n = 1;
	for (size_t i = 0; !err && i < hits.n; i++)
		err = found(lookup, values ? hits.hit[i].value : lookup->name,
			    values ? lookup->name : NULL);
	hits_free(&hits);
	return err;
}

static int by_name(struct lookup *lookup)
{
	return by_index(lookup, INDEX_DEP, HITS_EXACT);
}

static int by_symbol(struct lookup *lookup)
{
	if (strncmp(lookup->name, "symbol:", 7) != 0)
		return 0;
	return by_index(lookup, INDEX_SYMBOLS, HITS_MATCH);
}

static int by_command(struct lookup *lookup)
{
	const struct config *config = lookup->modules->config;

	if (!config_find(config, CONFIG_INSTALL, lookup->name, false, NULL) &&
	    !config_find(config, CONFIG_REMOVE, lookup->name, false, NULL))
		return 0;
	return found(lookup, lookup->name, NULL);
}

static int by_alias(struct lookup *lookup)
{
	return by_index(lookup, INDEX_ALIAS, HITS_MATCH);
}

static int by_builtin(struct lookup *lookup)
{
	return by_index(lookup, INDEX_BUILTIN, HITS_EXACT);
}

/* What has an alias there is built in, whatever the other index says. */
static int by_builtin_alias(struct lookup *lookup)
{
	struct module_list *list = lookup->list;
	size_t before = list->n;
	int err = by_index(lookup, INDEX_BUILTIN_ALIAS, HITS_MATCH);

	for (size_t i = before; i < list->n; i++)
		list->module[i]->builtin = true;
	return err;
}

static int look_up(struct lookup *lookup)
{
	static const struct {
		int (*how)(struct lookup *lookup);
		bool needs_config;
	} ways[] = {
		{by_config_alias, true},   {by_name, false},
		{by_symbol, false},	   {by_command, true},
		{by_alias, false},	   {by_builtin, false},
		{by_builtin_alias, false},
	};
	size_t before = lookup->list->n;

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		int err;

		if (ways[i].needs_config && !lookup->modules->config)
			continue;
		err = ways[i].how(lookup);
		if (err)
			return err;
		if (lookup->list->n > before)
			return 0;
	}
	return -ENOENT;
}

int modules_lookup(struct modules *modules, const char *name,
		   struct module_list *list)
{
	struct lookup lookup = {modules, NULL, list};
	char *key;
	int err;

	if (strlen(name) >= NAME_SIZE)
		return -EINVAL;
	key = strdup(name);
	if (!key)
		return -ENOMEM;
	lookup.name = key;
	err = config_normalize(key) ? look_up(&lookup) : -EINVAL;
	free(key);
	return err;
}
