// SPDX-License-Identifier: GPL-2.0-only
/*
 * ring3 agree: runs scenarios with the kernel's loader and with ours, each time
 * in a fresh instance, and compares what came of them.
 *
 * One thread; blocks until all have run.
 */
#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/agree.h"
#include "cli/cmd.h"
#include "cli/session.h"
#include "lib/file.h"

static const char help[] =
	"Usage: ring3 agree [OPTION...] [SCENARIO...]\n"
	"\n"
	"Runs each scenario (or those whose names match a pattern) with the\n"
	"kernel's module loader and with ring3's, in fresh instances, and\n"
	"compares return values, kernel log, /proc, /sys, taint and symbols.\n"
	"`make agree` runs all of them on all targets.\n"
	"\n"
	"  -k, --target=TARGET   the kernel; may be given several times\n"
	"  -f, --file=FILE       scenarios; several times, or a pattern\n"
	"      --modules=DIR     test modules: DIR/TARGET/NAME.ko\n"
	"      --damage=PROGRAM  what makes bad modules out of good ones\n"
	"      --differences=FILE those that are allowed, with reasons\n"
	"      --show            print the kernel's transcripts too\n"
	"      --self            compare the kernel's loader with itself: what\n"
	"                        then differs is not the loader's doing\n"
	"  -q, --quiet           no line for each scenario that differs\n"
	"  -h, --help            this text\n"
	"\n"
	"Exit status: 0 all agree, 1 otherwise, 2 wrong usage, 3 no target\n"
	"fits.\n";

#define MAX_TARGETS 16
#define TIMEOUT	    20 /* seconds that one step may take */

enum {
	OPTION_MODULES = 256,
	OPTION_DAMAGE,
	OPTION_DIFFERENCES,
	OPTION_SHOW,
	OPTION_SELF,
};

static const struct option long_options[] = {
	{"target", required_argument, NULL, 'k'},
	{"file", required_argument, NULL, 'f'},
	{"quiet", no_argument, NULL, 'q'},
	{"help", no_argument, NULL, 'h'},
	{"modules", required_argument, NULL, OPTION_MODULES},
	{"damage", required_argument, NULL, OPTION_DAMAGE},
	{"differences", required_argument, NULL, OPTION_DIFFERENCES},
	{"show", no_argument, NULL, OPTION_SHOW},
	{"self", no_argument, NULL, OPTION_SELF},
	{NULL, 0, NULL, 0},
};

struct agree {
	const char *targets[MAX_TARGETS];
	int nr_targets;
	const char *modules, *damage, *differences;
	bool show, quiet, self;
	char **patterns; /* of scenarios to run; none: all */
	int nr_patterns;
	struct agree_book book;
	struct agree_rules *rules;
	struct strbuf error;
};

/* What the scenarios of one target came to. */
struct tally {
	int agree, differ, broken, elsewhere;
};

static bool is_wanted(const struct agree *agree, const char *name)
{
	int i;

	for (i = 0; i < agree->nr_patterns; i++)
		if (!fnmatch(agree->patterns[i], name, 0))
			return true;
	return !agree->nr_patterns;
}

static void show_block(const char *title, const struct strbuf *text)
{
	if (text->len)
		printf("--- %s\n%s", title, text->text);
}

/* Both runs; then their transcripts beside each other. */
static int compare(struct agree *agree, const struct agree_scenario *s,
		   struct agree_run *kernels, struct agree_run *ours,
		   struct tally *tally)
{
	struct strbuf diff = STRBUF_INIT;
	int err = agree_compare(agree->rules, s->name, kernels->transcript.text,
				ours->transcript.text, &diff);

	if (err) {
		strbuf_free(&diff);
		return err;
	}
	if (agree->show)
		show_block(s->name, &kernels->transcript);
	if (kernels->problems.len || ours->problems.len)
		tally->broken++;
	else if (diff.len)
		tally->differ++;
	else
		tally->agree++;
	if (!agree->quiet &&
	    (kernels->problems.len || ours->problems.len || diff.len)) {
		printf("%s (%s:%d)\n", s->name, s->file, s->line);
		show_block("not as it says, with the kernel's loader",
			   &kernels->problems);
		show_block("not as it says, with ring3's loader",
			   &ours->problems);
		show_block("differs", &diff);
	}
	fflush(stdout);
	strbuf_free(&diff);
	return 0;
}

static int run_scenario(struct agree *agree, struct session *session,
			const struct agree_place *place,
			const struct agree_scenario *s, struct tally *tally)
{
	struct agree_run kernels = {.session = session, .place = place};
	struct agree_run ours = {.session = session, .place = place};
	int err;

	session->options = RING3_OPTION_KERNEL_LOADER;
	err = agree_run(&kernels, s);
	session->options = agree->self ? RING3_OPTION_KERNEL_LOADER : 0;
	if (!err)
		err = agree_run(&ours, s);
	if (!err)
		err = compare(agree, s, &kernels, &ours, tally);
	agree_run_free(&kernels);
	agree_run_free(&ours);
	return err;
}

static int run_all(struct agree *agree, struct session *session,
		   const struct agree_place *place, struct tally *tally)
{
	const char *release = session->target->release;
	int i, err = 0;

	agree_rules_for(agree->rules, release);
	for (i = 0; !err && i < agree->book.n; i++) {
		const struct agree_scenario *s = &agree->book.scenarios[i];

		if (!is_wanted(agree, s->name))
			continue;
		if (s->only && fnmatch(s->only, release, 0))
			tally->elsewhere++;
		else
			err = run_scenario(agree, session, place, s, tally);
	}
	if (err)
		strbuf_puts(&agree->error, session->error.text
						   ? session->error.text
						   : strerror(-err));
	return err;
}

