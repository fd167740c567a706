/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The modules of a tree (/lib/modules/RELEASE) as its indexes know them: by
 * name, by alias, with what they need.
 *
 * One owner, no locks, may block on disk (the indexes are mapped), not
 * signal-safe.  Made for any input: what an index says wrongly is not found.
 */
#ifndef TOOLS_MODULES_H
#define TOOLS_MODULES_H

#include <stdbool.h>
#include <stddef.h>

struct config;
struct modules;

/* Belongs to its struct modules. */
struct module {
	char *name; /* with '_' for '-' */
	char *alias; /* what it was found by if not by name; or NULL */
	char *path; /* absolute; NULL: not in modules.dep */
	bool builtin;
	bool read; /* @needs and @path are known; so for all that is returned */
	struct module **needs; /* those to be loaded before, in this order; of
				* them, only name, path and builtin are known */
	size_t nr_needs;

	/* for whoever makes an order of them */
	bool visited, required, ignore_commands;
};

struct module_list {
	struct module **module;
	size_t n, cap;
};

int module_list_add(struct module_list *list, struct module *module);
void module_list_free(struct module_list *list);

/*
 * @tree: the directory; need not be there, then nothing is found in it.
 * @config: for aliases and commands; borrowed; or NULL.
 */
int modules_open(const char *tree, const struct config *config,
		 struct modules **result);
void modules_close(struct modules *modules); /* NULL is fine */

/* Makes @visited and @required false for all modules. */
void modules_forget_visits(struct modules *modules);

const char *modules_tree(const struct modules *modules);

/*
 * What modprobe would take @name for.  First hit wins: aliases of the
 * configuration, modules.dep, "symbol:NAME", names of install and remove
 * commands, modules.alias, built-in modules, their aliases.
 * Appends to @list.  -ENOENT: nothing; -EINVAL: no possible name.
 */
int modules_lookup(struct modules *modules, const char *name,
		   struct module_list *list);

/* The module of that very name, found or not; -ENOMEM. */
int modules_get(struct modules *modules, const char *name,
		struct module **result);

/* The module in the file @path, which takes the place of the tree's file; what
 * it needs is what modules.dep says by its name.  -errno of the file. */
int modules_get_file(struct modules *modules, const char *path,
		     struct module **result);

/* The name of the module in the file @path: its base name without ".ko" and
 * what follows, with '_' for '-'.  @size: more than 0; longer ones are cut. */
void modules_name_of_path(const char *path, char *name, size_t size);

/* Calls @visit for each key and value of an index: "alias", "symbols". Not 0
 * ends the walk, which returns it.  An index that is not there has nothing. */
int modules_walk(struct modules *modules, const char *index,
		 int (*visit)(void *context, const char *key,
			      const char *value),
		 void *context);

#endif
