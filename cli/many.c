// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many runs of the same modules, by several processes at once.  Each tells what
 * came of its share in a file that only it writes.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "cli/cmd.h"
#include "cli/many.h"
#include "cli/options.h"
#include "cli/run.h"
#include "cli/source.h"

#define JOBS_MAX 64
/* Bad runs of which the log is shown. */
#define SHOWN_MAX 20

struct many {
	struct run *run;
	const struct options *options;
	unsigned long first, end; /* the numbers of the runs */
	/* All processes' count, each its own. */
	struct share {
		unsigned long done, refused, got_by, bad;
		unsigned long first_bad;
	} * shares;
	FILE *told[JOBS_MAX]; /* what is to be shown */
	unsigned int jobs;
};

int many_is_asked(const struct options *options)
{
	return options->fail_each || options->schedules || options->seeded;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* ---- one run ---- */

/* The line of the kernel half that says which call failed, from "call" on. */
static char *failed_call(const struct run *run)
{
	struct strbuf text = STRBUF_INIT;
	char *line, *copy, *at;

	at = run->log.len ? strstr(run->log.text, " failed on request: ")
			  : NULL;
	if (!at)
		return strdup("no call failed");
	at += strlen(" failed on request: ");
	copy = strndup(at, strcspn(at, "\n"));
	line = copy;
	source_annotate(run->sources, line, &text);
	free(copy);
	return text.text;
}

/* What is wrong with the run beside an init that failed; to be freed. */
static char *trouble_of(const struct run *run)
{
	struct strbuf text = STRBUF_INIT;
	int i;

	for (i = 0; i < run->nr_modules; i++) {
		const struct run_module *m = &run->modules[i];

		if (m->misbehaved.len)
			strbuf_printf(&text, "%s%s", text.len ? "; " : "",
				      m->misbehaved.text);
		else if (m->state == MODULE_BUSY && !m->dependency)
			strbuf_printf(&text, "%s%s cannot be unloaded",
				      text.len ? "; " : "", m->name);
	}
	if (run->trouble.len)
		strbuf_printf(&text, "%s%s", text.len ? "; " : "",
			      run->trouble.text);
	return text.text;
}

/* The kernel's log, with source lines. */
static void show_log(const struct run *run, FILE *out)
{
	char *copy = strdup(run->log.text ? run->log.text : "");
	char *rest = copy, *line;
	struct strbuf text = STRBUF_INIT;

	while ((line = strsep(&rest, "\n")))
		if (*line) {
			strbuf_reset(&text);
			source_annotate(run->sources, line, &text);
			fprintf(out, "  %s\n", text.text);
		}
	strbuf_free(&text);
	free(copy);
}

static void tell_bad(const struct many *many, unsigned long number,
		     const char *trouble, FILE *out)
{
	const struct run *run = many->run;
	char *call;

	if (many->options->fail_each) {
		call = failed_call(run);
		fprintf(out, "call %lu, %s: %s\n", number, call, trouble);
		free(call);
	} else {
		fprintf(out, "schedule %lu: %s (again: --seed %lu)\n", number,
			trouble, number);
	}
	show_log(run, out);
}

static bool is_refused(const struct run *run)
{
	return run->modules[run->nr_modules - 1].state == MODULE_REFUSED;
}

/* 0, or -errno when there can be no further one. */
static int run_one(struct many *many, unsigned long number, struct share *share,
		   FILE *out)
{
	struct run *run = many->run;
	char *trouble;
	int err;

	run_reset(run);
	if (many->options->fail_each)
		run->fail_at = number;
	else
		run->schedule = number;
	err = run_modules(run);
	if (err)
		return err;
	run_flush_log(run);
	trouble = trouble_of(run);
	share->done++;
	if (!trouble && is_refused(run))
		share->refused++;
	else if (!trouble)
		share->got_by++;
	else if (!share->bad++)
		share->first_bad = number;
	if (trouble && share->bad <= SHOWN_MAX)
		tell_bad(many, number, trouble, out);
	free(trouble);
	return 0;
}

/* ---- all of them ---- */

static int work(struct many *many, unsigned int i)
{
	struct session *session = &many->run->session;
	unsigned long number;
	int err = 0;

	session->recycles = true;
	for (number = many->first + i; !err && number < many->end;
	     number += many->jobs)
		err = run_one(many, number, &many->shares[i], many->told[i]);
	instance_free(session->spare);
	session->spare = NULL;
	fflush(many->told[i]);
	return err ? CLI_FAILED : CLI_OK;
}

static int start_all(struct many *many)
{
	unsigned int i;
	int status, bad = 0;
	pid_t pid;

	fflush(stdout);
	for (i = 0; i < many->jobs; i++) {
		many->told[i] = tmpfile();
		pid = many->told[i] ? fork() : -1;
		if (!pid)
			_exit(work(many, i));
		bad |= pid < 0;
	}
	while ((pid = wait(&status)) > 0 || errno == EINTR)
		bad |= pid > 0 && status;
	return bad;
}

static void print_told(FILE *told)
{
	char buffer[4096];
	size_t n;

	if (!told)
		return;
	rewind(told);
	while ((n = fread(buffer, 1, sizeof(buffer), told)))
		fwrite(buffer, 1, n, stdout);
	fclose(told);
}

static struct share sum_of(const struct many *many)
{
	struct share sum = {.first_bad = ~0ul};
	unsigned int i;

	for (i = 0; i < many->jobs; i++) {
		const struct share *s = &many->shares[i];

		sum.done += s->done;
		sum.refused += s->refused;
		sum.got_by += s->got_by;
		sum.bad += s->bad;
		if (s->bad && s->first_bad < sum.first_bad)
			sum.first_bad = s->first_bad;
	}
	return sum;
}

static void print_sum(const struct many *many, const struct share *sum,
		      double seconds)
{
	const char *name = many->run->names[many->run->nr_names - 1];

	if (many->options->fail_each)
		printf("%s: %lu calls, each failed once: %lu refused, %lu got by, %lu wrong",
		       name, sum->done, sum->refused, sum->got_by, sum->bad);
	else
		printf("%s: %lu schedules, %lu wrong", name, sum->done,
		       sum->bad);
	printf(" (%.2f s)\n", seconds);
	if (sum->bad && !many->options->fail_each)
		printf("%s: the first is --seed %lu\n", name, sum->first_bad);
}

static int run_all(struct many *many)
{
	size_t size = many->jobs * sizeof(*many->shares);
	double start = now();
	struct share sum;
	unsigned int i;
	int failed;

	many->shares = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (many->shares == MAP_FAILED)
		return CLI_FAILED;
	failed = start_all(many);
	for (i = 0; i < many->jobs; i++)
		print_told(many->told[i]);
	sum = sum_of(many);
	print_sum(many, &sum, now() - start);
	munmap(many->shares, size);
	return failed || sum.bad ? CLI_FAILED : CLI_OK;
}

/* As it is, before anything is changed: it must be well.  How many calls it
 * made that can fail. */
static int run_first(struct many *many, unsigned long *calls)
{
	struct run *run = many->run;
	char *trouble;
	int err;

	err = run_modules(run);
	if (err) {
		fprintf(stderr, "ring3: %s\n",
			run->session.error.text ? run->session.error.text
						: strerror(-err));
		return CLI_FAILED;
	}
	run_flush_log(run);
	*calls = run->calls;
	trouble = trouble_of(run);
	if (!trouble)
		return CLI_OK;
	printf("even without: %s\n", trouble);
	show_log(run, stdout);
	free(trouble);
	return CLI_FAILED;
}

static unsigned int nr_jobs(const struct options *options, unsigned long runs)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned long jobs = options->jobs ? options->jobs
			     : cpus > 0	   ? (unsigned long)cpus
					   : 1;

	if (jobs > JOBS_MAX)
		jobs = JOBS_MAX;
	return jobs > runs && runs ? runs : jobs;
}

int many_test(struct run *run, const struct options *options)
{
	struct many many = {.run = run, .options = options};
	unsigned long calls = 0;
	int status;

	run->log_to = NULL;
	run->keep_log = true;
	if (options->fail_each) {
		run->session.options |= RING3_OPTION_FAULTS;
		run->faults = true;
		status = run_first(&many, &calls);
		if (status)
			return status;
		many.first = 1;
		many.end = calls + 1;
	} else {
		run->session.options |= RING3_OPTION_SCHEDULES;
		run->session.steady_time = true;
		run->scheduled = true;
		many.first = options->seed;
		many.end = many.first +
			   (options->schedules ? options->schedules : 1);
	}
	many.jobs = nr_jobs(options, many.end - many.first);
	if (session_prepare(&run->session))
		return CLI_FAILED;
	return run_all(&many);
}
