/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Look-ups in a module tree (/lib/modules/RELEASE) as modprobe does them.
 *
 * Reads modules.dep, modules.alias, modules.softdep and modules.builtin; when
 * modules.dep is missing (a tree unpacked from a package, depmod not run), the
 * caller runs depmod first.  Prefers the .bin files, which need no parsing.
 * One owner, no locks, may block on disk, not signal-safe.
 */
#ifndef LIB_MODINDEX_H
#define LIB_MODINDEX_H

#include <stddef.h>

struct modindex;

/* A list of module files in the order in which they are to be loaded. */
struct modlist {
	char **path; /* absolute */
	size_t n;
};

/* @dir: the tree itself, such as /lib/modules/6.1.0-1-amd64. */
int modindex_open(const char *dir, struct modindex **result);
void modindex_close(struct modindex *index);

/*
 * Resolves what modprobe would be called with, a module's name or an alias
 * (wildcards in modules.alias), and appends the files to load: dependencies
 * first, soft dependencies (pre) before and (post) after, no file twice.
 * An alias may name several modules: all are appended.
 * Returns 0 also for a built-in module (nothing is appended), -ENOENT when
 * nothing is known by that name.
 */
int modindex_resolve(struct modindex *index, const char *name,
		     struct modlist *list);

/* All modules of the tree, in modules.dep order. */
int modindex_all(struct modindex *index, struct modlist *list);

/* Whether @list holds @path already; appends a copy otherwise. */
void modlist_add(struct modlist *list, const char *path);
void modlist_free(struct modlist *list);

#endif
