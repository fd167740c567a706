// SPDX-License-Identifier: GPL-2.0-only
/*
 * ring3 check-abi: which kernels would load a module, and why others would not;
 * nothing is started.
 *
 * One thread; may block on disk.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cmd.h"
#include "image/target.h"
#include "image/target_abi.h"
#include "lib/modabi.h"
#include "lib/modfile.h"
#include "lib/strbuf.h"

static const char help[] =
	"Usage: ring3 check-abi [OPTION...] FILE.ko...\n"
	"\n"
	"Tells for each kernel, in a line, whether it would load the module,\n"
	"and if not, all that is in the way.  Nothing is run.  A file may use\n"
	"what those before it export.\n"
	"\n"
	"  -k, --target=TARGET   this kernel only; may be given several times\n"
	"  -v, --verbose         every reason in a line of its own, and what\n"
	"                        would help\n"
	"  -h, --help            this text\n"
	"\n"
	"Exit status: 0 all would load all, 1 one would not, 2 wrong usage,\n"
	"3 no such kernel.\n";

/* Of each kind; all of them are for --verbose. */
#define NAMES_IN_A_LINE 3

/* A kernel that is asked. */
struct asked {
	const struct target *target;
	struct modabi_kernel *kernel;
};

struct check_abi {
	struct target_list targets;
	struct asked *asked;
	size_t nr_asked;
	const char **wanted; /* -k */
	size_t nr_wanted;
	bool verbose;
	bool many_files;
	int width; /* of the longest release */
};

/* ---- the kernels -------------------------------------------------------- */

static void show_progress(void *arg, const char *text)
{
	(void)arg;
	fprintf(stderr, "ring3: %s\n", text);
}

static int ask(struct check_abi *check, const struct target *target)
{
	struct strbuf error = STRBUF_INIT;
	struct target_report report = {show_progress, NULL, &error};
	struct asked *asked = &check->asked[check->nr_asked];
	int err;

	for (size_t i = 0; i < check->nr_asked; i++)
		if (check->asked[i].target == target)
			return 0;
	err = target_abi(target, &report, &asked->kernel);
	if (err) {
		fprintf(stderr, "ring3: %s\n",
			error.len ? error.text : strerror(-err));
	} else {
		asked->target = target;
		check->nr_asked++;
		if ((int)strlen(target->release) > check->width)
			check->width = strlen(target->release);
	}
	strbuf_free(&error);
	return err;
}

static int ask_wanted(struct check_abi *check)
{
	for (size_t i = 0; i < check->nr_wanted; i++) {
		const struct target *target;

		target = target_find(&check->targets, check->wanted[i]);
		if (!target) {
			fprintf(stderr,
				"ring3: '%s' names none of the kernels here, "
				"or more than one; see `ring3 targets`\n",
				check->wanted[i]);
			return CLI_NO_TARGET;
		}
		if (ask(check, target))
			return CLI_NO_TARGET;
	}
	return CLI_OK;
}

static int ask_all(struct check_abi *check)
{
	if (!check->targets.n) {
		fprintf(stderr, "ring3: there are no kernels here; `ring3 "
				"targets add all` gets the default ones\n");
		return CLI_NO_TARGET;
	}
	for (size_t i = 0; i < check->targets.n; i++)
		if (ask(check, &check->targets.targets[i]))
			return CLI_NO_TARGET;
	return CLI_OK;
}

/* ---- the answers -------------------------------------------------------- */

/* "loads, after jbd2, mbcache" */
static void print_loads(const struct modabi_verdict *verdict)
{
	struct strbuf text = STRBUF_INIT;

	fputs("loads", stdout);
	for (size_t i = 0; i < verdict->nr_owners; i++)
		printf("%s%s", i ? ", " : ", after ", verdict->owner[i]);
	/* Reasons that are no refusal. */
	modabi_summary(verdict, NAMES_IN_A_LINE, &text);
	if (text.len)
		printf(" (%s)", text.text);
	putchar('\n');
	strbuf_free(&text);
}

static void print_refused(const struct modabi_verdict *verdict)
{
	struct strbuf text = STRBUF_INIT;

	modabi_summary(verdict, NAMES_IN_A_LINE, &text);
	printf("refused: %s\n", text.text);
	strbuf_free(&text);
}

