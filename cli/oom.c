// SPDX-License-Identifier: GPL-2.0-only
/*
 * ring3 oom: loads a module again and again, each time with another allocation
 * failing, until there is none left, and looks whether all was undone.
 *
 * One thread; blocks.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/cmd.h"
#include "cli/trial.h"

static const char help[] =
	"Usage: ring3 oom [OPTION...] MODULE...\n"
	"\n"
	"Loads the last MODULE with its first allocation failing, then with its\n"
	"second, and so on, until a load is over before its turn comes: the\n"
	"loader's and the module's own, of kmalloc, caches, pages, vmalloc and\n"
	"per-CPU memory.  The load must fail, or get by without; nothing may be\n"
	"left of it.  A MODULE is a file, or a name, which brings its\n"
	"dependencies; all but the last are loaded once.\n"
	"\n"
	"  -k, --target=TARGET   the kernel (default: as ring3 targets shows)\n"
	"  -r, --repeat=N        each one so many times, to find leaks (1)\n"
	"  -v, --verbose         a line for each allocation\n"
	"      --loader=kernel   the kernel's loader, not ring3's\n"
	"      --timeout=SECONDS what one load may take (30)\n"
	"  -h, --help            this text\n"
	"\n"
	"Exit status: 0 all is well, 1 otherwise, 2 wrong usage, 3 no target.\n";

/* Failures in one load beyond which something never ends. */
#define MAX_ALLOCATIONS 100000
#define MAX_WRONG	50
/* In struct ring3_job, warnings. */
#define OOPSED 2u

struct memory {
	unsigned long vmalloc, slab, percpu; /* kB */
};

struct oom {
	struct trial trial;
	const char *target;
	unsigned int repeat;
	bool verbose;
	unsigned int failed, survived, warned, wrong;
	unsigned int warnings; /* of this instance so far */
	char *modules; /* /proc/modules before */
};

static const char *name_of(const struct oom *o)
{
	return o->trial.images[o->trial.nr - 1].name;
}

static void wrong(struct oom *o, unsigned int n, const char *what)
{
	o->wrong++;
	printf("%s: allocation %u: %s\n", name_of(o), n, what);
	if (o->trial.log.len)
		printf("%s\n", o->trial.log.text);
	if (o->trial.end.len)
		printf("%s\n", o->trial.end.text);
}

static int load(struct oom *o, int i, struct ring3_job *job)
{
	job->kind = RING3_JOB_LOAD;
	return trial_job(&o->trial, job, i);
}

/* An instance with all but the last module, which has come and gone once. */
static int begin(struct oom *o)
{
	int i, err = trial_start(&o->trial);
	long result;

	for (i = 0; !err && i < o->trial.nr; i++) {
		struct ring3_job job = {.fail_at = 0};

		err = load(o, i, &job);
		o->warnings = job.warnings;
		if (err || job.fate == RING3_FATE_KILLED || job.result) {
			printf("%s: does not load even so: %s\n%s\n",
			       o->trial.images[i].name,
			       err ? strerror(-err) : strerror(-job.result),
			       o->trial.log.text ? o->trial.log.text : "");
			return err ? err : -EINVAL;
		}
	}
	if (err)
		return err;
	result = trial_unload(&o->trial, name_of(o));
	if (result) {
		printf("%s: does not unload even so: %s\n", name_of(o),
		       strerror(-result));
		return -EINVAL;
	}
	if (trial_read(&o->trial, "/proc/modules"))
		return -EIO;
	free(o->modules);
	o->modules = strdup(o->trial.content.text);
	return 0;
}

/* Whether nothing is left of the load. */
static void check_undone(struct oom *o, unsigned int n)
{
	struct strbuf log = o->trial.log;
	char path[128];
	long err;

	/* What follows must not take the load's log away. */
	o->trial.log = (struct strbuf)STRBUF_INIT;
	snprintf(path, sizeof(path), "/sys/module/%s/initstate", name_of(o));
	err = trial_read(&o->trial, path);
	if (!err)
		wrong(o, n, "its folder in /sys/module remains");
	err = trial_read(&o->trial, "/proc/modules");
	strbuf_free(&o->trial.log);
	o->trial.log = log;
	if (err)
		wrong(o, n, "/proc/modules cannot be read");
	else if (strcmp(o->trial.content.text, o->modules))
		wrong(o, n, "/proc/modules is not what it was");
}

static const char *errno_name(long err)
{
	return strerrorname_np(-err) ? strerrorname_np(-err) : "no errno";
}

static void tell(struct oom *o, unsigned int n, const struct ring3_job *job)
{
	const char *line;

	if (!o->verbose)
		return;
	line = o->trial.log.len ? strstr(o->trial.log.text, "failed on request")
				: NULL;
	printf("%5u %-8s %.*s\n", n,
	       job->result ? errno_name(job->result) : "ok",
	       line ? (int)strcspn(line + 19, "\n") : 0, line ? line + 19 : "");
}

/* The kernel's own code may warn of an allocation that it wanted: whose it is,
 * is said, and up to whoever reads it. */
static void tell_warning(struct oom *o, unsigned int n)
{
	const char *line = o->trial.log.len
				   ? strstr(o->trial.log.text, "WARNING: ")
				   : NULL;

	if (!line)
		return;
	o->warned++;
	printf("%s: allocation %u: %.*s\n", name_of(o), n,
	       (int)strcspn(line, "\n"), line);
}

/* One load with allocation @n failing.  1: there was none; 0: there may be
 * more; or the instance's end as -errno. */
