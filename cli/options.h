/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The options that test, sweep and bench share.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include "cli/devices.h"

struct session;

#define MAX_TRANSFERS 16

/* "FROM=TO" of --put and --save. */
struct transfer {
	char *from, *to; /* parts of one string; owned by the options */
};

/* What is done in the instance once the modules are loaded, in this order. */
enum action_kind {
	ACTION_WRITE, /* --write, --gpio: text to path */
	ACTION_SHOW, /* --show: print what is in path */
};

struct action {
	enum action_kind kind;
	char *path, *text; /* owned by the options */
};

#define MAX_ACTIONS 64

/* How results are printed. */
enum format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_KTAP,
	FORMAT_JUNIT,
};

struct options {
	const char *target; /* -k */
	const char *append;
	const char *output; /* -o */
	bool virtual_time;
	bool time_given;
	bool use_snapshot;
	bool keep_going;
	bool quiet;
	bool fresh; /* --fresh: do not resume */
	bool kernel_loader; /* --loader=kernel */
	bool explain;
	unsigned long checks; /* --check: RING3_OPTION_* */
	bool checks_given;
	enum format format; /* --format, --json */
	bool coverage;
	bool fail_each; /* --fail=each */
	unsigned int schedules; /* --schedules; 0: not given */
	bool seeded; /* --seed was given */
	unsigned long seed;
	const char *script; /* --script */
	const char *coverage_file; /* --coverage=FILE; NULL: a table */
	unsigned int timeout;
	unsigned int jobs; /* -j; 0: not given */
	struct transfer puts[MAX_TRANSFERS], saves[MAX_TRANSFERS];
	int nr_puts, nr_saves;
	struct action actions[MAX_ACTIONS];
	int nr_actions;
	struct devices devices; /* --device */
	const char *keys[MAX_TRANSFERS]; /* --key: certificates to trust */
	int nr_keys;
};

/* Returns an exit status when the program is to end (help, wrong usage), else
 * -1; what follows the options starts at optind. */
int options_parse(struct options *options, int argc, char **argv,
		  const char *help);

/* Takes the value of --device: an exit status, or -1. */
int options_device(struct options *options, const char *word);

/* Says what is wrong with @value; the exit status for that. */
int options_wrong(const char *what, const char *value);

void options_free(struct options *options);

void options_apply(struct options *options, struct session *session);

#endif
