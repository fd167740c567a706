// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compiles the kernel half with kbuild against a target's headers, after
 * finding out by probes in what the kernel differs from others.
 *
 * One object is made, not a module: modpost would complain that the kernel
 * exports the same names.  One owner, may block on disk, runs make and the
 * linker, not signal-safe.
 */
#include "image/target_internal.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/strbuf.h"

/* Probes of the probing: one must compile, the other must not. */
#define GOOD_PROBE "ring3_good"
#define BAD_PROBE  "ring3_bad"

static int copy_file(const char *from, const char *to)
{
	void *data;
	size_t size;
	int ret = file_read(from, &data, &size);

	if (ret)
		return ret;
	ret = target_write_file(to, data, size);
	free(data);
	return ret;
}

static int copy_tree(const char *from, const char *to);

static int copy_entry(const char *path, const char *name, void *arg)
{
	struct stat st;
	char *to;
	int ret = 0;

	if (stat(path, &st))
		return -errno;
	to = str_printf("%s/%s", (const char *)arg, name);
	if (S_ISDIR(st.st_mode))
		ret = copy_tree(path, to);
	else if (S_ISREG(st.st_mode) && target_is_source(name))
		ret = copy_file(path, to);
	free(to);
	return ret;
}

static int copy_tree(const char *from, const char *to)
{
	int ret = file_make_dirs(to);

	return ret ? ret : target_each_entry(from, copy_entry, (void *)to);
}

static int copy_sources(const char *work, const struct target_report *report)
{
	char *data = target_data_dir();
	char *kernel = str_printf("%s/kernel", data);
	char *include = str_printf("%s/include/ring3", data);
	char *to = str_printf("%s/include/ring3", work);
	int ret = copy_tree(kernel, work);

	if (!ret)
		ret = copy_tree(include, to);
	if (ret)
		target_fail(report, ret,
			    "Cannot copy ring3's own sources from %s to %s: "
			    "%s.",
			    data, work, strerror(-ret));
	free(to);
	free(include);
	free(kernel);
	free(data);
	return ret;
}

/*
 * Adds the start of a command line: make in the headers, for @dir, without
 * what the environment of a person who builds kernels, or a make that we are
 * called from, would change.
 */
static size_t make_command(char **argv, const char *headers, char *dir,
			   char *jobs, char *flags)
{
	static const char *const unset[] = {"MAKEFLAGS",
					    "MFLAGS",
					    "MAKELEVEL",
					    "MAKEFILES",
					    "GNUMAKEFLAGS",
					    "M",
					    "KBUILD_EXTMOD",
					    "KBUILD_OUTPUT",
					    "O",
					    "ARCH",
					    "CROSS_COMPILE",
					    "LLVM",
					    "KAFLAGS",
					    "C",
					    "W",
					    "V",
					    "CPATH",
					    "C_INCLUDE_PATH"};
	size_t n = 0;

	argv[n++] = (char *)"env";
	for (size_t i = 0; i < sizeof(unset) / sizeof(*unset); i++) {
		argv[n++] = (char *)"-u";
		argv[n++] = (char *)unset[i];
	}
	argv[n++] = (char *)"LC_ALL=C";
	argv[n++] = (char *)"make";
	argv[n++] = (char *)"-s";
	argv[n++] = (char *)"--no-print-directory";
	argv[n++] = jobs;
	argv[n++] = (char *)"-C";
	argv[n++] = (char *)headers;
	argv[n++] = dir;
	argv[n++] = flags;
	return n;
}

#define MAKE_ARGS 64 /* room for make_command() and a few more */

static char *jobs_argument(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	return str_printf("-j%ld", cpus > 0 ? cpus : 1);
}

struct probes {
	const char *dir;
	struct strbuf kbuild; /* the list of objects */
	struct strbuf header; /* probes.h */
	char **target; /* what make is told to build */
	size_t n;
};

static int add_probe(const char *path, const char *name, void *arg)
{
	struct probes *probes = arg;
	const char *dot = strrchr(name, '.');
	char **more;

	(void)path;
	if (!dot || strcmp(dot, ".c"))
		return 0;
	/* Room for the NULL behind the last one. */
	more = reallocarray(probes->target, probes->n + 2, sizeof(*more));
	if (!more)
		return -ENOMEM;
	probes->target = more;
	more[probes->n] = str_printf("%.*s.o", (int)(dot - name), name);
	strbuf_printf(&probes->kbuild, "obj-m += %s\n", more[probes->n]);
	more[++probes->n] = NULL;
	return 0;
}

static int write_text(const char *dir, const char *name, const char *text)
{
	char *path = str_printf("%s/%s", dir, name);
	int ret = target_write_file(path, text, strlen(text));

	free(path);
	return ret;
}

static int write_probes(struct probes *probes, const char *work)
{
	int ret = file_make_dirs(probes->dir);

	strbuf_printf(&probes->kbuild,
		      "OBJECT_FILES_NON_STANDARD := y\n"
		      "ccflags-y := -I%s -I%s/include\n",
		      work, work);
	if (!ret)
		ret = write_text(probes->dir, GOOD_PROBE ".c",
				 "#include <linux/module.h>\n"
				 "int probe(struct module *mod);\n"
				 "int probe(struct module *mod)\n"
				 "{ return mod->state; }\n");
	if (!ret)
		ret = write_text(probes->dir, BAD_PROBE ".c",
				 "int probe(void);\n"
				 "int probe(void)\n"
				 "{ return ring3_has_no_such_name; }\n");
	if (!ret)
		ret = target_each_entry(probes->dir, add_probe, probes);
	if (!ret)
		ret = write_text(probes->dir, "Kbuild", probes->kbuild.text);
	return ret;
}

