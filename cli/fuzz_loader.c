// SPDX-License-Identifier: GPL-2.0-only
/*
 * ring3 fuzz-loader: gives the module loader of an instance damaged and made-up
 * modules, none of which is run.
 *
 * Inputs are made in the instance's process (fuzz_next()), in memory that this
 * one sees as well: what it died of is there afterwards.  One thread each.
 */
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "cli/cmd.h"
#include "cli/session.h"
#include "cli/trial.h"
#include "lib/elf_fuzz.h"
#include "lib/file.h"
#include "lib/modfile.h"

static const char help[] =
	"Usage: ring3 fuzz-loader [OPTION...] [MODULE...]\n"
	"       ring3 fuzz-loader --replay [OPTION...] FILE...\n"
	"\n"
	"Loads damaged copies of modules, and modules made from nothing, into\n"
	"instances, without running any of their code, and counts what the\n"
	"loader says.  What makes it warn, crash or hang is saved as a file,\n"
	"which --replay loads again, with the kernel's log.\n"
	"\n"
	"  -k, --target=TARGET   the kernel (default: as ring3 targets shows)\n"
	"  -n, --runs=N          how many inputs (100000)\n"
	"  -s, --seed=S          other inputs for each S (1)\n"
	"  -f, --first=N         begin with input N (0)\n"
	"  -c, --corpus=DIR      damage the .ko files there; otherwise MODULEs,\n"
	"                        or some of the target's\n"
	"  -o, --output=DIR      where inputs are saved (.)\n"
	"      --loader=kernel   the kernel's loader, not ring3's\n"
	"      --timeout=SECONDS what one input may take (10)\n"
	"      --findings=N      give up after so many (20)\n"
	"      --warnings        what the kernel warns of is found, too\n"
	"  -h, --help            this text\n"
	"\n"
	"Exit status: 0 nothing was found, 1 something was, 2 wrong usage, 3 no\n"
	"target fits.\n";

#define MAX_SEED     (256 * 1024) /* of a module, decompressed */
#define ROOM	     (MAX_SEED + 128 * 1024)
#define MAX_SEEDS    48
#define MAX_ERROR    160
#define BATCH_INPUTS 50000 /* and seconds, for one instance */
#define BATCH_TIME   4
#define LOG_KEPT     16384
/* Pages that may stay in use after a batch: stacks of tasks and the like. */
#define PAGES_KEPT 64

/* What both processes see. */
struct shared {
	uint64_t next; /* the input to make next */
	uint64_t end;
	uint64_t results[MAX_ERROR]; /* by errno; 0: would load */
	uint64_t other; /* results that are no errno */
	size_t size; /* of image: the input at work; 0: none */
	unsigned char image[ROOM];
	/* What the loader gets, and may write to: at the end, before a page
	 * that nobody may touch. */
	unsigned char work[ROOM] __attribute__((aligned(4096)));
	unsigned char guard[4096] __attribute__((aligned(4096)));
};

struct fuzz_run {
	struct session session;
	struct elf_fuzz *fuzz;
	struct shared *shared;
	const char *target, *corpus, *output;
	uint64_t runs, seed, first;
	unsigned int max_findings, findings;
	bool replay;
	bool warnings; /* are findings */
	size_t replay_size;
	struct strbuf log; /* the instance's last words */
};

/* fuzz_next() has no argument; the instance's process is a copy of this one
 * and runs one batch. */
static struct fuzz_run *current_run;
static time_t batch_end;
static uint64_t batch_left;

static void note_result(struct shared *shared, long result)
{
	if (!shared->size)
		return;
	if (result <= 0 && result > -MAX_ERROR)
		shared->results[-result]++;
	else
		shared->other++;
	shared->size = 0;
}

static time_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static void hand_over(struct shared *shared, const void **image,
		      unsigned long *size)
{
	unsigned char *start =
		shared->guard - ((shared->size + 15) & ~(size_t)15);

	memcpy(start, shared->image, shared->size);
	*image = start;
	*size = shared->size;
	/* An input without a byte still is one. */
	shared->size += !shared->size;
}

/* The one input that is there already. */
static int replay_next(struct fuzz_run *run, const void **image,
		       unsigned long *size)
{
	if (run->shared->next)
		return -ENOENT;
	run->shared->next = 1;
	run->shared->size = run->replay_size;
	hand_over(run->shared, image, size);
	return 0;
}

