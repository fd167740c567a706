// SPDX-License-Identifier: GPL-2.0-only
/*
 * ring3 fuzz: gives a module's files inputs that it makes up, keeps those that
 * reach something new, and saves those that break something.
 *
 * Inputs are made in the instance's process, between two runs; what it learns
 * lies in memory that is shared with the parent, which saves it and starts the
 * next instance.
 */
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <ring3/edges.h>
#include <ring3/script.h>
#include "cli/cmd.h"
#include "cli/fuzz_mutate.h"
#include "cli/run.h"
#include "cli/script.h"
#include "cli/source.h"
#include "cli/trial.h"
#include "lib/file.h"

static const char help[] =
	"Usage: ring3 fuzz -harness=FILE [OPTION...] MODULE.ko... [DIR...]\n"
	"       ring3 fuzz -harness=FILE [OPTION...] MODULE.ko... INPUT...\n"
	"\n"
	"Loads the modules and runs the file operations in FILE (see ring3-test(1),\n"
	"SCRIPTS) again and again, each time with another input for its @.\n"
	"Inputs come from the files in DIRs; those that reach something new are\n"
	"added to the first.  With INPUT files, runs those, and shows the log.\n"
	"Options are libFuzzer's, with one dash or two.\n"
	"\n"
	"  -harness=FILE         the file operations\n"
	"  -target=TARGET        the kernel (default: as ring3 targets shows)\n"
	"  -runs=N               end after so many\n"
	"  -max_total_time=S     end after so many seconds\n"
	"  -max_len=N            bytes of an input at most (4096)\n"
	"  -seed=N               of the generator (1)\n"
	"  -artifact_prefix=P    where bad inputs are saved (./)\n"
	"  -timeout=S            what one run may take (10)\n"
	"  -reset                each run finds the instance as the first one did\n"
	"  -help                 this text\n"
	"\n"
	"Exit status: 0 nothing was found, 1 something was, or a module does not\n"
	"load, 2 wrong usage, 3 no target.\n";

#define MAP_SIZE     RING3_EDGES
#define CORPUS_MAX   16384
#define CORPUS_BYTES (64u << 20)
#define BATCH_TIME   1 /* seconds until the parent has a look */
#define LEN_MAX	     RING3_SCRIPT_BUFFER
#define SPOILT_MAX   4

struct entry {
	unsigned int offset, size;
	bool saved; /* it came from a file, or is in one */
};

/* What outlives an instance. */
struct shared {
	uint64_t random;
	unsigned long runs, runs_end;
	double batch_end; /* seconds, as now() */
	unsigned int edges;
	unsigned int nr;
	unsigned int used; /* of corpus_data */
	unsigned int next_seed; /* entries from files that were not run yet */
	size_t size; /* of the current input */
	bool running; /* the current input was handed over */
	struct entry entry[CORPUS_MAX];
	unsigned char seen[MAP_SIZE]; /* classes of counts */
	unsigned int nr_compares; /* that the last run made, the last of them */
	struct ring3_compare compares[RING3_COMPARES];
	unsigned char input[LEN_MAX];
	unsigned char data[CORPUS_BYTES];
};

struct fuzz {
	struct trial trial;
	const char *target, *harness, *prefix;
	char **words;
	int nr_words;
	const char *dirs[16];
	int nr_dirs;
	const char **inputs;
	int nr_inputs;
	struct module_image script;
	struct source_map *sources;
	unsigned int max_len, timeout, max_time;
	unsigned long max_runs, seed;
	bool reset;
	struct instance *prepared; /* with -reset: what is cloned */
	unsigned int nr_spoilt; /* clones in a row, each by its first run */
	struct shared *shared;
	unsigned int told; /* entries at the last line */
	double start;
};

/* fuzz_next() has no argument; an instance's process serves one. */
static struct fuzz *current;
static struct ring3_edges *edges;
static unsigned char *map; /* in it */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* ---- in the instance's process ---- */

/* Most of the map is empty: so much of it is passed at once. */
#define LINE 64u

static bool is_empty(const unsigned char *line)
{
	const uint64_t *w = (const uint64_t *)line;

	return !(w[0] | w[1] | w[2] | w[3] | w[4] | w[5] | w[6] | w[7]);
}

