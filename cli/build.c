// SPDX-License-Identifier: GPL-2.0-only
/*
 * ring3 build: builds modules against a target's headers, plain or with
 * sanitizers that the target itself knows nothing of.
 *
 * One thread; runs make and waits for it.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <ring3/sanitizers.h>
#include "cli/cmd.h"
#include "cli/session.h"
#include "lib/file.h"
#include "lib/strbuf.h"

static const char help[] =
	"Usage: ring3 build [OPTION...] [DIR [MAKEARG...]]\n"
	"\n"
	"Builds the modules of DIR (default: the current one), whose Makefile or\n"
	"Kbuild says obj-m, with kbuild against a kernel's headers.\n"
	"\n"
	"  -k, --target=TARGET   the kernel (default: as ring3 targets shows)\n"
	"  -o, --output=OUT      copy DIR to OUT, and build there\n"
	"      --sanitize=LIST   with checks that the compiler adds, of\n"
	"                        address    stack, global and heap memory\n"
	"                        undefined  undefined behaviour\n"
	"                        thread     data races\n"
	"                        coverage   which lines run\n"
	"                        trace      which branches, for ring3 fuzz\n"
	"                        locks      what it states of locks and contexts\n"
	"                        with commas between; ring3 test loads the result\n"
	"                        as any module, on the same kernel\n"
	"  -j, --jobs=N          so many compilers at once\n"
	"  -h, --help            this text\n"
	"\n"
	"Exit status: 0 built, 1 it does not compile, 2 wrong usage, 3 no target.\n";

#define SANITIZE_ADDRESS   1u
#define SANITIZE_UNDEFINED 2u
#define SANITIZE_COVERAGE  4u
#define SANITIZE_TRACE	   8u
#define SANITIZE_THREAD	   16u
#define SANITIZE_LOCKS	   32u

struct build {
	const char *target, *output, *jobs;
	unsigned int sanitize; /* SANITIZE_* */
	char *dir; /* absolute: where it is built */
	char **arguments; /* of make */
	int nr_arguments;
};

static const struct sanitizer {
	const char *name;
	unsigned int bit;
	const char *flags;
} sanitizers[] = {
	{"address", SANITIZE_ADDRESS,
	 " -fsanitize=kernel-address --param asan-stack=1"
	 " --param asan-globals=1 --param asan-instrument-allocas=1"
	 " --param asan-instrumentation-with-call-threshold=0"},
	/* As the kernel has it: no alignment, which x86 does not ask for, and
	 * no signed overflow, which -fno-strict-overflow defines. */
	{"undefined", SANITIZE_UNDEFINED,
	 " -fsanitize=bounds-strict,shift,bool,enum,integer-divide-by-zero,"
	 "vla-bound"},
	{"coverage", SANITIZE_COVERAGE, " -fprofile-arcs -ftest-coverage"},
	{"thread", SANITIZE_THREAD,
	 " -fsanitize=thread --param tsan-distinguish-volatile=1"
	 " --param tsan-instrument-func-entry-exit=0"},
	{"trace", SANITIZE_TRACE, " -fsanitize-coverage=trace-pc,trace-cmp"},
	{"locks", SANITIZE_LOCKS, ""}, /* by headers: include_first() */
};
#define NR_SANITIZERS (sizeof(sanitizers) / sizeof(*sanitizers))

static int parse_sanitizers(const char *list, unsigned int *bits)
{
	size_t i, n;

	for (; *list; list += n + (list[n] == ',')) {
		n = strcspn(list, ",");
		for (i = 0; i < NR_SANITIZERS; i++)
			if (strlen(sanitizers[i].name) == n &&
			    !strncmp(sanitizers[i].name, list, n))
				break;
		if (i == NR_SANITIZERS) {
			fprintf(stderr, "ring3: no sanitizer '%.*s'\n", (int)n,
				list);
			return CLI_USAGE;
		}
		*bits |= sanitizers[i].bit;
	}
	if (*bits & SANITIZE_ADDRESS && *bits & SANITIZE_THREAD) {
		fputs("ring3: address and thread do not go together\n", stderr);
		return CLI_USAGE;
	}
	return -1;
}

/* ---- what kbuild is told ---- */