static int run_probes(const struct probes *probes, const struct target *target,
		      const struct target_report *report, struct strbuf *log)
{
	char **argv = calloc(MAKE_ARGS + probes->n + 2, sizeof(*argv));
	char *dir = str_printf("M=%s", probes->dir);
	char *jobs = jobs_argument();
	char flags[] = "KCFLAGS=";
	struct strbuf ignored = STRBUF_INIT;
	struct target_report quiet = {.error = &ignored};
	size_t n;
	int ret = -ENOMEM;

	if (!argv)
		goto out;
	n = make_command(argv, target->headers, dir, jobs, flags);
	argv[n++] = (char *)"-k";
	for (size_t i = 0; i < probes->n; i++)
		argv[n++] = probes->target[i];
	/* It fails whenever a probe does; what counts is what it made. */
	ret = target_run(&quiet, "Probing", argv, log);
	if (ret == -EIO)
		ret = 0;
	else if (ret)
		target_fail(report, ret, "%s", ignored.text);
out:
	strbuf_free(&ignored);
	free(jobs);
	free(dir);
	free(argv);
	return ret;
}

static bool probe_passed(const struct probes *probes, const char *object)
{
	char *path = str_printf("%s/%s", probes->dir, object);
	bool passed = file_exists(path);

	free(path);
	return passed;
}

static void add_result(struct strbuf *header, const char *object, bool passed)
{
	strbuf_puts(header, "#define HAVE_");
	for (const char *p = object; strcmp(p, ".o"); p++) {
		char c = isalnum((unsigned char)*p)
				 ? (char)toupper((unsigned char)*p)
				 : '_';

		strbuf_add(header, &c, 1);
	}
	strbuf_printf(header, " %d\n", passed);
}

static int judge_probes(struct probes *probes, const struct target *target,
			const struct target_report *report,
			const struct strbuf *log)
{
	if (!probe_passed(probes, GOOD_PROBE ".o") ||
	    probe_passed(probes, BAD_PROBE ".o"))
		return target_fail(report, -EIO,
				   "Nothing can be compiled with the headers "
				   "in %s:\n%s",
				   target->headers, log->text ? log->text : "");
	strbuf_puts(
		&probes->header,
		"/* Which of kernel/probes/ compile with this kernel. */\n");
	for (size_t i = 0; i < probes->n; i++) {
		if (!strncmp(probes->target[i], "ring3_", 6))
			continue;
		add_result(&probes->header, probes->target[i],
			   probe_passed(probes, probes->target[i]));
	}
	return 0;
}

static int make_probes(const struct target *target, const char *work,
		       const struct target_report *report, struct strbuf *log)
{
	char *dir = str_printf("%s/probes", work);
	struct probes probes = {.dir = dir};
	int ret = write_probes(&probes, work);

	if (ret)
		target_fail(report, ret, "Cannot write probes to %s: %s.", dir,
			    strerror(-ret));
	if (!ret)
		ret = run_probes(&probes, target, report, log);
	if (!ret)
		ret = judge_probes(&probes, target, report, log);
	if (!ret)
		ret = write_text(work, "probes.h", probes.header.text);
	for (size_t i = 0; i < probes.n; i++)
		free(probes.target[i]);
	free(probes.target);
	strbuf_free(&probes.kbuild);
	strbuf_free(&probes.header);
	free(dir);
	return ret;
}

static int compile(const struct target *target, const char *work,
		   const struct target_report *report, struct strbuf *log)
{
	char *argv[MAKE_ARGS] = {NULL};
	char *dir = str_printf("M=%s", work);
	char *jobs = jobs_argument();
	/* What WARN() and BUG() print is not to depend on the cache's place. */
	char *flags = str_printf("KCFLAGS=-ffile-prefix-map=%s/=kernel/", work);
	size_t n = make_command(argv, target->headers, dir, jobs, flags);
	/* What the probes printed is no part of an error here. */
	struct strbuf own = STRBUF_INIT;
	int ret;

	argv[n++] = (char *)"ring3.o";
	ret = target_run(report, "Compiling the kernel half", argv, &own);
	if (own.len)
		strbuf_add(log, own.text, own.len);
	strbuf_free(&own);
	free(flags);
	free(jobs);
	free(dir);
	return ret;
}

/* Kept beside the builds, for whoever wants to see all of it. */
static void keep_log(const char *dir, const struct strbuf *log)
{
	char *path = str_printf("%s/../build.log", dir);

	if (log->len)
		target_write_file(path, log->text, log->len);
	free(path);
}

int target_make_kernel(const struct target *target, const struct image *image,
		       const char *dir, const struct target_report *report,
		       struct target_build *build)
{
	char *work = str_printf("%s/work", dir);
	char *object = str_printf("%s/ring3.o", work);
	char *lds = str_printf("%s/ring3.lds", work);
	char *elf = str_printf("%s/kernel.elf", dir);
	struct strbuf log = STRBUF_INIT;
	int ret;

	target_progress(report, "compiling the kernel half");
	ret = copy_sources(work, report);
	if (!ret)
		ret = make_probes(target, work, report, &log);
	if (!ret)
		ret = compile(target, work, report, &log);
	keep_log(dir, &log);
	strbuf_free(&log);
	if (!ret) {
		target_progress(report, "linking it to the kernel");
		ret = target_link(image, object, lds, elf, report, build);
	}
	if (!ret)
		ret = file_remove_tree(work);
	free(elf);
	free(lds);
	free(object);
	free(work);
	return ret;
}
