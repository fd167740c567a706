// SPDX-License-Identifier: GPL-2.0-only
/*
 * ring3 bench: what starting an instance, loading a module and the kernel's
 * primitives cost, beside a peer measured in the same run.
 *
 * One thread; takes some seconds.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <lz4.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "cli/cmd.h"
#include "cli/options.h"
#include "cli/run.h"
#include "cli/session.h"
#include "lib/modfile.h"

static const char help[] =
	"Usage: ring3 bench [OPTION...] FILE.ko\n"
	"\n"
	"Measures, with a small module such as examples/hello: a whole run of\n"
	"`ring3 test FILE.ko` beside /bin/true, loading and unloading in a\n"
	"loop, boot without a snapshot, memory, primitives of the kernel in the\n"
	"instance, and a stock compression module beside the same algorithm in\n"
	"user space.\n"
	"\n"
	"  -k, --target=TARGET   the kernel; otherwise the one that the file\n"
	"                        was built for\n"
	"  -h, --help            this text\n";

#define RUNS	    60
#define LOADS	    200
#define BOOTS	    5
#define TEXT_SIZE   65536
#define TEXT_ROUNDS 500

extern char **environ;

struct sample {
	double ms[RUNS];
	int n;
	long max_rss; /* KiB, of a program and its children */
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(struct sample *s)
{
	qsort(s->ms, s->n, sizeof(*s->ms), compare);
	return s->n ? s->ms[s->n / 2] : 0;
}

static double minimum(struct sample *s)
{
	qsort(s->ms, s->n, sizeof(*s->ms), compare);
	return s->n ? s->ms[0] : 0;
}

/* One whole process; its output is thrown away. */
static int time_program(const char *const argv[], struct sample *s)
{
	posix_spawn_file_actions_t actions;
	double start = now_ms();
	struct rusage usage = {0};
	int status = -1, err;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null",
					 O_WRONLY, 0);
	err = posix_spawn(&pid, argv[0], &actions, NULL, (char **)argv,
			  environ);
	posix_spawn_file_actions_destroy(&actions);
	if (err)
		return -err;
	wait4(pid, &status, 0, &usage);
	s->ms[s->n++] = now_ms() - start;
	if (usage.ru_maxrss > s->max_rss)
		s->max_rss = usage.ru_maxrss;
	return status ? -EIO : 0;
}

static void print_pair(const char *what, struct sample *ours, const char *peer,
		       struct sample *theirs)
{
	printf("%-34s min %8.3f ms  median %8.3f ms\n", what, minimum(ours),
	       median(ours));
	if (theirs)
		printf("%-34s min %8.3f ms  median %8.3f ms  ratio %.1f\n",
		       peer, minimum(theirs), median(theirs),
		       median(ours) / median(theirs));
}

static int bench_process(const char *release, const char *file)
{
	const char *ours[] = {"/proc/self/exe", "test", "-k",
			      release,		file,	NULL};
	const char *peer[] = {"/bin/true", NULL};
	struct sample a = {.n = 0}, b = {.n = 0};
	int i, err = 0;

	for (i = 0; !err && i < RUNS; i++) {
		err = time_program(ours, &a);
		if (!err)
			err = time_program(peer, &b);
	}
	if (err)
		return err;
	print_pair("ring3 test, start to verdict", &a, "/bin/true", &b);
	printf("%-34s %.1f MiB\n", "largest resident process",
	       a.max_rss / 1024.0);
	return 0;
}

static int bench_boot(struct session *s)
{
	struct sample boot = {.n = 0};
	struct instance_end end;
	struct instance *in;
	int i, err = 0;

	s->use_snapshot = false;
	for (i = 0; !err && i < BOOTS; i++) {
		double start = now_ms();

		err = session_start(s, &in);
		if (err)
			break;
		instance_wait(in, &end);
		instance_free(in);
		boot.ms[boot.n++] = now_ms() - start;
	}
	s->use_snapshot = true;
	if (!err)
		print_pair("boot to work and back, no snapshot", &boot, NULL,
			   NULL);
	return err;
}

static int load_once(struct instance *in, const struct module_image *image,
		     struct sample *load, struct sample *unload)
{
	struct ring3_job job = {.kind = RING3_JOB_LOAD};
	int err = instance_job(in, &job, image);

