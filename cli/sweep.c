// SPDX-License-Identifier: GPL-2.0-only
/*
 * ring3 sweep: every module of a target, each with its dependencies in a fresh
 * instance.
 *
 * Worker processes take modules from a shared counter and append a line for
 * each to a partial result; so an interrupted sweep goes on where it was.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "cli/cmd.h"
#include "cli/options.h"
#include "cli/results.h"
#include "cli/run.h"
#include "lib/file.h"
#include "lib/modfile.h"

static const char help[] =
	"Usage: ring3 sweep [OPTION...] [MODULE...]\n"
	"\n"
	"Loads and unloads every module of a target (or those named), each in\n"
	"a fresh instance with its dependencies.  Prints what did not come and\n"
	"go as it should, with the cause, and writes all results as JSON.  An\n"
	"interrupted sweep goes on where it was.\n"
	"\n"
	"  -k, --target=TARGET   the kernel (default: as ring3 targets shows)\n"
	"  -j, --jobs=N          how many at once (default: processors)\n"
	"  -o, --output=FILE     the JSON (default: sweep-TARGET.json)\n"
	"      --fresh           forget an interrupted sweep\n"
	"      --append=PARAMS   further kernel parameters\n"
	"      --timeout=SECONDS what loading or unloading one may take (30)\n"
	"      --check[=LIST]    look for mistakes, as ring3 test does\n"
	"      --loader=WHICH    ring3's module system (ring3) or the kernel's\n"
	"                        own (kernel)\n"
	"  -q, --quiet           no progress\n"
	"  -h, --help            this text\n"
	"\n"
	"Exit status: 0 every module has a verdict and none misbehaved, 1\n"
	"otherwise, 2 wrong usage, 3 no target fits.\n";

struct sweep {
	struct session *session;
	const struct options *options;
	struct modlist modules;
	char *output, *partial;
	struct results results;
	atomic_size_t *next; /* shared by the workers */
	size_t nr_known; /* results that a sweep before left */
};

static struct result_line judge(const struct run *run, const char *path)
{
	const struct run_module *m = NULL;
	struct result_line line = {.verdict = VERDICT_LOST};
	int i;

	modfile_name_of_path(path, line.name, sizeof(line.name));
	/* The first that was refused says why; else the last is the one. */
	for (i = 0; i < run->nr_modules; i++) {
		m = &run->modules[i];
		if (m->state == MODULE_REFUSED || m->state == MODULE_LOST)
			break;
	}
	if (!m)
		return line;
	line.init_ns = m->init_ns;
	line.exit_ns = m->exit_ns;
	line.error = m->error;
	if (strcmp(m->name, line.name))
		snprintf(line.culprit, sizeof(line.culprit), "%s", m->name);
	switch (m->state) {
	case MODULE_UNLOADED:
		line.verdict = VERDICT_OK;
		break;
	case MODULE_BUSY:
		line.verdict = VERDICT_BUSY;
		break;
	case MODULE_REFUSED:
		line.verdict = VERDICT_REFUSED;
		break;
	default:
		break;
	}
	if (line.verdict != VERDICT_LOST && m->misbehaved.len)
		line.verdict = VERDICT_MISBEHAVED;
	if (m->misbehaved.len)
		snprintf(line.cause, sizeof(line.cause), "%s",
			 m->misbehaved.text);
	else if (m->state != MODULE_UNLOADED)
		results_cause_of_log(&line, run->log.text);
	return line;
}

static struct result_line sweep_one(struct sweep *sweep, const char *path)
{
	struct run run = {.keep_log = true, .session = *sweep->session};
	struct result_line line;
	char name[64];
	const char *names[] = {name};
	struct timespec start, end;
	int err;

	modfile_name_of_path(path, name, sizeof(name));
	run.names = names;
	run.nr_names = 1;
	clock_gettime(CLOCK_MONOTONIC, &start);
	err = run_modules(&run);
	line = judge(&run, path);
	clock_gettime(CLOCK_MONOTONIC, &end);
	line.wall_ns = (end.tv_sec - start.tv_sec) * 1000000000ul +
		       end.tv_nsec - start.tv_nsec;
	if (err)
		snprintf(line.cause, sizeof(line.cause), "%s",
			 run.session.error.text ? run.session.error.text
						: strerror(-err));
	/* What run_modules() opened stays with the worker's session. */
	sweep->session->index = run.session.index;
	sweep->session->request = run.session.request;
	sweep->session->nr_request = run.session.nr_request;
	sweep->session->brought = run.session.brought;
	sweep->session->error = run.session.error;
	run_reset(&run);
	sweep->session->error = run.session.error;
	strbuf_free(&run.log);
	strbuf_free(&run.line);
	strbuf_free(&run.trouble);
	return line;
}

static void work(struct sweep *sweep)
{
	struct strbuf text = STRBUF_INIT;
	int fd = open(sweep->partial, O_WRONLY | O_APPEND | O_CLOEXEC);
	size_t i;

	while ((i = atomic_fetch_add(sweep->next, 1)) < sweep->modules.n) {
		const char *path = sweep->modules.path[i];
		struct result_line line;

		if (results_have(&sweep->results, path))
			continue;
		line = sweep_one(sweep, path);
		strbuf_reset(&text);
		results_format(&line, &text);
		/* One write, so that lines of several workers do not mix. */
		if (write(fd, text.text, text.len) != (ssize_t)text.len)
			_exit(1);
	}
	_exit(0);
}

