// SPDX-License-Identifier: GPL-2.0-only
/*
 * Command-line options that test, run, sweep and bench share.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/cmd.h"
#include "cli/options.h"
#include "cli/session.h"
#include "lib/strbuf.h"

enum {
	OPTION_TIME = 256,
	OPTION_KEEP_GOING,
	OPTION_APPEND,
	OPTION_NO_SNAPSHOT,
	OPTION_TIMEOUT,
	OPTION_FRESH,
	OPTION_PUT,
	OPTION_SAVE,
	OPTION_LOADER,
	OPTION_EXPLAIN,
	OPTION_NO_LEAKS,
	OPTION_COVERAGE,
	OPTION_KEY,
	OPTION_WRITE,
	OPTION_SHOW,
	OPTION_GPIO,
	OPTION_FAIL,
	OPTION_SCHEDULES,
	OPTION_SEED,
	OPTION_SCRIPT,
	OPTION_DEVICE,
	OPTION_CHECK,
	OPTION_FORMAT,
	OPTION_JSON,
};

static const struct option long_options[] = {
	{"target", required_argument, NULL, 'k'},
	{"jobs", required_argument, NULL, 'j'},
	{"output", required_argument, NULL, 'o'},
	{"quiet", no_argument, NULL, 'q'},
	{"help", no_argument, NULL, 'h'},
	{"time", required_argument, NULL, OPTION_TIME},
	{"keep-going", no_argument, NULL, OPTION_KEEP_GOING},
	{"append", required_argument, NULL, OPTION_APPEND},
	{"no-snapshot", no_argument, NULL, OPTION_NO_SNAPSHOT},
	{"timeout", required_argument, NULL, OPTION_TIMEOUT},
	{"fresh", no_argument, NULL, OPTION_FRESH},
	{"put", required_argument, NULL, OPTION_PUT},
	{"save", required_argument, NULL, OPTION_SAVE},
	{"loader", required_argument, NULL, OPTION_LOADER},
	{"explain", no_argument, NULL, OPTION_EXPLAIN},
	{"no-leaks", no_argument, NULL, OPTION_NO_LEAKS},
	{"coverage", optional_argument, NULL, OPTION_COVERAGE},
	{"key", required_argument, NULL, OPTION_KEY},
	{"write", required_argument, NULL, OPTION_WRITE},
	{"show", required_argument, NULL, OPTION_SHOW},
	{"gpio", required_argument, NULL, OPTION_GPIO},
	{"fail", required_argument, NULL, OPTION_FAIL},
	{"schedules", required_argument, NULL, OPTION_SCHEDULES},
	{"seed", required_argument, NULL, OPTION_SEED},
	{"script", required_argument, NULL, OPTION_SCRIPT},
	{"device", required_argument, NULL, OPTION_DEVICE},
	{"check", optional_argument, NULL, OPTION_CHECK},
	{"format", required_argument, NULL, OPTION_FORMAT},
	{"json", no_argument, NULL, OPTION_JSON},
	{NULL, 0, NULL, 0},
};

int options_wrong(const char *what, const char *value)
{
	fprintf(stderr, "ring3: %s '%s'\n", what, value);
	return CLI_USAGE;
}

static int parse_number(const char *text, unsigned int *number)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || end == text || *end || !value || value > 100000)
		return -EINVAL;
	*number = value;
	return 0;
}

static int parse_transfer(const char *text, struct transfer *list, int *n)
{
	char *copy = strdup(text), *equals = strchr(copy, '=');

	if (!equals || equals == copy || !equals[1] || *n == MAX_TRANSFERS) {
		free(copy);
		return options_wrong("expected FROM=TO, not", text);
	}
	*equals = 0;
	list[(*n)++] = (struct transfer){copy, equals + 1};
	return -1;
}

static int add_action(struct options *o, enum action_kind kind, char *path,
		      char *text)
{
	if (o->nr_actions == MAX_ACTIONS) {
		free(path);
		free(text);
		return options_wrong("too many actions with", optarg);
	}
	o->actions[o->nr_actions++] = (struct action){kind, path, text};
	return -1;
}

/* "TEXT=PATH"; the text may have equals signs in it. */
static int parse_write(struct options *o, const char *word)
{
	const char *path = strrchr(word, '=');

	if (!path || !path[1])
		return options_wrong("expected TEXT=PATH, not", word);
	return add_action(o, ACTION_WRITE, strdup(path + 1),
			  str_printf("%.*s\n", (int)(path - word), word));
}

