// SPDX-License-Identifier: GPL-2.0-only
/*
 * ring3 test: loads modules into a fresh instance, unloads them in reverse, and
 * judges.
 *
 * One thread; blocks until the instance has ended.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/cmd.h"
#include "cli/coverage.h"
#include "cli/coverage_lines.h"
#include "cli/explain.h"
#include "cli/many.h"
#include "cli/options.h"
#include "cli/report_format.h"
#include "cli/run.h"
#include "cli/script.h"
#include "cli/session.h"
#include "cli/source.h"
#include "image/target_abi.h"
#include "lib/modabi.h"

static const char help[] =
	"Usage: ring3 test [OPTION...] FILE.ko|NAME... [PARAM=VALUE [PARAM...]]\n"
	"\n"
	"Loads the modules in order into a fresh instance, unloads them in\n"
	"reverse, prints the kernel's log and a verdict for each.  A NAME is\n"
	"looked up as modprobe does, with its dependencies; parameters go to\n"
	"the last module.\n"
	"\n"
	"  -k, --target=TARGET   the kernel; otherwise the one that the first\n"
	"                        file was built for\n"
	"      --time=MODE       virtual (idle time passes at once) or real\n"
	"      --keep-going      go on after a module that failed\n"
	"      --append=PARAMS   further kernel parameters\n"
	"      --no-snapshot     boot, and show the boot's log\n"
	"      --timeout=SECONDS what loading or unloading one may take (30)\n"
	"      --put=FILE=PATH   before the last module is loaded, write FILE to\n"
	"                        PATH in the instance\n"
	"      --save=PATH=FILE  when the last module has come to rest, read\n"
	"                        PATH in the instance into FILE\n"
	"      --write=TEXT=PATH then write TEXT to PATH in the instance\n"
	"      --show=PATH       print what is in PATH in the instance\n"
	"      --gpio=LINE=LEVEL set an input of the GPIO chip to 0 or 1\n"
	"      --device=BUS:DEVICE=PROGRAM\n"
	"                        put a device on a bus, for which PROGRAM stands;\n"
	"                        see ring3-device(5)\n"
	"      --key=FILE        trust modules signed by this certificate (X.509,\n"
	"                        DER), as by the kernel's own keys\n"
	"      --explain         tell of each load what was done, and why one\n"
	"                        was refused\n"
	"      --coverage[=FILE] print which functions of the modules ran, or\n"
	"                        write FILE for lcov; with lines, if they were\n"
	"                        built to count them, see ring3-build(1)\n"
	"      --script=FILE     when the last module has come to rest, let tasks do\n"
	"                        the file operations in FILE; see ring3-test(1)\n"
	"      --fail=each       again and again, each time with another call of\n"
	"                        the last module failing: allocations, copies from\n"
	"                        and to programs, registrations\n"
	"      --schedules=N     again under N different schedules: tasks switched,\n"
	"                        interrupts coming at other places\n"
	"      --seed=S          under schedule S, or from S on\n"
	"  -j, --jobs=N          so many instances at once (default: CPUs)\n"
	"      --check=LIST      look only for mistakes with memory, locks, context,\n"
	"                        leaks, user (programs' memory); all (default), none\n"
	"      --no-leaks        do not look for what modules leave behind\n"
	"      --loader=WHICH    ring3's module system (ring3) or the kernel's\n"
	"                        own (kernel)\n"
	"      --format=FORMAT   text, or for programs: json, ktap, junit\n"
	"      --json            the same as --format=json\n"
	"  -q, --quiet           no kernel log\n"
	"  -h, --help            this text\n"
	"\n"
	"Exit status: 0 all is well, 1 a module failed or misbehaved, 2 wrong\n"
	"usage, 3 no target fits.\n";

/* After a module, a word with '=' is a parameter, and so is one without behind
 * that, as of a boolean; unless it names a file. */
static bool is_parameter(const char *word, const struct run *run)
{
	if (!run->nr_names || !access(word, F_OK))
		return false;
	return strchr(word, '=') || (run->args.len && !run_is_file(word));
}

static int split_words(int argc, char **argv, struct run *run)
{
	int i;

	for (i = 0; i < argc; i++) {
		if (is_parameter(argv[i], run)) {
			if (run->args.len)
				strbuf_puts(&run->args, " ");
			strbuf_puts(&run->args, argv[i]);
		} else if (run->args.len) {
			fprintf(stderr, "ring3: module '%s' after parameters\n",
				argv[i]);
			return CLI_USAGE;
		} else {
			run->names[run->nr_names++] = argv[i];
		}
	}
	if (!run->nr_names) {
		fputs("ring3: no module to test; see ring3 test --help\n",
		      stderr);
		return CLI_USAGE;
	}
	return CLI_OK;
}

static void print_verdicts(const struct run *run)
{
	int i;

	for (i = 0; i < run->nr_modules; i++)
		run_print_verdict(&run->modules[i], stdout);
	if (run->trouble.len)
		printf("ring3: %s\n", run->trouble.text);
}