#define LINE(sym)                                                              \
	strbuf_puts(out, "0x00000000\t" #sym "\tvmlinux\tEXPORT_SYMBOL\t\n");

/* What compilers call, in the form of Module.symvers: the kernel's, of which
 * modpost asks no version. */
static void write_symbols(struct strbuf *out)
{
	RING3_ADDRESS_ACCESSES(LINE)
	RING3_ADDRESS_OTHERS(LINE)
	RING3_UNDEFINED(LINE)
	RING3_GCOV(LINE)
	RING3_TRACE(LINE)
	RING3_THREAD(LINE)
	RING3_LOCKS(LINE)
}

/*
 * Accesses in assembly are checked by headers, if the kernel is configured so;
 * this takes that header's place.
 */
static const char checks_header[] =
	"#if defined(__KERNEL__) && !defined(__ASSEMBLY__)\n"
	"#define _LINUX_KASAN_CHECKS_H\n"
	"_Bool __asan_ring3_read(const volatile void *, unsigned int);\n"
	"_Bool __asan_ring3_write(const volatile void *, unsigned int);\n"
	"#define __kasan_check_read __asan_ring3_read\n"
	"#define __kasan_check_write __asan_ring3_write\n"
	"#define kasan_check_read __asan_ring3_read\n"
	"#define kasan_check_write __asan_ring3_write\n"
	"#endif\n";

static int write_file(const char *path, const char *text)
{
	int err = file_replace(path, text, strlen(text), 0644);

	if (err)
		fprintf(stderr, "ring3: %s: %s\n", path, strerror(-err));
	return err;
}

/* @folder: of ours, beside the sources. */
static int write_inputs(const char *folder)
{
	char *symbols = str_printf("%s/Module.symvers", folder);
	char *header = str_printf("%s/checks.h", folder);
	struct strbuf text = STRBUF_INIT;
	int err = file_make_dirs(folder);

	write_symbols(&text);
	if (!err)
		err = write_file(symbols, text.text);
	if (!err)
		err = write_file(header, checks_header);
	strbuf_free(&text);
	free(header);
	free(symbols);
	return err;
}

/*
 * Has headers of ours found before the kernel's of the same names: what lock
 * annotations mean, and how per-CPU memory is accessed, is a matter of headers,
 * and these are to be wrapped where they are included, not before the module's
 * own first line.  kbuild hands the folders of headers to the make in which it
 * compiles by the environment, where a file that make reads first can add some.
 */
static int include_first(const struct build *b, const char *folder)
{
	const char *given = getenv("MAKEFILES");
	char *path = str_printf("%s/include.mk", folder);
	char *files = str_printf("%s %s", path, given ? given : "");
	char *data = target_data_dir();
	struct strbuf ours = STRBUF_INIT, text = STRBUF_INIT;
	int err;

	if (b->sanitize & SANITIZE_LOCKS)
		strbuf_printf(&ours, "-I%s/include/annotate ", data);
	if (b->sanitize & SANITIZE_ADDRESS)
		strbuf_printf(&ours, "-I%s/include/checked ", data);
	strbuf_printf(&ours, "-I%s/include", data);
	strbuf_printf(&text,
		      "LINUXINCLUDE := %s $(filter-out %s,$(LINUXINCLUDE))\n",
		      ours.text, ours.text);
	err = write_file(path, text.text);
	if (!err && setenv("MAKEFILES", files, 1))
		err = -errno;
	strbuf_free(&text);
	strbuf_free(&ours);
	free(data);
	free(files);
	free(path);
	return err;
}

static char *compiler_flags(const struct build *b, const char *folder)
{
	const char *given = getenv("KCFLAGS");
	struct strbuf flags = STRBUF_INIT;
	size_t i;

	strbuf_printf(&flags, "KCFLAGS=%s", given ? given : "");
	for (i = 0; i < NR_SANITIZERS; i++)
		if (b->sanitize & sanitizers[i].bit)
			strbuf_puts(&flags, sanitizers[i].flags);
	if (b->sanitize & SANITIZE_ADDRESS)
		strbuf_printf(
			&flags,
			" -fasan-shadow-offset=0x%lx -include %s/checks.h",
			RING3_SHADOW_OFFSET, folder);
	return flags.text;
}

/* ---- running ---- */

static int run(char **argv)
{
	static const char *const unset[] = {"MAKEFLAGS",    "MFLAGS",
					    "MAKELEVEL",    "MAKEOVERRIDES",
					    "GNUMAKEFLAGS", "O",
					    "KBUILD_OUTPUT"};
	pid_t pid = fork();
	size_t i;
	int status;

	if (!pid) {
		for (i = 0; i < sizeof(unset) / sizeof(*unset); i++)
			unsetenv(unset[i]);
		execvp(argv[0], argv);
		fprintf(stderr, "ring3: cannot run %s: %s\n", argv[0],
			strerror(errno));
		_exit(127);
	}
	if (pid < 0)
		return -errno;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static int make(const struct build *b, const char *headers, const char *folder)
{
	char **argv = calloc(b->nr_arguments + 12, sizeof(*argv));
	char *dir = str_printf("M=%s", b->dir);
	char *flags = compiler_flags(b, folder);
	char *symbols =
		str_printf("KBUILD_EXTRA_SYMBOLS=%s/Module.symvers", folder);
	char *jobs = str_printf("-j%s", b->jobs ? b->jobs : "1");
	int n = 0, i, status;

	argv[n++] = (char *)"make";
	argv[n++] = (char *)"-s";
	argv[n++] = jobs;
	argv[n++] = (char *)"-C";
	argv[n++] = (char *)headers;
	argv[n++] = dir;
	if (b->sanitize) {
		argv[n++] = symbols;
		argv[n++] = flags;
	}
	for (i = 0; i < b->nr_arguments; i++)
		argv[n++] = b->arguments[i];
	argv[n++] = (char *)"modules";
	status = run(argv);
	free(jobs);
	free(symbols);
	free(flags);
	free(dir);
	free(argv);
	return status;
}

static int copy_to_output(struct build *b)
{
	char *from = str_printf("%s/.", b->dir);
	char *argv[] = {(char *)"cp", (char *)"-r",	 (char *)"-p",
			from,	      (char *)b->output, NULL};
	int err = file_make_dirs(b->output);

	if (!err)
		err = run(argv);
	free(from);
	free(b->dir);
	b->dir = err ? NULL : realpath(b->output, NULL);
	return b->dir ? 0 : -EIO;
}

static int build(struct build *b, const char *headers)
{
	char *folder;
	int status;

	if (b->output && copy_to_output(b)) {
		fprintf(stderr, "ring3: cannot copy to %s\n", b->output);
		return CLI_FAILED;
	}
	/* The same for each build: nothing is compiled again for its sake. */
	folder = str_printf("%s/.ring3", b->dir);
	status = b->sanitize ? write_inputs(folder) : 0;
	if (!status && b->sanitize & (SANITIZE_LOCKS | SANITIZE_ADDRESS))
		status = include_first(b, folder);
	if (!status)
		status = make(b, headers, folder);
	free(folder);
	return status ? CLI_FAILED : CLI_OK;
}

static int with_target(struct build *b)
{
	struct target_list list = {0};
	const struct target *target = NULL;
	int status = CLI_NO_TARGET;

	if (!target_list(&list))
		target = b->target ? target_find(&list, b->target)
				   : target_default(&list);
	if (!target)
		fprintf(stderr,
			"ring3: no such kernel; `ring3 targets` lists those "
			"found\n");
	else if (!target->headers)
		fprintf(stderr, "ring3: there are no headers of %s here\n",
			target->release);
	else
		status = build(b, target->headers);
	target_list_free(&list);
	return status;
}

enum {
	OPTION_SANITIZE = 256,
};

static const struct option long_options[] = {
	{"target", required_argument, NULL, 'k'},
	{"output", required_argument, NULL, 'o'},
	{"jobs", required_argument, NULL, 'j'},
	{"sanitize", required_argument, NULL, OPTION_SANITIZE},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static int parse_option(struct build *b, int option)
{
	switch (option) {
	case 'k':
		b->target = optarg;
		return -1;
	case 'o':
		b->output = optarg;
		return -1;
	case 'j':
		b->jobs = optarg;
		return -1;
	case OPTION_SANITIZE:
		return parse_sanitizers(optarg, &b->sanitize);
	case 'h':
		fputs(help, stdout);
		return CLI_OK;
	}
	return CLI_USAGE; /* getopt has said why */
}

int cmd_build(int argc, char **argv)
{
	struct build b = {0};
	int option, status = -1;
	const char *dir;

	while (status < 0 && (option = getopt_long(argc, argv, "+k:o:j:h",
						   long_options, NULL)) >= 0)
		status = parse_option(&b, option);
	if (status >= 0)
		return status;
	dir = optind < argc ? argv[optind++] : ".";
	b.dir = realpath(dir, NULL);
	if (!b.dir) {
		fprintf(stderr, "ring3: %s: %s\n", dir, strerror(errno));
		return CLI_USAGE;
	}
	b.arguments = argv + optind;
	b.nr_arguments = argc - optind;
	status = with_target(&b);
	free(b.dir);
	return status;
}