/* What is zero is not written: in a clone, each write copies a page. */
static void forget_map(void)
{
	unsigned int i;

	for (i = 0; i < MAP_SIZE; i += LINE)
		if (!is_empty(map + i))
			memset(map + i, 0, LINE);
}

static void set_map(unsigned char *at, unsigned long n)
{
	edges = n == sizeof(*edges) ? (struct ring3_edges *)at : NULL;
	map = edges ? edges->map : NULL;
	if (!edges)
		return;
	edges->compared = 0;
	forget_map();
}

/* Counts that differ by little are the same. */
static unsigned char class_of(unsigned char count)
{
	if (count < 4)
		return count == 3 ? 4 : count;
	return count < 8     ? 8
	       : count < 16  ? 16
	       : count < 32  ? 32
	       : count < 128 ? 64
			     : 128;
}

static bool look_at_line(struct shared *s, unsigned int from)
{
	bool new = false;
	unsigned int i;

	for (i = from; i < from + LINE; i++) {
		unsigned char class = class_of(map[i]);

		if (!(class & ~s->seen[i]))
			continue;
		s->edges += !s->seen[i];
		s->seen[i] |= class;
		new = true;
	}
	memset(map + from, 0, LINE);
	return new;
}

/* Whether the last run reached something new; forgets the run. */
static bool look(struct shared *s)
{
	bool new = false;
	unsigned int i;

	for (i = 0; map && i < MAP_SIZE; i += LINE)
		if (!is_empty(map + i))
			new |= look_at_line(s, i);
	return new;
}

static void add_entry(struct shared *s, const void *data, size_t n, bool saved)
{
	if (s->nr == CORPUS_MAX || n > CORPUS_BYTES - s->used)
		return;
	memcpy(s->data + s->used, data, n);
	s->entry[s->nr++] = (struct entry){s->used, n, saved};
	s->used += n;
}

/* What a module compares with parts of its input is often what it waits for. */
static void note_compares(struct shared *s)
{
	unsigned int n = edges ? edges->compared : 0;

	if (!n)
		return;
	s->nr_compares = n < RING3_COMPARES ? n : RING3_COMPARES;
	memcpy(s->compares, edges->compares,
	       s->nr_compares * sizeof(*s->compares));
	edges->compared = 0;
}

static void note_run(struct shared *s)
{
	if (!s->running)
		return;
	s->running = false;
	s->runs++;
	note_compares(s);
	/* Those from files are there already. */
	if (look(s) && !s->next_seed)
		add_entry(s, s->input, s->size, false);
}

static void make_input(const struct fuzz *f, struct shared *s)
{
	const struct entry *e, *other;

	if (s->next_seed) {
		e = &s->entry[s->nr - s->next_seed--];
		s->size = e->size;
		memcpy(s->input, s->data + e->offset, e->size);
		return;
	}
	s->size = 0;
	e = other = NULL;
	if (s->nr) {
		/* The newest know most. */
		unsigned int pick = fuzz_random(&s->random) % s->nr;

		if (fuzz_random(&s->random) & 1)
			pick = s->nr - 1 - pick % (s->nr < 8 ? s->nr : 8);
		e = &s->entry[pick];
		other = &s->entry[fuzz_random(&s->random) % s->nr];
		s->size = e->size < f->max_len ? e->size : f->max_len;
		memcpy(s->input, s->data + e->offset, s->size);
	}
	s->size = fuzz_mutate(&s->random, s->input, s->size, f->max_len,
			      other ? s->data + other->offset : NULL,
			      other ? other->size : 0);
	if (s->nr_compares && !(fuzz_random(&s->random) & 3)) {
		const struct ring3_compare *c =
			&s->compares[(fuzz_random(&s->random) >> 16) %
				     s->nr_compares];

		s->size = fuzz_match(&s->random, s->input, s->size, f->max_len,
				     c->a, c->b, c->size);
	}
}

/* As struct ring3_host. */
static int fuzz_next(long result, const void **image, unsigned long *size)
{
	struct shared *s = current->shared;

	(void)result;
	note_run(s);
	if (s->runs >= s->runs_end || instance_is_spoilt() ||
	    (!(s->runs % 64) && now() > s->batch_end))
		return -ENOENT;
	make_input(current, s);
	s->running = true;
	*image = s->input;
	*size = s->size;
	return 0;
}

/* ---- the parent ---- */

