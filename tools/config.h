/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What modprobe is told: modprobe.d, the soft and weak dependencies that
 * modules declare, and the kernel's command line.
 *
 * One owner, no locks, loading blocks on disk, not signal-safe.  Made for any
 * input: a line that makes no sense is reported and left out.
 */
#ifndef TOOLS_CONFIG_H
#define TOOLS_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

enum config_kind {
	CONFIG_BLACKLIST, /* module */
	CONFIG_INSTALL, /* pattern, command */
	CONFIG_REMOVE, /* pattern, command */
	CONFIG_ALIAS, /* pattern, module */
	CONFIG_OPTIONS, /* module or alias, parameters */
	CONFIG_SOFTDEP, /* pattern, "pre: a b post: c d" */
	CONFIG_WEAKDEP, /* pattern, "a b c" */
	CONFIG_FORBID, /* pattern, where it was said */
	CONFIG_KINDS
};

/* Both strings belong to the configuration; @name has '_' for '-'. */
struct config_line {
	const char *name;
	const char *value; /* "" where the kind has none */
};

struct config;

/*
 * Reads the configuration.
 * @paths: files and directories in place of the usual ones, NULL-terminated;
 * or NULL.
 * @tree: the module tree, whose modules.softdep and modules.weakdep belong to
 * it; or NULL.
 * Files and directories that are not there are none.  Returns 0 or -ENOMEM.
 */
int config_read(const char *const *paths, const char *tree,
		struct config **result);
void config_close(struct config *config); /* NULL is fine */

/* All lines of a kind, in the order in which they count. */
const struct config_line *config_lines(const struct config *config,
				       enum config_kind kind, size_t *n);

/* The keyword that begins a line of this kind: "alias". */
const char *config_keyword(enum config_kind kind);

/*
 * The first line of @kind, behind @previous if that is not NULL, whose name is
 * @name, or with @wildcards, whose name is a pattern that matches it.  @name
 * is a module's or in the form that config_normalize() gives.  NULL: none.
 */
const struct config_line *config_find(const struct config *config,
				      enum config_kind kind, const char *name,
				      bool wildcards,
				      const struct config_line *previous);

/* Whether the module may not be loaded by its aliases. */
bool config_is_blacklisted(const struct config *config, const char *module);

/* Where it is forbidden to load @module: "/etc/modprobe.d/a.conf line 3"; or
 * NULL. */
const char *config_forbids(const struct config *config, const char *module);

/*
 * The modules that the soft dependencies of @module name, of all its lines:
 * those that come before (@post false) or behind it.  Takes the next word off
 * the list; NULL at its end.
 */
struct config_words {
	const struct config *config;
	const char *module;
	const struct config_line *line;
	const char *at;
	bool post, in_list;
};

void config_softdeps(const struct config *config, const char *module, bool post,
		     struct config_words *words);
/* Copies the word to a new string, which the caller frees. */
char *config_next_word(struct config_words *words);

/* '-' becomes '_', except in brackets; false when brackets do not pair. */
bool config_normalize(char *name);

#endif