static int run_in(struct agree *agree, struct session *session,
		  struct tally *tally)
{
	const char *tmp = getenv("TMPDIR");
	char *modules =
		str_printf("%s/%s", agree->modules, session->target->release);
	struct agree_place place = {
		.modules = modules,
		.damage = agree->damage,
		.scratch =
			str_printf("%s/ring3-agree-XXXXXX", tmp ? tmp : "/tmp"),
	};
	int err;

	if (mkdtemp(place.scratch)) {
		err = run_all(agree, session, &place, tally);
		file_remove_tree(place.scratch);
	} else {
		err = -errno;
		strbuf_printf(&agree->error, "%s: %s", place.scratch,
			      strerror(errno));
	}
	free(place.scratch);
	free(modules);
	return err;
}

static int run_target(struct agree *agree, const char *name)
{
	struct session session = {
		.virtual_time = true,
		.use_snapshot = true,
		.timeout = TIMEOUT,
	};
	struct tally tally = {0};
	int err = session_open(&session, name);

	if (!err)
		err = run_in(agree, &session, &tally);
	else
		strbuf_puts(&agree->error, session.error.text
						   ? session.error.text
						   : strerror(-err));
	if (!err)
		printf("%s: %d scenarios agree, %d differ, %d do not show what "
		       "they say, %d are for other kernels\n",
		       session.target->release, tally.agree, tally.differ,
		       tally.broken, tally.elsewhere);
	session_close(&session);
	if (err)
		return err == -ENOENT ? CLI_NO_TARGET : CLI_FAILED;
	return tally.differ || tally.broken || !tally.agree ? CLI_FAILED
							    : CLI_OK;
}

static int run_targets(struct agree *agree)
{
	struct strbuf unused = STRBUF_INIT;
	int i, status = CLI_OK;

	if (!agree->nr_targets)
		agree->targets[agree->nr_targets++] = NULL;
	for (i = 0; i < agree->nr_targets && !agree->error.len; i++) {
		int one = run_target(agree, agree->targets[i]);

		status = one > status ? one : status;
	}
	/* Of all scenarios, each rule must be of use to one. */
	if (!agree->nr_patterns && !agree->self && !agree->error.len)
		agree_rules_unused(agree->rules, &unused);
	if (unused.len) {
		show_block("allowed, but no longer so", &unused);
		status = CLI_FAILED;
	}
	strbuf_free(&unused);
	return status;
}

static int read_files(struct agree *agree, const char *pattern)
{
	glob_t files;
	size_t i;
	int err = glob(pattern, GLOB_ERR, NULL, &files) ? -ENOENT : 0;

	if (err) {
		strbuf_printf(&agree->error, "no scenarios: %s", pattern);
		return err;
	}
	for (i = 0; !err && i < files.gl_pathc; i++)
		err = agree_read(&agree->book, files.gl_pathv[i],
				 &agree->error);
	globfree(&files);
	return err;
}

static int parse_one(struct agree *agree, int option)
{
	switch (option) {
	case 'k':
		if (agree->nr_targets == MAX_TARGETS)
			return CLI_USAGE;
		agree->targets[agree->nr_targets++] = optarg;
		return -1;
	case 'f':
		return read_files(agree, optarg) ? CLI_USAGE : -1;
	case 'q':
		agree->quiet = true;
		return -1;
	case 'h':
		fputs(help, stdout);
		return CLI_OK;
	case OPTION_MODULES:
		agree->modules = optarg;
		return -1;
	case OPTION_DAMAGE:
		agree->damage = optarg;
		return -1;
	case OPTION_DIFFERENCES:
		agree->differences = optarg;
		return -1;
	case OPTION_SHOW:
		agree->show = true;
		return -1;
	case OPTION_SELF:
		agree->self = true;
		return -1;
	}
	return CLI_USAGE; /* getopt has said why */
}

static int parse(struct agree *agree, int argc, char **argv)
{
	int option, status = -1;

	while (status < 0 && (option = getopt_long(argc, argv, "k:f:qh",
						   long_options, NULL)) >= 0)
		status = parse_one(agree, option);
	if (status >= 0)
		return status;
	agree->patterns = argv + optind;
	agree->nr_patterns = argc - optind;
	if (!agree->book.n &&
	    read_files(agree, RING3_DATADIR "/tests/agree/scenarios/*"))
		return CLI_USAGE;
	if (!agree->modules || !agree->damage) {
		strbuf_puts(&agree->error,
			    "--modules and --damage are needed; `make agree` "
			    "gives both");
		return CLI_USAGE;
	}
	if (!agree->differences)
		agree->differences = RING3_DATADIR "/tests/agree/differences";
	if (agree_rules_read(agree->differences, &agree->rules, &agree->error))
		return CLI_USAGE;
	return -1;
}

int cmd_agree(int argc, char **argv)
{
	struct agree agree = {0};
	int status = parse(&agree, argc, argv);

	if (status < 0)
		status = run_targets(&agree);
	if (agree.error.len)
		fprintf(stderr, "ring3: %s\n", agree.error.text);
	agree_rules_free(agree.rules);
	agree_book_free(&agree.book);
	strbuf_free(&agree.error);
	return status;
}