/* As struct ring3_host, in the instance's process. */
static int fuzz_next(long result, const void **image, unsigned long *size)
{
	struct fuzz_run *run = current_run;
	struct shared *shared = run->shared;

	note_result(shared, result);
	if (run->replay)
		return replay_next(run, image, size);
	if (!batch_end)
		batch_end = seconds() + BATCH_TIME;
	if (shared->next >= shared->end || !batch_left--)
		return -ENOENT;
	if (!(batch_left % 64) && seconds() > batch_end)
		return -ENOENT;
	shared->size = elf_fuzz_make(run->fuzz,
				     run->seed * 0x100000000ull + shared->next,
				     shared->image, ROOM);
	shared->next++;
	hand_over(shared, image, size);
	return 0;
}

static void keep_log(void *arg, const char *text, size_t n)
{
	struct fuzz_run *run = arg;

	if (run->replay)
		fwrite(text, 1, n, stdout);
	if (run->log.len > LOG_KEPT)
		strbuf_reset(&run->log);
	strbuf_add(&run->log, text, n);
}

static int start_instance(struct fuzz_run *run, struct instance **result)
{
	struct instance_config config = {
		.build = run->session.build,
		.virtual_time = true,
		.snapshot = run->session.snapshot,
		.options = run->session.options,
		.timeout = run->session.timeout,
		.fuzz_next = fuzz_next,
		.listener = {.arg = run, .log = keep_log},
	};

	strbuf_reset(&run->log);
	return instance_start(&config, result);
}

static void finding(struct fuzz_run *run, const char *what)
{
	struct shared *shared = run->shared;
	uint64_t number = shared->next - 1;
	char *path = str_printf("%s/fuzz-%s-%lu-%lu.ko", run->output,
				run->session.target->release,
				(unsigned long)run->seed,
				(unsigned long)number);
	int err;

	run->findings++;
	if (run->replay)
		printf("%s\n", what);
	else
		printf("input %lu: %s\n", (unsigned long)number, what);
	if (run->log.len && !run->replay)
		printf("%s\n", run->log.text);
	if (shared->size && !run->replay) {
		err = file_replace(path, shared->image, shared->size, 0644);
		printf("%s %s%s%s\n", err ? "cannot save" : "saved as", path,
		       err ? ": " : "", err ? strerror(-err) : "");
	}
	fflush(stdout);
	shared->size = 0;
	free(path);
}

/* Whether the job left a trace that a load must not leave. */
static void judge_job(struct fuzz_run *run, const struct ring3_job *job)
{
	char text[100];

	if (job->fate == RING3_FATE_KILLED) {
		snprintf(text, sizeof(text),
			 "the loading task was killed (status %ld)",
			 job->result);
		finding(run, text);
	} else if (job->warnings & 2 || (job->warnings && run->warnings)) {
		finding(run, "the kernel warned; --replay shows how");
	} else if (job->leaks > PAGES_KEPT) {
		run->shared->size = 0;
		snprintf(text, sizeof(text),
			 "the last batch of %ld inputs kept %u pages",
			 job->result, job->leaks);
		finding(run, text);
	}
}

static int run_batch(struct fuzz_run *run)
{
	struct ring3_job job = {.kind = RING3_JOB_FUZZ};
	struct strbuf text = STRBUF_INIT;
	struct instance_end end;
	struct instance *in;
	int err;

	batch_end = 0;
	batch_left = BATCH_INPUTS;
	run->shared->size = 0;
	if (run->replay)
		job.flags = RING3_FUZZ_LOG;
	if (run->warnings)
		job.flags |= RING3_FUZZ_WARN;
	err = start_instance(run, &in);
	if (err)
		return err;
	err = instance_job(in, &job, NULL);
	if (!err)
		judge_job(run, &job);
	instance_wait(in, &end);
	instance_free(in);
	if (err || end.kind != INSTANCE_EXITED || end.why != RING3_EXIT_DONE) {
		session_describe_end(&run->session, &end, &text);
		finding(run, text.text);
	}
	strbuf_free(&text);
	return 0;
}

static uint64_t total(const struct shared *shared)
{
	uint64_t sum = shared->other;
	int i;

	for (i = 0; i < MAX_ERROR; i++)
		sum += shared->results[i];
	return sum;
}

static void print_results(const struct fuzz_run *run, time_t start)
{
	const struct shared *s = run->shared;
	time_t took = seconds() - start;
	int i;

	printf("%lu inputs in %ld s (%lu/s), %u findings\n",
	       (unsigned long)total(s), (long)took,
	       (unsigned long)(total(s) / (took ? took : 1)), run->findings);
	for (i = 0; i < MAX_ERROR; i++)
		if (s->results[i])
			printf("  %-16s %lu\n",
			       i ? strerrorname_np(i) : "would load",
			       (unsigned long)s->results[i]);
	if (s->other)
		printf("  %-16s %lu\n", "(no errno)", (unsigned long)s->other);
}