/* "LINE=LEVEL" */
static int parse_gpio(struct options *o, const char *word)
{
	unsigned int line, level;
	char rest;

	if (sscanf(word, "%u=%u%c", &line, &level, &rest) != 2 || level > 1)
		return options_wrong("expected LINE=0 or LINE=1, not", word);
	return add_action(
		o, ACTION_WRITE,
		str_printf("/sys/devices/platform/ring3-gpio/lines/%u", line),
		str_printf("%u\n", level));
}

int options_device(struct options *o, const char *word)
{
	switch (devices_parse(&o->devices, word)) {
	case 0:
		return -1;
	case -E2BIG:
		return options_wrong("too many devices with", word);
	}
	return options_wrong(
		"expected BUS:DEVICE=PROGRAM as in ring3-device(5), not", word);
}

static int parse_action(struct options *o, int option)
{
	switch (option) {
	case OPTION_WRITE:
		return parse_write(o, optarg);
	case OPTION_SHOW:
		return add_action(o, ACTION_SHOW, strdup(optarg), NULL);
	case OPTION_GPIO:
		return parse_gpio(o, optarg);
	case OPTION_DEVICE:
		return options_device(o, optarg);
	}
	return CLI_USAGE; /* getopt has said why */
}

void options_free(struct options *o)
{
	while (o->nr_actions) {
		struct action *a = &o->actions[--o->nr_actions];

		free(a->path);
		free(a->text);
	}
	while (o->nr_puts)
		free(o->puts[--o->nr_puts].from);
	while (o->nr_saves)
		free(o->saves[--o->nr_saves].from);
	devices_free(&o->devices);
}

static int parse_loader(struct options *o, const char *name)
{
	o->kernel_loader = !strcmp(name, "kernel");
	return o->kernel_loader || !strcmp(name, "ring3")
		       ? -1
		       : options_wrong("the loader is ring3 or kernel, not",
				       name);
}

static int parse_seed(struct options *o, const char *text)
{
	char *end;

	o->seeded = true;
	o->seed = strtoul(text, &end, 0);
	return *end || end == text ? options_wrong("bad seed", text) : -1;
}

/* The same many times, and what is done to the modules. */
static int parse_many(struct options *o, int option)
{
	switch (option) {
	case OPTION_FAIL:
		o->fail_each = true;
		return !strcmp(optarg, "each")
			       ? -1
			       : options_wrong("--fail takes each, not",
					       optarg);
	case OPTION_SCHEDULES:
		return parse_number(optarg, &o->schedules)
			       ? options_wrong("bad number of schedules",
					       optarg)
			       : -1;
	case OPTION_SEED:
		return parse_seed(o, optarg);
	case OPTION_SCRIPT:
		o->script = optarg;
		return -1;
	}
	return parse_action(o, option);
}

#define ALL_CHECKS                                                             \
	(RING3_OPTION_MEMORY | RING3_OPTION_LOCKS | RING3_OPTION_CONTEXT |     \
	 RING3_OPTION_LEAKS | RING3_OPTION_USER | RING3_OPTION_READERS)

static const struct {
	const char *name;
	unsigned long option;
} checks[] = {
	{"memory", RING3_OPTION_MEMORY},
	{"locks", RING3_OPTION_LOCKS},
	{"context", RING3_OPTION_CONTEXT},
	{"leaks", RING3_OPTION_LEAKS},
	{"user", RING3_OPTION_USER},
	{"readers", RING3_OPTION_READERS},
	{"all", ALL_CHECKS},
	{"none", 0},
};

static int find_check(const char *name, size_t len, unsigned long *option)
{
	size_t i;

	for (i = 0; i < sizeof(checks) / sizeof(*checks); i++) {
		if (strlen(checks[i].name) != len ||
		    strncmp(checks[i].name, name, len))
			continue;
		*option = checks[i].option;
		return 0;
	}
	return -ENOENT;
}

