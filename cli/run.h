/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One run of modules in one instance: load in order, unload in reverse, judge
 * each.  Used by test and by sweep.
 *
 * One thread per run; blocks.
 */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include <stdbool.h>
#include <stdio.h>
#include "cli/session.h"
#include "lib/strbuf.h"

struct coverage;
struct coverage_lines;
struct explain;
struct options;
struct source_map;

/* How far a module came. */
enum module_state {
	MODULE_NEW, /* not tried */
	MODULE_REFUSED, /* init_module() returned an error */
	MODULE_LOADED,
	MODULE_UNLOADED,
	MODULE_BUSY, /* delete_module() returned an error */
	MODULE_LOST, /* the instance ended, or the task died */
};

struct run_module {
	char *path;
	char name[64];
	enum module_state state;
	bool from_tree; /* found by name, not given as a file */
	bool dependency; /* came in with another; not asked for by name */
	long error; /* REFUSED, BUSY: the errno, negative */
	unsigned long init_ns, exit_ns;
	unsigned int leaks; /* things left behind, which the log names */
	unsigned int reports; /* of the checks, which the log has */
	struct strbuf misbehaved; /* what else was wrong, in words */
};

struct run {
	struct session session;
	const char **names; /* as given */
	int nr_names;
	struct strbuf args; /* of the last module */
	bool keep_going;
	FILE *log_to; /* NULL: nowhere */
	/* Files to write before the last module loads and to read after. */
	const struct options *transfers; /* may be NULL */

	struct run_module *modules; /* in loading order */
	int nr_modules;
	struct source_map *sources; /* for the log's lines */
	struct strbuf line; /* of the log, incomplete */
	FILE *saving; /* where a file of the instance goes */
	struct strbuf log; /* all of it, when keep_log is set */
	bool keep_log;
	struct instance *instance;
	struct explain *explain; /* gathers the account of loads; may be NULL */
	struct coverage *coverage; /* gathers what ran; may be NULL */
	struct coverage_lines *lines; /* the same of lines; may be NULL */
	/* Run when the last module has come to rest; fd < 0: nothing. */
	struct module_image script;
	bool has_script;
	bool faults; /* count calls of the last module that can fail */
	unsigned int fail_at; /* which of them is to; 0: none */
	unsigned int calls; /* how many there were */
	bool scheduled;
	unsigned long schedule; /* its number */
	unsigned int warnings; /* ring3_job.warnings so far */
	bool over; /* the instance ended early */
	struct instance_end end;
	struct strbuf trouble; /* what is wrong with the whole run */
	bool bad;
};

/* Whether a word of the command line means a file, not a module's name. */
bool run_is_file(const char *word);

/* The release that the module's file was built for, by its vermagic; the
 * caller frees it.  NULL if @path is a name, or no module. */
char *run_release_of(const char *path);

/* Does it all; session is open.  0, or -errno when there was nothing to judge
 * (session.error says why); otherwise see bad. */
int run_modules(struct run *run);

/* "hello: ok (init 0.120 ms, exit 0.030 ms)" */
void run_print_verdict(const struct run_module *module, FILE *out);

/* Prints what is left of an incomplete line. */
void run_flush_log(struct run *run);

/* Frees the results, for the next run in the same session. */
void run_reset(struct run *run);
void run_free(struct run *run);

#endif
