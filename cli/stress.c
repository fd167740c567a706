// SPDX-License-Identifier: GPL-2.0-only
/*
 * ring3 stress: tasks of one instance load and unload the same modules against
 * each other; afterwards all must come and go as ever.
 *
 * One thread; blocks.
 */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "cli/cmd.h"
#include "cli/trial.h"
#include "lib/file.h"

static const char help[] =
	"Usage: ring3 stress [OPTION...] MODULE...\n"
	"\n"
	"Starts tasks in one instance that load, unload and look at the modules\n"
	"at random, all at the same time; then unloads what is left, and loads\n"
	"and unloads each once more.  A MODULE is a file, or a name, which\n"
	"brings its dependencies.\n"
	"\n"
	"  -k, --target=TARGET   the kernel (default: as ring3 targets shows)\n"
	"  -t, --tasks=N         how many tasks (8)\n"
	"  -n, --rounds=N        what each does so many times (500)\n"
	"  -s, --seed=S          another order for each S (1)\n"
	"      --loader=kernel   the kernel's loader, not ring3's\n"
	"      --timeout=SECONDS what all of it may take (300)\n"
	"  -h, --help            this text\n"
	"\n"
	"Exit status: 0 all is well, 1 otherwise, 2 wrong usage, 3 no target.\n";

struct stress {
	struct trial trial;
	const char *target;
	unsigned int tasks, rounds, seed;
	unsigned int wrong;
};

