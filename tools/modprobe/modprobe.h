/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * modprobe from the inside: what was asked for, and the parts that do it.
 *
 * One thread.  Functions return 0 or -errno, and have said what was wrong.
 */
#ifndef TOOLS_MODPROBE_MODPROBE_H
#define TOOLS_MODPROBE_MODPROBE_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/config.h"
#include "tools/modules.h"

/* Of several that are asked for, the first counts. */
enum modprobe_action {
	ACTION_SHOW_CONFIG,
	ACTION_SHOW_VERSIONS,
	ACTION_SHOW_EXPORTS,
	ACTION_REMOVE,
	ACTION_INSERT,
};

struct modprobe {
	enum modprobe_action action;
	bool all; /* -a: each word is a module; go on when one fails */
	bool remove_holders;
	bool first_time; /* nothing to do is a failure */
	bool ignore_commands;
	bool use_blacklist; /* also for names, not only for aliases */
	bool dry_run;
	bool show; /* print the actions */
	bool show_depends; /* print them as if nothing was loaded yet */
	bool lookup_only; /* -R */
	bool force;
	bool quiet;
	unsigned int insert_flags; /* INSERT_* */
	unsigned long wait; /* for users to go, in milliseconds */

	const char **config_paths; /* NULL-terminated, or NULL; owned */
	size_t nr_config_paths;
	const char *root; /* of the file system that has the tree; or NULL */
	const char *release; /* NULL: the running kernel's */
	char **words; /* what stands behind the options */
	int nr_words;

	struct config *config;
	struct modules *modules;
};

/*
 * options.c: fills @modprobe from the command line, and from MODPROBE_OPTIONS,
 * which gets those options that commands of the configuration are to have.
 * 0: go on; 1: all is done already; -EINVAL.
 */
int modprobe_read_options(struct modprobe *modprobe, int argc, char **argv);

/* main.c: about what ends the run, or with -a only the word at hand. */
void modprobe_complain(const struct modprobe *modprobe, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* insert.c: @options: of the command line, or NULL */
int modprobe_insert(struct modprobe *modprobe, const char *word,
		    const char *options);

/*
 * plan.c: the modules to be loaded for @module, in their order, itself among
 * them: what it needs, and soft dependencies around each.
 */
int modprobe_plan(struct modprobe *modprobe, struct module *module,
		  struct module_list *plan);

/* plan.c: appends the modules that the configuration names for @module. */
int modprobe_softdeps(struct modprobe *modprobe, const struct module *module,
		      bool post, struct module_list *list);

/* remove.c */
int modprobe_remove(struct modprobe *modprobe, const char *word);

/* command.c: runs @command of the configuration for a module.  -EINVAL: it
 * failed, and @failure says how, in a new string. */
int modprobe_run_command(const char *command, const char *module,
			 char **failure);

/* command.c: @command with the options in place of $CMDLINE_OPTS, new. */
char *modprobe_expand_command(const char *command, const char *options);

/* show.c */
int modprobe_show_config(struct modprobe *modprobe);
int modprobe_show_versions(struct modprobe *modprobe, const char *path);
int modprobe_show_exports(struct modprobe *modprobe, const char *path);

#endif