static void print_details(const struct modabi_verdict *verdict)
{
	const char *name = strerrorname_np(-verdict->err);

	if (verdict->err)
		printf("    init_module() would return %s\n",
		       name ? name : "an error");
	for (size_t i = 0; i < verdict->nr_owners; i++)
		printf("%s%s", i ? ", " : "    it needs ", verdict->owner[i]);
	if (verdict->nr_owners)
		putchar('\n');
	for (size_t i = 0; i < verdict->nr_reasons; i++)
		printf("    - %s\n", verdict->reason[i].text);
	for (size_t i = 0; i < verdict->nr_reasons; i++) {
		const char *advice = modabi_advice_of(verdict, i);

		if (advice)
			printf("    > %s.\n", advice);
	}
}

static int check_one(const struct check_abi *check, const struct asked *asked,
		     const struct modfile *file, const char *path)
{
	struct modabi_verdict verdict;
	bool loads;
	int err;

	err = modabi_check(asked->kernel, file->data, file->size, &verdict);
	if (err)
		return err;
	if (check->many_files)
		printf("%s: ", path);
	printf("%-*s  ", check->width, asked->target->release);
	if (verdict.loads)
		print_loads(&verdict);
	else
		print_refused(&verdict);
	if (check->verbose)
		print_details(&verdict);
	loads = verdict.loads;
	modabi_verdict_clear(&verdict);
	if (loads && check->many_files) {
		char name[256];

		modfile_name(file, name, sizeof(name));
		err = modabi_add_module(asked->kernel, file->data, file->size,
					name);
	}
	return err ? err : !loads;
}

/* 0, 1 when a kernel refuses it, or -errno. */
static int check_file(struct check_abi *check, const char *path)
{
	struct modfile *file;
	bool refused = false;
	int result;

	result = modfile_open(path, &file);
	if (result)
		return result;
	for (size_t i = 0; result >= 0 && i < check->nr_asked; i++) {
		result = check_one(check, &check->asked[i], file, path);
		refused |= result > 0;
	}
	modfile_close(file);
	return result < 0 ? result : refused;
}

static int check_files(struct check_abi *check, char **paths)
{
	int status = CLI_OK;

	for (; *paths; paths++) {
		int result = check_file(check, *paths);

		if (result < 0)
			fprintf(stderr, "ring3: %s: %s\n", *paths,
				strerror(-result));
		if (result)
			status = CLI_FAILED;
	}
	return status;
}

static int run(struct check_abi *check, char **paths)
{
	int err = target_list(&check->targets);
	int status;

	if (err) {
		fprintf(stderr, "ring3: cannot list targets: %s\n",
			strerror(-err));
		return CLI_FAILED;
	}
	check->asked = calloc(check->targets.n + 1, sizeof(*check->asked));
	if (!check->asked)
		status = CLI_FAILED;
	else
		status = check->nr_wanted ? ask_wanted(check) : ask_all(check);
	if (status == CLI_OK)
		status = check_files(check, paths);
	for (size_t i = 0; i < check->nr_asked; i++)
		modabi_kernel_free(check->asked[i].kernel);
	free(check->asked);
	target_list_free(&check->targets);
	return status;
}

static const struct option long_options[] = {
	{"target", required_argument, NULL, 'k'},
	{"verbose", no_argument, NULL, 'v'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

/* An exit status when the program is to end, else -1. */
static int parse_options(struct check_abi *check, int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "k:vh", long_options, NULL)) >=
	       0) {
		switch (option) {
		case 'k':
			check->wanted[check->nr_wanted++] = optarg;
			break;
		case 'v':
			check->verbose = true;
			break;
		case 'h':
			fputs(help, stdout);
			return CLI_OK;
		default:
			return CLI_USAGE;
		}
	}
	if (optind < argc)
		return -1;
	fputs("ring3 check-abi: which file?\n", stderr);
	return CLI_USAGE;
}

int cmd_check_abi(int argc, char **argv)
{
	struct check_abi check = {0};
	int status;

	check.wanted = calloc(argc, sizeof(*check.wanted));
	if (!check.wanted)
		return CLI_FAILED;
	status = parse_options(&check, argc, argv);
	check.many_files = argc - optind > 1;
	if (status < 0)
		status = run(&check, argv + optind);
	free(check.wanted);
	return status;
}