/* "memory,leaks" */
static int parse_checks(struct options *o, const char *list)
{
	unsigned long option;
	size_t len;

	o->checks = 0;
	for (;; list += len + 1) {
		len = strcspn(list, ",");
		if (find_check(list, len, &option))
			return options_wrong("no such check in", list);
		o->checks |= option;
		if (!list[len])
			break;
	}
	o->checks_given = true;
	return -1;
}

static int parse_format(struct options *o, const char *name)
{
	static const char *const names[] = {
		[FORMAT_TEXT] = "text",
		[FORMAT_JSON] = "json",
		[FORMAT_KTAP] = "ktap",
		[FORMAT_JUNIT] = "junit",
	};
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(names[i], name)) {
			o->format = i;
			return -1;
		}
	return options_wrong("the format is text, json, ktap or junit, not",
			     name);
}

/* Who loads, and what is to be told beside the verdict. */
static int parse_report(struct options *o, int option)
{
	switch (option) {
	case OPTION_LOADER:
		return parse_loader(o, optarg);
	case OPTION_KEY:
		if (o->nr_keys == MAX_TRANSFERS)
			return options_wrong("too many keys with", optarg);
		o->keys[o->nr_keys++] = optarg;
		return -1;
	case OPTION_EXPLAIN:
		o->explain = true;
		return -1;
	case OPTION_NO_LEAKS:
		o->checks &= ~RING3_OPTION_LEAKS;
		return -1;
	case OPTION_FORMAT:
		return parse_format(o, optarg);
	case OPTION_JSON:
		o->format = FORMAT_JSON;
		return -1;
	case OPTION_CHECK:
		return parse_checks(o, optarg ? optarg : "all");
	case OPTION_COVERAGE:
		o->coverage = true;
		o->coverage_file = optarg;
		return -1;
	}
	return parse_many(o, option);
}

static int parse_one(struct options *o, int option, const char *help)
{
	switch (option) {
	case 'k':
		o->target = optarg;
		return -1;
	case 'o':
		o->output = optarg;
		return -1;
	case 'q':
		o->quiet = true;
		return -1;
	case 'h':
		fputs(help, stdout);
		return CLI_OK;
	case 'j':
		return parse_number(optarg, &o->jobs)
			       ? options_wrong("bad number of jobs", optarg)
			       : -1;
	case OPTION_TIMEOUT:
		return parse_number(optarg, &o->timeout)
			       ? options_wrong("bad number of seconds", optarg)
			       : -1;
	case OPTION_TIME:
		o->time_given = true;
		o->virtual_time = !strcmp(optarg, "virtual");
		return o->virtual_time || !strcmp(optarg, "real")
			       ? -1
			       : options_wrong("time is virtual or real, not",
					       optarg);
	case OPTION_KEEP_GOING:
		o->keep_going = true;
		return -1;
	case OPTION_APPEND:
		o->append = optarg;
		return -1;
	case OPTION_NO_SNAPSHOT:
		o->use_snapshot = false;
		return -1;
	case OPTION_FRESH:
		o->fresh = true;
		return -1;
	case OPTION_PUT:
		return parse_transfer(optarg, o->puts, &o->nr_puts);
	case OPTION_SAVE:
		return parse_transfer(optarg, o->saves, &o->nr_saves);
	}
	return parse_report(o, option);
}

int options_parse(struct options *options, int argc, char **argv,
		  const char *help)
{
	int option, status = -1;

	*options = (struct options){
		.virtual_time = true,
		.use_snapshot = true,
		.timeout = 30,
		.checks = ALL_CHECKS,
	};
	while (status < 0 && (option = getopt_long(argc, argv, "k:j:o:qh",
						   long_options, NULL)) >= 0)
		status = parse_one(options, option, help);
	return status;
}

void options_apply(struct options *options, struct session *session)
{
	session->append = options->append;
	session->devices = options->devices.n ? &options->devices : NULL;
	session->virtual_time = options->virtual_time;
	session->use_snapshot = options->use_snapshot;
	session->timeout = options->timeout;
	session->options =
		(options->kernel_loader ? RING3_OPTION_KERNEL_LOADER : 0) |
		(options->explain ? RING3_OPTION_EXPLAIN : 0) |
		(options->coverage ? RING3_OPTION_COVERAGE : 0);
}