static int run_batches(struct fuzz_run *run)
{
	struct shared *shared = run->shared;
	time_t start = seconds(), told = start;
	int err = 0;

	shared->next = run->first;
	shared->end = run->first + run->runs;
	while (!err && shared->next < shared->end &&
	       run->findings < run->max_findings) {
		err = run_batch(run);
		if (seconds() - told >= 60) {
			told = seconds();
			fprintf(stderr, "ring3: %lu inputs, %u findings\n",
				(unsigned long)total(shared), run->findings);
		}
	}
	print_results(run, start);
	return err;
}

/* Loads one saved input, with the kernel's log on standard output. */
static int replay_file(struct fuzz_run *run, const char *path)
{
	struct shared *shared = run->shared;
	void *data;
	int i, err = file_read(path, &data, &run->replay_size);

	if (!err && run->replay_size > ROOM) {
		free(data);
		err = -EFBIG;
	}
	if (err) {
		fprintf(stderr, "ring3: cannot read %s: %s\n", path,
			strerror(-err));
		return err;
	}
	printf("%s:\n", path);
	memset(shared, 0, offsetof(struct shared, image));
	memcpy(shared->image, data, run->replay_size);
	free(data);
	err = run_batch(run);
	for (i = 0; i < MAX_ERROR; i++)
		if (shared->results[i])
			printf("%s: %s\n", path,
			       i ? strerrorname_np(i) : "would load");
	return err;
}

/* Whether it uses no other module: one that does is refused for want of
 * symbols before most of it is looked at. */
static bool stands_alone(const void *data, size_t size)
{
	return memmem(data, size, "\0depends=", 10);
}

/* -EAGAIN: it needs others, and @alone is set. */
static int add_seed(struct fuzz_run *run, const char *path, bool alone)
{
	struct module_image image;
	void *data;
	size_t size;
	int err = session_open_module(path, "", &image);

	if (err)
		return err;
	err = image.size > MAX_SEED ? -EFBIG
				    : file_read_fd(image.fd, &data, &size);
	session_close_module(&image);
	if (err)
		return err;
	err = alone && !stands_alone(data, size)
		      ? -EAGAIN
		      : elf_fuzz_add(run->fuzz, data, size);
	free(data);
	return err;
}

static int add_folder(struct fuzz_run *run, const char *path)
{
	struct dirent **entries;
	int i, n = scandir(path, &entries, NULL, alphasort), added = 0;

	if (n < 0)
		return -errno;
	for (i = 0; i < n; i++) {
		char *file = str_printf("%s/%s", path, entries[i]->d_name);

		if (strstr(entries[i]->d_name, ".ko") &&
		    !add_seed(run, file, false))
			added++;
		free(file);
		free(entries[i]);
	}
	free(entries);
	return added ? 0 : -ENOENT;
}

/* Some of the target's own modules, from all over its tree. */
static int add_stock(struct fuzz_run *run)
{
	struct modlist list = {0};
	size_t i, step;
	int added = 0, err = session_open_index(&run->session);

	if (!err)
		err = modindex_all(run->session.index, &list);
	step = list.n / (MAX_SEEDS * 8) + 1;
	for (i = 0; i < list.n && added < MAX_SEEDS; i += step)
		if (!add_seed(run, list.path[i], true))
			added++;
	modlist_free(&list);
	return err ? err : added ? 0 : -ENOENT;
}

static int add_named(struct fuzz_run *run, const char *word)
{
	struct modlist list = {0};
	int err;

	if (strchr(word, '/') || strstr(word, ".ko"))
		return add_seed(run, word, false);
	err = session_resolve(&run->session, word, &list);
	if (!err)
		err = list.n ? add_seed(run, list.path[list.n - 1], false)
			     : -ENOENT;
	modlist_free(&list);
	return err;
}

static int add_seeds(struct fuzz_run *run, char **words, int n)
{
	int i, err = run->corpus ? add_folder(run, run->corpus) : 0;

	if (err)
		fprintf(stderr, "ring3: no module in %s\n", run->corpus);
	for (i = 0; !err && i < n; i++) {
		err = add_named(run, words[i]);
		if (err)
			fprintf(stderr,
				"ring3: %s is no module to damage: %s\n",
				words[i], strerror(-err));
	}
	if (!err && !run->corpus && !n)
		err = add_stock(run);
	return err;
}

