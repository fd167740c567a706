/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From what modinfo is called with to modules: file names, names, aliases.
 *
 * One owner, no locks, may block on disk, not signal-safe.  Running out of
 * memory ends the program.
 */
#ifndef TOOLS_MODINFO_FIND_H
#define TOOLS_MODINFO_FIND_H

#include <stdbool.h>
#include <stddef.h>

struct finder;

struct found {
	char *name; /* of the module; all strings are the list's */
	char *path; /* NULL: built in */
};

struct found_list {
	struct found *item;
	size_t n;
};

/* @tree: /lib/modules/RELEASE.  Nothing is read before it is needed. */
void finder_open(const char *tree, struct finder **result);
void finder_close(struct finder *finder);
const char *finder_tree(const struct finder *finder);

/*
 * Whatever modprobe would take that name or alias for without modprobe.d.
 * 0; -ENOENT: nothing; -EINVAL: no alias can look like this.
 */
int finder_look_up(struct finder *finder, const char *name,
		   struct found_list *list);

/* The module of that name only. */
int finder_by_name(struct finder *finder, const char *name,
		   struct found_list *list);

/* The module that exports @symbol, as depmod found: its name, the caller's to
 * free; NULL: none. */
char *finder_exporter(struct finder *finder, const char *symbol);

/* The path of some module of the tree, the caller's to free; NULL: none. */
char *finder_any_module(struct finder *finder);

/* All of modules.builtin.modinfo; -errno. */
int finder_builtin_info(struct finder *finder, const char **data, size_t *size);

void found_list_free(struct found_list *list);

/* Whether a regular file is there that is called as modules are. */
bool find_is_file(const char *path);

/* The module's name by its file's: cut at the first dot, '-' made '_'.  The
 * caller frees it. */
char *find_name_of(const char *path);

#endif