static void wrong(struct stress *st, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void wrong(struct stress *st, const char *format, ...)
{
	va_list args;

	st->wrong++;
	printf("wrong: ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

static const char *errno_name(long err)
{
	return strerrorname_np(-err) ? strerrorname_np(-err) : "no errno";
}

/* All files one behind the other, and the words that tell them apart. */
static int join(struct stress *st, struct module_image *all,
		struct strbuf *words)
{
	struct trial *t = &st->trial;
	void *data;
	size_t size;
	int i, err = 0;

	*all = (struct module_image){
		.fd = memfd_create("modules", MFD_CLOEXEC)};
	if (all->fd < 0)
		return -errno;
	strbuf_printf(words, "%u %u %u", st->tasks, st->rounds, st->seed);
	for (i = 0; !err && i < t->nr; i++) {
		err = file_read_fd(t->images[i].fd, &data, &size);
		if (err)
			break;
		err = file_write_all(all->fd, data, size);
		free(data);
		all->size += size;
		strbuf_printf(words, " %s:%zu", t->images[i].name, size);
	}
	return err;
}

/* What may happen when others do the same meanwhile. */
static int is_expected(const char *what, int err)
{
	static const int load[] = {0, EEXIST, EBUSY, ENOENT, EAGAIN, 0};
	static const int unload[] = {0, ENOENT, EWOULDBLOCK, EBUSY, 0};
	static const int look[] = {0, ENOENT, ENODEV, EACCES, EIO, 0};
	const int *p = *what == 'u' ? unload
		       : *what == 'l' && what[1] == 'o' && what[2] == 'a'
			       ? load
			       : look;

	while (*p != err && *++p)
		;
	return *p == err;
}

static void print_tally(struct stress *st)
{
	char *save, *line, what[16];
	int err, n;

	for (line = strtok_r(st->trial.content.text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "%15s %d %d", what, &err, &n) != 3)
			continue;
		printf("  %-8s %-10s %d\n", what,
		       err ? strerrorname_np(err) ?: "?" : "ok", n);
		if (!is_expected(what, err))
			wrong(st, "%s ended with %s", what, errno_name(-err));
	}
}

static int run_tasks(struct stress *st)
{
	struct ring3_job job = {.kind = RING3_JOB_STRESS};
	struct module_image all;
	struct strbuf words = STRBUF_INIT;
	int err = join(st, &all, &words);

	job.args = words.text;
	strbuf_reset(&st->trial.content);
	strbuf_puts(&st->trial.content, "");
	if (!err)
		err = instance_job(st->trial.instance, &job, &all);
	if (all.fd >= 0)
		close(all.fd);
	strbuf_free(&words);
	if (err)
		return err;
	if (job.result)
		wrong(st, "the tasks did not run: %s", errno_name(job.result));
	print_tally(st);
	if (job.warnings)
		wrong(st, "the kernel warned");
	return 0;
}

/* Whoever uses another goes first: as many passes as there are modules. */
static void unload_all(struct stress *st)
{
	struct trial *t = &st->trial;
	int i, left = 1, pass;
	long err;

	for (pass = 0; left && pass <= t->nr; pass++)
		for (left = 0, i = t->nr - 1; i >= 0; i--) {
			err = trial_unload(t, t->images[i].name);
			if (err == -EWOULDBLOCK)
				left++;
			else if (err && err != -ENOENT)
				wrong(st, "%s cannot be unloaded: %s",
				      t->images[i].name, errno_name(err));
		}
	if (left)
		wrong(st, "modules remain that are in use");
}

static void load_all(struct stress *st)
{
	struct trial *t = &st->trial;
	int i, err;

	for (i = 0; i < t->nr; i++) {
		struct ring3_job job = {.kind = RING3_JOB_LOAD};

		err = trial_job(t, &job, i);
		if (!err)
			err = job.fate == RING3_FATE_KILLED ? -EINTR
							    : job.result;
		/* Given twice, or not for this machine. */
		if (err && err != -EEXIST && err != -ENODEV)
			wrong(st, "%s does not load any more: %s",
			      t->images[i].name, errno_name(err));
	}
}

static void check_none(struct stress *st)
{
	long err = trial_read(&st->trial, "/proc/modules");

	if (err)
		wrong(st, "/proc/modules: %s", errno_name(err));
	else if (st->trial.content.len)
		wrong(st, "modules remain:\n%s", st->trial.content.text);
}

static int stress(struct stress *st)
{
	struct trial *t = &st->trial;
	unsigned long before, after;
	int err = trial_start(t);

	if (err)
		return CLI_FAILED;
	load_all(st);
	unload_all(st);
	before = trial_memory(t, "VmallocUsed");
	err = run_tasks(st);
	if (!err) {
		unload_all(st);
		check_none(st);
		load_all(st);
		unload_all(st);
		check_none(st);
		after = trial_memory(t, "VmallocUsed");
		printf("vmalloc: %lu kB before, %lu kB after\n", before, after);
	}
	trial_stop(t);
	if (t->end.len) {
		printf("%s\n%s\n", t->log.text ? t->log.text : "", t->end.text);
		st->wrong++;
	}
	printf("%u tasks, %u rounds, %d modules: %u wrong\n", st->tasks,
	       st->rounds, t->nr, st->wrong);
	if (st->wrong && t->log.len && !t->end.len)
		printf("%s\n", t->log.text);
	return st->wrong ? CLI_FAILED : CLI_OK;
}

enum {
	OPTION_TIMEOUT = 256,
	OPTION_LOADER,
};

static const struct option long_options[] = {
	{"target", required_argument, NULL, 'k'},
	{"tasks", required_argument, NULL, 't'},
	{"rounds", required_argument, NULL, 'n'},
	{"seed", required_argument, NULL, 's'},
	{"loader", required_argument, NULL, OPTION_LOADER},
	{"timeout", required_argument, NULL, OPTION_TIMEOUT},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static int parse_option(struct stress *st, int option)
{
	switch (option) {
	case 'k':
		st->target = optarg;
		return -1;
	case 't':
		return trial_number(optarg, 1, 64, &st->tasks);
	case 'n':
		return trial_number(optarg, 1, 10000000, &st->rounds);
	case 's':
		return trial_number(optarg, 0, 1000000000, &st->seed);
	case OPTION_TIMEOUT:
		return trial_number(optarg, 1, 100000,
				    &st->trial.session.timeout);
	case OPTION_LOADER:
		return trial_loader(optarg, &st->trial.session);
	case 'h':
		fputs(help, stdout);
		return CLI_OK;
	}
	return CLI_USAGE; /* getopt has said why */
}

int cmd_stress(int argc, char **argv)
{
	struct stress st = {
		.tasks = 8,
		.rounds = 500,
		.seed = 1,
		.trial.session = {.virtual_time = true,
				  .use_snapshot = true,
				  .timeout = 300},
	};
	int option, status = -1;

	while (status < 0 && (option = getopt_long(argc, argv, "k:t:n:s:h",
						   long_options, NULL)) >= 0)
		status = parse_option(&st, option);
	if (status >= 0)
		return status;
	if (optind == argc) {
		fprintf(stderr, "ring3: which modules? try ring3 stress -h\n");
		return CLI_USAGE;
	}
	status = trial_open(&st.trial, st.target, argv + optind, argc - optind);
	if (status < 0)
		status = stress(&st);
	trial_close(&st.trial);
	return status;
}