	if (err || job.result)
		return err ? err : (int)job.result;
	load->ms[load->n++ % RUNS] = job.ns / 1e6;
	job = (struct ring3_job){.kind = RING3_JOB_UNLOAD};
	snprintf(job.name, sizeof(job.name), "%s", image->name);
	err = instance_job(in, &job, NULL);
	if (err || job.result)
		return err ? err : (int)job.result;
	unload->ms[unload->n++ % RUNS] = job.ns / 1e6;
	return 0;
}

static int bench_loads(struct instance *in, const char *file)
{
	struct sample load = {.n = 0}, unload = {.n = 0};
	struct module_image image;
	double start = now_ms();
	int i, err = session_open_module(file, NULL, &image);

	if (err)
		return err;
	for (i = 0; !err && i < LOADS; i++)
		err = load_once(in, &image, &load, &unload);
	session_close_module(&image);
	if (err)
		return err;
	printf("%-34s %.3f ms a pair, messages included\n",
	       "load and unload in a loop", (now_ms() - start) / LOADS);
	load.n = unload.n = RUNS;
	print_pair("  init_module()", &load, NULL, NULL);
	print_pair("  delete_module()", &unload, NULL, NULL);
	return 0;
}

/* The same text as kernel/bench.c makes. */
static void fill_text(unsigned char *text, unsigned int n)
{
	static const char words[] = "static int struct return if else for "
				    "module kernel unsigned long ";
	unsigned int i, x = 1;

	for (i = 0; i < n; i++) {
		if (!(i % 7))
			x = x * 1664525 + 1013904223;
		text[i] = words[(x >> 24) % (sizeof(words) - 8) + i % 7];
	}
}

static double lz4_in_user_space(void)
{
	static unsigned char text[TEXT_SIZE];
	static char packed[2 * TEXT_SIZE];
	double start;
	int i, n = 0;

	fill_text(text, TEXT_SIZE);
	start = now_ms();
	for (i = 0; i < TEXT_ROUNDS; i++)
		n += LZ4_compress_default((char *)text, packed, TEXT_SIZE,
					  sizeof(packed));
	if (n <= 0)
		return 0;
	return (double)TEXT_SIZE * TEXT_ROUNDS / 1e3 / (now_ms() - start);
}

static void on_bench(void *arg, const char *name, unsigned long value,
		     const char *unit)
{
	(void)arg;
	if (!strcmp(unit, "ps"))
		printf("%-34s %.1f ns\n", name, value / 1000.0);
	else if (!strcmp(unit, "MB/s"))
		printf("%-34s %lu MB/s; liblz4 here %.0f MB/s\n", name, value,
		       lz4_in_user_space());
	else
		printf("%-34s %lu %s\n", name, value, unit);
}

static int bench_inside(struct session *s, const char *file)
{
	struct ring3_job job = {.kind = RING3_JOB_BENCH};
	struct instance_end end;
	struct instance *in;
	int err;

	s->bench = on_bench;
	err = session_start(s, &in);
	if (err)
		return err;
	err = bench_loads(in, file);
	if (!err)
		err = instance_job(in, &job, NULL);
	instance_wait(in, &end);
	instance_free(in);
	return err;
}

static int bench(struct session *s, const char *file)
{
	int err = session_prepare(s);

	if (!err)
		err = bench_process(s->target->release, file);
	if (!err)
		err = bench_boot(s);
	return err ? err : bench_inside(s, file);
}

int cmd_bench(int argc, char **argv)
{
	struct session session = {0};
	struct options options;
	char *release;
	int err, status = options_parse(&options, argc, argv, help);

	if (status >= 0)
		return status;
	if (optind != argc - 1) {
		fputs("ring3: bench takes one FILE.ko\n", stderr);
		return CLI_USAGE;
	}
	options_apply(&options, &session);
	release = options.target ? strdup(options.target)
				 : run_release_of(argv[optind]);
	err = session_open(&session, release);
	free(release);
	if (!err)
		err = bench(&session, argv[optind]);
	if (err)
		fprintf(stderr, "ring3: %s\n",
			session.error.len ? session.error.text
					  : strerror(-err));
	session_close(&session);
	return err == -ENOENT ? CLI_NO_TARGET : err ? CLI_FAILED : CLI_OK;
}