static int try_one(struct oom *o, unsigned int n)
{
	struct ring3_job job = {.fail_at = n};
	int err = load(o, o->trial.nr - 1, &job);
	long result;

	if (err) {
		wrong(o, n, "the instance ended");
		return err;
	}
	if (job.fate == RING3_FATE_KILLED) {
		wrong(o, n, "the load was killed");
		return -EPIPE;
	}
	if (job.warnings & ~o->warnings & OOPSED) {
		wrong(o, n, "the kernel had an oops");
		return -EPIPE;
	}
	tell_warning(o, n);
	tell(o, n, &job);
	if (!job.result) {
		result = trial_unload(&o->trial, name_of(o));
		if (result) {
			wrong(o, n, "loaded, but cannot be unloaded");
			return -EPIPE;
		}
	}
	check_undone(o, n);
	if (job.allocations < n)
		return 1;
	if (job.result)
		o->failed++;
	else
		o->survived++;
	return 0;
}

static void measure(struct oom *o, struct memory *m)
{
	struct ring3_job settle = {.kind = RING3_JOB_SETTLE, .size = 200};

	trial_job(&o->trial, &settle, -1);
	m->vmalloc = trial_memory(&o->trial, "VmallocUsed");
	m->slab = trial_memory(&o->trial, "Slab");
	m->percpu = trial_memory(&o->trial, "Percpu");
}

/* The caches of the kernel that have grown since @before, a copy of
 * /proc/slabinfo. */
static void tell_caches(struct oom *o, const char *before)
{
	char *save, *line, name[64], key[80];
	unsigned long n, was, size;
	const char *old;

	if (trial_read(&o->trial, "/proc/slabinfo"))
		return;
	for (line = strtok_r(o->trial.content.text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "%63s %*u %lu %lu", name, &n, &size) != 3)
			continue;
		snprintf(key, sizeof(key), "\n%s ", name);
		old = strstr(before, key);
		if (old && sscanf(old, "%*s %*u %lu", &was) == 1 && n > was)
			printf("%s: cache %s, %lu bytes: %+ld objects\n",
			       name_of(o), name, size, (long)(n - was));
	}
}

/* Every allocation once.  How many there were, or -errno. */
static int try_all(struct oom *o)
{
	unsigned int n, i;
	int over = 0;

	for (n = 1; over <= 0 && n < MAX_ALLOCATIONS; n++)
		for (i = 0, over = 0; over <= 0 && i < o->repeat; i++) {
			over = try_one(o, n);
			if (over >= 0)
				continue;
			if (o->wrong >= MAX_WRONG || begin(o))
				return -EINVAL;
			break;
		}
	return over > 0 ? (int)n - 2 : -ELOOP;
}

static int oom(struct oom *o)
{
	struct memory before, after;
	char *caches;
	int n = begin(o) ? -EINVAL : 0;

	if (n)
		return CLI_FAILED;
	measure(o, &before);
	trial_read(&o->trial, "/proc/slabinfo");
	caches = strdup(o->trial.content.text);
	n = try_all(o);
	if (n < 0) {
		printf("%s: given up\n", name_of(o));
		free(caches);
		return CLI_FAILED;
	}
	measure(o, &after);
	printf("%s: %d allocations, each failed %u time%s: %u refused, %u got "
	       "by, %u warned, %u wrong\n",
	       name_of(o), n, o->repeat, o->repeat == 1 ? "" : "s", o->failed,
	       o->survived, o->warned, o->wrong);
	printf("%s: vmalloc %+ld kB, slab %+ld kB, per-CPU %+ld kB\n",
	       name_of(o), (long)(after.vmalloc - before.vmalloc),
	       (long)(after.slab - before.slab),
	       (long)(after.percpu - before.percpu));
	if (o->verbose)
		tell_caches(o, caches);
	free(caches);
	return o->wrong ? CLI_FAILED : CLI_OK;
}

enum {
	OPTION_TIMEOUT = 256,
	OPTION_LOADER,
};

static const struct option long_options[] = {
	{"target", required_argument, NULL, 'k'},
	{"repeat", required_argument, NULL, 'r'},
	{"verbose", no_argument, NULL, 'v'},
	{"loader", required_argument, NULL, OPTION_LOADER},
	{"timeout", required_argument, NULL, OPTION_TIMEOUT},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static int parse_option(struct oom *o, int option)
{
	switch (option) {
	case 'k':
		o->target = optarg;
		return -1;
	case 'r':
		return trial_number(optarg, 1, 100000, &o->repeat);
	case 'v':
		o->verbose = true;
		return -1;
	case OPTION_TIMEOUT:
		return trial_number(optarg, 1, 100000,
				    &o->trial.session.timeout);
	case OPTION_LOADER:
		return trial_loader(optarg, &o->trial.session);
	case 'h':
		fputs(help, stdout);
		return CLI_OK;
	}
	return CLI_USAGE; /* getopt has said why */
}

int cmd_oom(int argc, char **argv)
{
	struct oom o = {
		.repeat = 1,
		.trial.session = {.virtual_time = true,
				  .use_snapshot = true,
				  .timeout = 30},
	};
	int option, status = -1;

	while (status < 0 && (option = getopt_long(argc, argv, "k:r:vh",
						   long_options, NULL)) >= 0)
		status = parse_option(&o, option);
	if (status >= 0)
		return status;
	if (optind == argc) {
		fprintf(stderr, "ring3: which module? try ring3 oom --help\n");
		return CLI_USAGE;
	}
	status = trial_open(&o.trial, o.target, argv + optind, argc - optind);
	if (status < 0)
		status = oom(&o);
	trial_close(&o.trial);
	free(o.modules);
	return status;
}