static int work(struct fuzz_run *run, char **words, int n)
{
	int i, err;

	if (run->replay) {
		for (i = 0, err = 0; !err && i < n; i++)
			err = replay_file(run, words[i]);
		return err;
	}
	err = elf_fuzz_new(&run->fuzz);
	if (!err)
		err = add_seeds(run, words, n);
	if (!err)
		err = run_batches(run);
	elf_fuzz_free(run->fuzz);
	return err;
}

static int open_and_work(struct fuzz_run *run, char **words, int n)
{
	struct session *s = &run->session;
	int err = session_open(s, run->target);

	if (!err)
		err = session_prepare(s);
	if (!err) {
		run->shared = mmap(NULL, sizeof(*run->shared),
				   PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (run->shared == MAP_FAILED ||
		    mprotect(run->shared->guard, sizeof(run->shared->guard),
			     PROT_NONE))
			err = -errno;
	}
	if (!err) {
		current_run = run;
		err = work(run, words, n);
		munmap(run->shared, sizeof(*run->shared));
	}
	if (err)
		fprintf(stderr, "ring3: %s\n",
			s->error.text ? s->error.text : strerror(-err));
	strbuf_free(&run->log);
	session_close(s);
	return err;
}

enum {
	OPTION_LOADER = 256,
	OPTION_TIMEOUT,
	OPTION_FINDINGS,
	OPTION_REPLAY,
	OPTION_WARNINGS,
};

static const struct option long_options[] = {
	{"target", required_argument, NULL, 'k'},
	{"runs", required_argument, NULL, 'n'},
	{"seed", required_argument, NULL, 's'},
	{"first", required_argument, NULL, 'f'},
	{"corpus", required_argument, NULL, 'c'},
	{"output", required_argument, NULL, 'o'},
	{"loader", required_argument, NULL, OPTION_LOADER},
	{"timeout", required_argument, NULL, OPTION_TIMEOUT},
	{"findings", required_argument, NULL, OPTION_FINDINGS},
	{"replay", no_argument, NULL, OPTION_REPLAY},
	{"warnings", no_argument, NULL, OPTION_WARNINGS},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

/* -1: go on; else the exit status. */
static int parse_number(uint64_t limit, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(optarg, &end, 10);
	if (!errno && end != optarg && !*end && *optarg != '-' &&
	    *value <= limit)
		return -1;
	fprintf(stderr, "ring3: bad number '%s'\n", optarg);
	return CLI_USAGE;
}

static int parse_option(struct fuzz_run *run, int option)
{
	uint64_t value;
	int status;

	switch (option) {
	case 'k':
		run->target = optarg;
		return -1;
	case 'n':
		return parse_number(1ull << 40, &run->runs);
	case 's':
		return parse_number(1ull << 31, &run->seed);
	case 'f':
		return parse_number(1ull << 40, &run->first);
	case 'c':
		run->corpus = optarg;
		return -1;
	case 'o':
		run->output = optarg;
		return -1;
	case 'h':
		fputs(help, stdout);
		return CLI_OK;
	case OPTION_LOADER:
		return trial_loader(optarg, &run->session);
	case OPTION_TIMEOUT:
		status = parse_number(100000, &value);
		run->session.timeout = value ? value : 1;
		return status;
	case OPTION_FINDINGS:
		status = parse_number(100000, &value);
		run->max_findings = value ? value : 1;
		return status;
	case OPTION_REPLAY:
		run->replay = true;
		return -1;
	case OPTION_WARNINGS:
		run->warnings = true;
		return -1;
	}
	return CLI_USAGE; /* getopt has said why */
}

int cmd_fuzz_loader(int argc, char **argv)
{
	struct fuzz_run run = {
		.output = ".",
		.runs = 100000,
		.seed = 1,
		.max_findings = 20,
		.session = {.virtual_time = true,
			    .use_snapshot = true,
			    .timeout = 10},
	};
	int option, status = -1, err;

	while (status < 0 && (option = getopt_long(argc, argv, "k:n:s:f:c:o:h",
						   long_options, NULL)) >= 0)
		status = parse_option(&run, option);
	if (status >= 0)
		return status;
	if (run.replay && optind == argc) {
		fprintf(stderr, "ring3: --replay wants files\n");
		return CLI_USAGE;
	}
	err = open_and_work(&run, argv + optind, argc - optind);
	if (err)
		return err == -ENOENT ? CLI_NO_TARGET : CLI_FAILED;
	return run.findings ? CLI_FAILED : CLI_OK;
}