static void print_status(struct fuzz *f, const char *what)
{
	const struct shared *s = f->shared;
	double took = now() - f->start;

	printf("#%lu\t%s\tcov: %u corp: %u/%ub exec/s: %.0f\n", s->runs, what,
	       s->edges, s->nr, s->used, took > 0 ? s->runs / took : 0);
	fflush(stdout);
}

static char *name_of_input(const void *data, size_t n, const char *prefix)
{
	const unsigned char *p = data;
	uint64_t hash = 0xcbf29ce484222325ull;

	for (; n; n--)
		hash = (hash ^ *p++) * 0x100000001b3ull;
	return str_printf("%s%016lx", prefix, (unsigned long)hash);
}

/* What is new goes to the first folder. */
static void save_corpus(struct fuzz *f)
{
	struct shared *s = f->shared;
	unsigned int i;

	for (i = 0; f->nr_dirs && i < s->nr; i++) {
		struct entry *e = &s->entry[i];
		char *folder, *path;

		if (e->saved)
			continue;
		folder = str_printf("%s/", f->dirs[0]);
		path = name_of_input(s->data + e->offset, e->size, folder);
		file_replace(path, s->data + e->offset, e->size, 0644);
		e->saved = true;
		free(path);
		free(folder);
	}
}

static void print_log(struct fuzz *f)
{
	char *rest = f->trial.log.text, *line;
	struct strbuf text = STRBUF_INIT;

	while (rest && (line = strsep(&rest, "\n"))) {
		strbuf_reset(&text);
		strbuf_puts(&text, "");
		source_annotate(f->sources, line, &text);
		puts(text.text);
	}
	strbuf_free(&text);
}

static void finding(struct fuzz *f, const char *what)
{
	struct shared *s = f->shared;
	char *prefix, *path;

	print_log(f);
	printf("==ring3== %s\n", what);
	if (!f->nr_inputs) {
		prefix = str_printf("%scrash-", f->prefix);
		path = name_of_input(s->input, s->size, prefix);
		if (file_replace(path, s->input, s->size, 0644))
			printf("cannot save %s\n", path);
		else
			printf("artifact_prefix='%s'; Test unit written to %s\n",
			       f->prefix, path);
		free(path);
		free(prefix);
	}
	fflush(stdout);
}

/* An instance with all modules loaded. */
static int begin(struct fuzz *f)
{
	int i, err = trial_start(&f->trial);

	for (i = 0; !err && i < f->trial.nr; i++) {
		struct ring3_job job = {.kind = RING3_JOB_LOAD};

		err = trial_job(&f->trial, &job, i);
		if (!err && job.fate == RING3_FATE_RETURNED && !job.result)
			continue;
		print_log(f);
		printf("%s does not load\n", f->trial.images[i].name);
		return err ? err : -EINVAL;
	}
	return err;
}

/* Where each run changes what cannot be put back, trying costs more than it
 * saves. */
static bool can_go_back(const struct fuzz *f)
{
	return f->nr_spoilt < SPOILT_MAX;
}

/* A clone of the prepared instance; the one before is gone. */
static int begin_clone(struct fuzz *f)
{
	int err;

	if (!f->prepared) {
		err = begin(f);
		if (err)
			return err;
		f->prepared = f->trial.instance;
		f->trial.instance = NULL;
	}
	/* Nothing of it is wanted: it need not end in order. */
	instance_free(f->trial.instance);
	f->trial.instance = NULL;
	err = instance_clone(f->prepared, &f->trial.instance);
	if (!err && can_go_back(f))
		err = instance_checkpoint(f->trial.instance);
	return err;
}

/* 1: something was found, 0, or -errno. */
static int run_batch(struct fuzz *f)
{
	struct ring3_job job = {.kind = RING3_JOB_FUZZ_SCRIPT, .args = ""};
	char text[100];
	int err;

	strbuf_reset(&f->trial.log);
	f->shared->running = false;
	err = instance_job(f->trial.instance, &job, &f->script);
	if (err) {
		trial_stop(&f->trial);
		finding(f, f->trial.end.len ? f->trial.end.text
					    : "the instance ended");
		return 1;
	}
	if (job.fate == RING3_FATE_KILLED)
		snprintf(text, sizeof(text), "the task was killed (status %ld)",
			 job.result);
	else if (job.warnings || job.reports)
		snprintf(text, sizeof(text), "the kernel reported");
	else
		return job.result < 0 ? job.result : 0;
	finding(f, text);
	return 1;
}