static void show_progress(const struct sweep *sweep, size_t done, bool last)
{
	size_t n = sweep->modules.n, width = 40, filled;
	static size_t shown = (size_t)-1;

	if (sweep->options->quiet || !n)
		return;
	if (!isatty(STDERR_FILENO)) {
		if (done * 10 / n != shown)
			fprintf(stderr, "ring3: %zu of %zu modules\n", done, n);
		shown = done * 10 / n;
		return;
	}
	filled = done * width / n;
	fprintf(stderr, "\r[%.*s%*s] %zu of %zu%s", (int)filled,
		"########################################",
		(int)(width - filled), "", done, n, last ? "\n" : "");
}

static size_t count_done(const struct sweep *sweep)
{
	size_t started = atomic_load(sweep->next);

	return started < sweep->modules.n ? started : sweep->modules.n;
}

static int run_workers(struct sweep *sweep, unsigned int jobs)
{
	unsigned int i, running = 0;
	int status, failed = 0;
	pid_t pid;

	for (i = 0; i < jobs; i++) {
		pid = fork();
		if (!pid)
			work(sweep);
		running += pid > 0;
	}
	while (running) {
		pid = waitpid(-1, &status, WNOHANG);
		if (pid > 0) {
			running--;
			failed |= status;
			continue;
		}
		show_progress(sweep, count_done(sweep), false);
		usleep(100000);
	}
	show_progress(sweep, count_done(sweep), true);
	return failed ? -EIO : 0;
}

static int start_partial(struct sweep *sweep)
{
	struct strbuf head = STRBUF_INIT;
	int err;

	/* Results of another build of kernel or ring3 say nothing. */
	strbuf_printf(&head, "%s\n", sweep->session->snapshot);
	if (!sweep->options->fresh &&
	    !results_load(&sweep->results, sweep->partial, head.text)) {
		sweep->nr_known = sweep->results.n;
		if (!sweep->options->quiet)
			fprintf(stderr, "ring3: going on behind %zu modules\n",
				sweep->nr_known);
		strbuf_free(&head);
		return 0;
	}
	err = file_replace(sweep->partial, head.text, head.len, 0644);
	strbuf_free(&head);
	return err;
}

static int list_modules(struct sweep *sweep, int argc, char **argv)
{
	struct session *s = sweep->session;
	int i, err = 0;

	if (!argc) {
		err = session_open_index(s);
		return err ? err : modindex_all(s->index, &sweep->modules);
	}
	for (i = 0; !err && i < argc; i++) {
		struct modlist one = {0};

		err = session_resolve(s, argv[i], &one);
		if (!err && !one.n)
			fprintf(stderr, "ring3: %s is built into the kernel\n",
				argv[i]);
		else if (!err)
			modlist_add(&sweep->modules, one.path[one.n - 1]);
		modlist_free(&one);
	}
	return err;
}

static int finish(struct sweep *sweep, const struct timespec *start)
{
	struct timespec end;
	int err;

	clock_gettime(CLOCK_MONOTONIC, &end);
	results_free(&sweep->results);
	err = results_load(&sweep->results, sweep->partial, NULL);
	if (err)
		return err;
	results_sort(&sweep->results);
	results_print(&sweep->results, stdout);
	printf("%s: %zu modules in %.1f s\n", sweep->session->target->release,
	       sweep->results.n,
	       end.tv_sec - start->tv_sec +
		       (end.tv_nsec - start->tv_nsec) / 1e9);
	err = results_write_json(&sweep->results, sweep->output,
				 sweep->session->target->release);
	if (!err)
		unlink(sweep->partial);
	return err;
}

static int do_sweep(struct sweep *sweep, int argc, char **argv)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct timespec start;
	int err;

	clock_gettime(CLOCK_MONOTONIC, &start);
	err = session_prepare(sweep->session);
	if (!err)
		err = list_modules(sweep, argc, argv);
	if (!err)
		err = start_partial(sweep);
	if (err)
		return err;
	sweep->next = mmap(NULL, sizeof(*sweep->next), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (sweep->next == MAP_FAILED)
		return -errno;
	err = run_workers(sweep, sweep->options->jobs ? sweep->options->jobs
						      : (unsigned int)cpus);
	return err ? err : finish(sweep, &start);
}

int cmd_sweep(int argc, char **argv)
{
	struct session session = {0};
	struct options options;
	struct sweep sweep = {.session = &session, .options = &options};
	int err, status = options_parse(&options, argc, argv, help);

	if (status >= 0)
		return status;
	options_apply(&options, &session);
	if (options.checks_given)
		session.options |= options.checks;
	session.quiet = options.quiet;
	err = session_open(&session, options.target);
	if (err)
		status = err == -ENOENT ? CLI_NO_TARGET : CLI_FAILED;
	if (!err) {
		sweep.output = options.output
				       ? strdup(options.output)
				       : str_printf("sweep-%s.json",
						    session.target->release);
		sweep.partial = str_printf("%s.partial", sweep.output);
		err = do_sweep(&sweep, argc - optind, argv + optind);
		status = err || results_bad(&sweep.results) ? CLI_FAILED
							    : CLI_OK;
	}
	if (err)
		fprintf(stderr, "ring3: %s\n",
			session.error.text ? session.error.text
					   : strerror(-err));
	results_free(&sweep.results);
	modlist_free(&sweep.modules);
	free(sweep.output);
	free(sweep.partial);
	session_close(&session);
	return status;
}
