// SPDX-License-Identifier: GPL-2.0-only
/*
 * From what modinfo is called with to modules, by the indexes that depmod
 * wrote.
 *
 * One owner, no locks, may block on disk, not signal-safe.
 */
#include "tools/modinfo/find.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/file.h"
#include "lib/strbuf.h"
#include "tools/log.h"
#include "tools/modules.h"

struct finder {
	char *tree;
	struct modules *modules; /* NULL: not open yet */
	void *builtin_info; /* NULL: not read yet */
	size_t builtin_info_size;
};

void finder_open(const char *tree, struct finder **result)
{
	struct finder *finder = calloc(1, sizeof(*finder));

	if (!finder)
		log_fatal("out of memory\n");
	finder->tree = str_printf("%s", tree);
	*result = finder;
}

void finder_close(struct finder *finder)
{
	if (!finder)
		return;
	modules_close(finder->modules);
	free(finder->builtin_info);
	free(finder->tree);
	free(finder);
}

const char *finder_tree(const struct finder *finder)
{
	return finder->tree;
}

/* With no configuration: what modprobe.d says is for modprobe alone. */
static struct modules *modules_of(struct finder *finder)
{
	if (!finder->modules &&
	    modules_open(finder->tree, NULL, &finder->modules))
		log_fatal("out of memory\n");
	return finder->modules;
}

/* ---- lists -------------------------------------------------------------- */

static void add_found(struct found_list *list, char *name, char *path)
{
	list->item = realloc(list->item, (list->n + 1) * sizeof(*list->item));
	if (!list->item)
		log_fatal("out of memory\n");
	list->item[list->n++] = (struct found){name, path};
}

void found_list_free(struct found_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->item[i].name);
		free(list->item[i].path);
	}
	free(list->item);
	memset(list, 0, sizeof(*list));
}

/* ---- names -------------------------------------------------------------- */

static bool ends_as_module(const char *path)
{
	static const char *const ends[] = {".ko", ".ko.xz", ".ko.zst",
					   ".ko.gz"};
	size_t len = strlen(path);

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		size_t end = strlen(ends[i]);

		if (len > end && !strcmp(path + len - end, ends[i]))
			return true;
	}
	return false;
}

bool find_is_file(const char *path)
{
	struct stat st;

	return ends_as_module(path) && !stat(path, &st) && S_ISREG(st.st_mode);
}

static void underscore(char *name)
{
	for (; *name; name++)
		if (*name == '-')
			*name = '_';
}

char *find_name_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = str_printf("%s", slash ? slash + 1 : path);

	name[strcspn(name, ".")] = '\0';
	underscore(name);
	return name;
}

/* ---- look-ups ----------------------------------------------------------- */

/* A line of modules.dep begins with the module's path, and a colon. */
static char *path_of(const struct finder *finder, const char *line)
{
	int len = strcspn(line, ":");

	return *line == '/' ? str_printf("%.*s", len, line)
			    : str_printf("%s/%.*s", finder->tree, len, line);
}

static void add_module(struct found_list *list, const struct module *module)
{
	add_found(list, str_printf("%s", module->name),
		  module->path ? str_printf("%s", module->path) : NULL);
}

int finder_by_name(struct finder *finder, const char *name,
		   struct found_list *list)
{
	char *plain = str_printf("%s", name);
	struct module *module;
	int err;

	underscore(plain);
	err = modules_get(modules_of(finder), plain, &module);
	free(plain);
	if (err)
		log_fatal("out of memory\n");
	if (!module->path && !module->builtin)
		return -ENOENT;
	add_module(list, module);
	return 0;
}

int finder_look_up(struct finder *finder, const char *name,
		   struct found_list *list)
{
	struct module_list modules = {0};
	int err = modules_lookup(modules_of(finder), name, &modules);

	for (size_t i = 0; !err && i < modules.n; i++)
		add_module(list, modules.module[i]);
	module_list_free(&modules);
	return err;
}

char *finder_exporter(struct finder *finder, const char *symbol)
{
	char *key = str_printf("symbol:%s", symbol), *name = NULL;
	struct module_list modules = {0};

	if (!modules_lookup(modules_of(finder), key, &modules) && modules.n)
		name = str_printf("%s", modules.module[0]->name);
	module_list_free(&modules);
	free(key);
	return name;
}

/* The first in modules.dep that is there: those of the kernel's own build come
 * before all others. */
char *finder_any_module(struct finder *finder)
{
	char *dep = str_printf("%s/modules.dep", finder->tree);
	char *path = NULL, *line, *rest;
	size_t size;
	void *data;

	if (file_read(dep, &data, &size)) {
		free(dep);
		return NULL;
	}
	rest = data;
	while (!path && (line = strsep(&rest, "\n"))) {
		path = path_of(finder, line);
		if (find_is_file(path))
			break;
		free(path);
		path = NULL;
	}
	free(data);
	free(dep);
	return path;
}

int finder_builtin_info(struct finder *finder, const char **data, size_t *size)
{
	char *path;
	int err = 0;

	if (!finder->builtin_info) {
		path = str_printf("%s/modules.builtin.modinfo", finder->tree);
		err = file_read(path, &finder->builtin_info,
				&finder->builtin_info_size);
		free(path);
	}
	if (err)
		return err;
	*data = finder->builtin_info;
	*size = finder->builtin_info_size;
	return 0;
}