/* Why a module was refused is also looked up in what the target offers. */
static void print_explanation(struct run *run)
{
	struct strbuf error = STRBUF_INIT;
	struct target_report report = {.error = &error};
	struct modabi_kernel *kernel = NULL;

	if (explain_has_refusal(run->explain))
		target_abi(run->session.target, &report, &kernel);
	explain_print(run->explain, kernel, stdout);
	modabi_kernel_free(kernel);
	strbuf_free(&error);
}

static int append_lines(struct coverage_lines *lines, const char *file)
{
	FILE *out = fopen(file, "a");
	int err;

	if (!out)
		return -errno;
	err = coverage_lines_write(lines, out);
	return fclose(out) && !err ? -errno : err;
}

static int print_coverage(struct run *run, const char *file)
{
	unsigned int left_out = 0;
	int err;

	if (!file) {
		coverage_print(run->coverage, stdout);
		return 0;
	}
	err = coverage_write_lcov(run->coverage, file, &left_out);
	if (!err)
		err = append_lines(run->lines, file);
	if (err)
		fprintf(stderr, "ring3: %s: %s\n", file, strerror(-err));
	else if (left_out)
		fprintf(stderr,
			"ring3: %u functions without debug information are not in %s\n",
			left_out, file);
	return err;
}

/* What was asked for beside the verdict. */
static int print_reports(struct run *run, const struct options *options)
{
	int err = 0;

	if (run->explain)
		print_explanation(run);
	if (run->coverage)
		err = print_coverage(run, options->coverage_file);
	return err;
}

/* The log is part of the result. */
static int test_formatted(struct run *run, const struct options *options)
{
	char *log = NULL;
	size_t size;
	int err;

	run->log_to = open_memstream(&log, &size);
	if (!run->log_to)
		return -ENOMEM;
	err = run_modules(run);
	run_flush_log(run);
	fclose(run->log_to);
	run->log_to = NULL;
	if (!err)
		report_format(run, options->format, log ? log : "", stdout);
	free(log);
	return err;
}

static int test(struct run *run, const struct options *options)
{
	struct session *s = &run->session;
	char *release = options->target ? strdup(options->target)
					: run_release_of(run->names[0]);
	int err = session_open(s, release);

	free(release);
	if (err) {
		fprintf(stderr, "ring3: %s\n",
			s->error.text ? s->error.text : strerror(-err));
		return err == -ENOENT || err == -ENOEXEC ? CLI_NO_TARGET
							 : CLI_FAILED;
	}
	if (many_is_asked(options))
		return many_test(run, options);
	err = options->format ? test_formatted(run, options) : run_modules(run);
	run_flush_log(run);
	if (err) {
		fprintf(stderr, "ring3: %s\n",
			s->error.text ? s->error.text : strerror(-err));
		return CLI_FAILED;
	}
	err = print_reports(run, options);
	if (!options->format)
		print_verdicts(run);
	return run->bad || err ? CLI_FAILED : CLI_OK;
}

static int open_script(struct run *run, const char *path)
{
	struct strbuf error = STRBUF_INIT;
	int err = script_open(path, &run->script, &error);

	if (err)
		fprintf(stderr, "ring3: %s\n", error.text);
	run->has_script = !err;
	strbuf_free(&error);
	return err ? CLI_USAGE : CLI_OK;
}

/* Options that do not go together: an exit status, else -1. */
static int check_together(const struct options *o)
{
	const char *text = NULL;

	if (o->kernel_loader && (o->explain || o->coverage))
		text = "--explain and --coverage need ring3's loader";
	else if (o->kernel_loader && many_is_asked(o))
		text = "--fail, --schedules and --seed need ring3's loader";
	else if (o->fail_each && (o->schedules || o->seeded))
		text = "--fail and --schedules do not go together";
	else if (o->format && (many_is_asked(o) || o->explain ||
			       (o->coverage && !o->coverage_file)))
		text = "--format is of one run, and of no other tables";
	else if (many_is_asked(o) && (o->explain || o->coverage))
		text = "--explain and --coverage are of one run";
	if (!text)
		return -1;
	fprintf(stderr, "ring3: %s\n", text);
	return CLI_USAGE;
}

int cmd_test(int argc, char **argv)
{
	struct options options;
	struct run run = {.log_to = stdout};
	int status = options_parse(&options, argc, argv, help);

	if (status >= 0)
		return status;
	status = check_together(&options);
	if (status >= 0)
		return status;
	run.names = calloc(argc, sizeof(*run.names));
	options_apply(&options, &run.session);
	run.keep_going = options.keep_going;
	run.transfers = &options;
	source_open(&run.sources);
	if (!options.kernel_loader)
		run.session.options |= options.checks;
	if (options.explain)
		run.explain = explain_open();
	if (options.coverage) {
		run.coverage = coverage_open();
		run.lines = coverage_lines_open();
	}
	if (options.quiet)
		run.log_to = NULL;
	status = split_words(argc - optind, argv + optind, &run);
	if (status == CLI_OK && options.script)
		status = open_script(&run, options.script);
	if (status == CLI_OK)
		status = test(&run, &options);
	explain_close(run.explain);
	coverage_close(run.coverage);
	coverage_lines_close(run.lines);
	if (run.has_script)
		session_close_module(&run.script);
	run_free(&run);
	options_free(&options);
	return status;
}