/* How many runs the next batch may have. */
static unsigned long batch_runs(const struct fuzz *f)
{
	unsigned long left = f->max_runs - f->shared->runs;

	return f->reset && !can_go_back(f) && left ? 1 : left;
}

/* After a batch that began at run @from. */
static void note_batch(struct fuzz *f, unsigned long from)
{
	if (!can_go_back(f))
		return;
	f->nr_spoilt = f->shared->runs - from > 1 ? 0 : f->nr_spoilt + 1;
}

static bool is_over(const struct fuzz *f)
{
	return f->shared->runs >= f->max_runs ||
	       (f->max_time && now() - f->start > f->max_time);
}

static int run_batches(struct fuzz *f)
{
	struct shared *s = f->shared;
	double told = now();
	unsigned long from;
	int ret = 0;

	while (!ret && !is_over(f)) {
		from = s->runs;
		s->runs_end = from + batch_runs(f);
		s->batch_end = now() + BATCH_TIME;
		if (f->reset)
			ret = begin_clone(f);
		else
			ret = f->trial.instance ? 0 : begin(f);
		if (!ret)
			ret = run_batch(f);
		note_batch(f, from);
		save_corpus(f);
		if (s->nr != f->told && now() - told > 0.5) {
			print_status(f, "NEW   ");
			f->told = s->nr;
			told = now();
		}
	}
	return ret;
}

static int fuzz(struct fuzz *f)
{
	int ret;

	f->shared->next_seed = f->shared->nr;
	f->start = now();
	ret = run_batches(f);
	print_status(f, "DONE  ");
	printf("Done %lu runs in %.1f second(s)\n", f->shared->runs,
	       now() - f->start);
	return ret ? CLI_FAILED : CLI_OK;
}

/* Each of the given inputs once, with the log. */
static int replay(struct fuzz *f)
{
	int i, ret = 0, bad = 0;

	for (i = 0; i < f->nr_inputs && ret >= 0; i++) {
		f->shared->next_seed = f->nr_inputs - i;
		f->shared->runs_end = f->shared->runs + 1;
		f->shared->batch_end = now() + 1000;
		printf("Running: %s\n", f->inputs[i]);
		ret = begin(f);
		if (!ret)
			ret = run_batch(f);
		bad |= ret;
		if (!ret)
			print_log(f);
	}
	return bad ? CLI_FAILED : CLI_OK;
}

/* ---- what was given ---- */

static int add_input(struct fuzz *f, const char *path)
{
	size_t size;
	void *data;
	int err = file_read(path, &data, &size);

	if (err) {
		fprintf(stderr, "ring3: %s: %s\n", path, strerror(-err));
		return err;
	}
	add_entry(f->shared, data, size < LEN_MAX ? size : LEN_MAX, true);
	free(data);
	return 0;
}

static void add_dir(struct fuzz *f, const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *d;
	char *file;

	while (dir && (d = readdir(dir))) {
		if (*d->d_name == '.')
			continue;
		file = str_printf("%s/%s", path, d->d_name);
		add_input(f, file);
		free(file);
	}
	if (dir)
		closedir(dir);
	if (f->nr_dirs < 16)
		f->dirs[f->nr_dirs++] = path;
}

static int sort_word(struct fuzz *f, char *word)
{
	struct stat st;

	if (!stat(word, &st) && S_ISDIR(st.st_mode)) {
		add_dir(f, word);
		return 0;
	}
	if (run_is_file(word) && strstr(word, ".ko")) {
		f->words[f->nr_words++] = word;
		return 0;
	}
	if (!access(word, R_OK)) {
		f->inputs[f->nr_inputs++] = word;
		return add_input(f, word);
	}
	f->words[f->nr_words++] = word; /* a module's name */
	return 0;
}

static void add_sources(struct fuzz *f)
{
	int i;

	source_open(&f->sources);
	for (i = 0; i < f->nr_words; i++)
		if (run_is_file(f->words[i]) && i < f->trial.nr)
			source_add(f->sources, f->trial.images[i].name,
				   f->words[i]);
}

static int open_all(struct fuzz *f, char **words, int n)
{
	struct strbuf error = STRBUF_INIT;
	char *release;
	int i, status;

	for (i = 0; i < n; i++)
		if (sort_word(f, words[i]))
			return CLI_USAGE;
	if (!f->nr_words || !f->harness) {
		fprintf(stderr, "ring3: which %s? try ring3 fuzz -help\n",
			f->harness ? "module" : "harness");
		return CLI_USAGE;
	}
	if (script_open(f->harness, &f->script, &error)) {
		fprintf(stderr, "ring3: %s\n", error.text);
		strbuf_free(&error);
		return CLI_USAGE;
	}
	release = f->target ? strdup(f->target) : run_release_of(f->words[0]);
	status = trial_open(&f->trial, release, f->words, f->nr_words);
	free(release);
	return status;
}

static int run(struct fuzz *f, char **words, int n)
{
	int status;

	f->shared = mmap(NULL, sizeof(*f->shared), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (f->shared == MAP_FAILED)
		return CLI_FAILED;
	f->shared->random = f->seed * 0x9e3779b97f4a7c15ull + 1;
	f->words = calloc(n + 1, sizeof(*f->words));
	f->inputs = calloc(n + 1, sizeof(*f->inputs));
	status = open_all(f, words, n);
	if (status < 0) {
		add_sources(f);
		current = f;
		status = f->nr_inputs ? replay(f) : fuzz(f);
	}
	trial_stop(&f->trial);
	instance_free(f->prepared);
	trial_close(&f->trial);
	source_close(f->sources);
	free(f->inputs);
	free(f->words);
	munmap(f->shared, sizeof(*f->shared));
	return status;
}

enum {
	OPTION_HARNESS = 256,
	OPTION_RUNS,
	OPTION_TIME,
	OPTION_LEN,
	OPTION_SEED,
	OPTION_PREFIX,
	OPTION_TIMEOUT,
	OPTION_RESET,
};

static const struct option long_options[] = {
	{"harness", required_argument, NULL, OPTION_HARNESS},
	{"target", required_argument, NULL, 'k'},
	{"runs", required_argument, NULL, OPTION_RUNS},
	{"max_total_time", required_argument, NULL, OPTION_TIME},
	{"max_len", required_argument, NULL, OPTION_LEN},
	{"seed", required_argument, NULL, OPTION_SEED},
	{"artifact_prefix", required_argument, NULL, OPTION_PREFIX},
	{"timeout", required_argument, NULL, OPTION_TIMEOUT},
	{"reset", no_argument, NULL, OPTION_RESET},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static int parse_long(const char *text, unsigned long *value)
{
	unsigned int number;
	int status = trial_number(text, 0, 4000000000u, &number);

	*value = number;
	return status;
}

static int parse_option(struct fuzz *f, int option)
{
	switch (option) {
	case OPTION_HARNESS:
		f->harness = optarg;
		return -1;
	case 'k':
		f->target = optarg;
		return -1;
	case OPTION_RUNS:
		return parse_long(optarg, &f->max_runs);
	case OPTION_TIME:
		return trial_number(optarg, 0, 100000000, &f->max_time);
	case OPTION_LEN:
		return trial_number(optarg, 1, LEN_MAX, &f->max_len);
	case OPTION_SEED:
		return parse_long(optarg, &f->seed);
	case OPTION_PREFIX:
		f->prefix = optarg;
		return -1;
	case OPTION_TIMEOUT:
		return trial_number(optarg, 1, 100000,
				    &f->trial.session.timeout);
	case OPTION_RESET:
		f->reset = true;
		return -1;
	case 'h':
		fputs(help, stdout);
		return CLI_OK;
	}
	return CLI_USAGE; /* getopt has said why */
}

int cmd_fuzz(int argc, char **argv)
{
	struct fuzz f = {
		.max_len = 4096,
		.max_runs = ~0ul >> 1,
		.seed = 1,
		.prefix = "./",
		.trial.session = {.virtual_time = true,
				  .use_snapshot = true,
				  .timeout = 10,
				  .options = RING3_OPTION_EDGES,
				  .fuzz_next = fuzz_next,
				  .fuzz_map = set_map},
	};
	int option, status = -1;

	while (status < 0 &&
	       (option = getopt_long_only(argc, argv, "k:h", long_options,
					  NULL)) >= 0)
		status = parse_option(&f, option);
	return status >= 0 ? status : run(&f, argv + optind, argc - optind);
}
