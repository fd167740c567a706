// SPDX-License-Identifier: GPL-2.0-only
/*
 * ring3 bench-load: what loading and unloading a module costs with our module
 * system and with the kernel's own, by turns in the same run.
 *
 * One thread, two instances; takes some seconds a module.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/cmd.h"
#include "cli/options.h"
#include "cli/run.h"
#include "cli/session.h"

static const char help[] =
	"Usage: ring3 bench-load [OPTION...] FILE.ko|NAME...\n"
	"\n"
	"Loads and unloads each module many times, its dependencies being\n"
	"loaded, in an instance with ring3's module system and in one with the\n"
	"kernel's, by turns, and prints the time that the system calls take.\n"
	"\n"
	"  -k, --target=TARGET   the kernel (default: the one that the\n"
	"                        first file was built for)\n"
	"  -h, --help            this text\n";

#define ROUNDS 100

enum {
	OURS,
	KERNEL,
	NR_LOADERS
};

struct times {
	/* us; loader, unloader: without the module's own init and exit */
	double load[ROUNDS], loader[ROUNDS], unload[ROUNDS], unloader[ROUNDS];
};

struct bench {
	struct session session;
	struct instance *instance[NR_LOADERS];
	struct times times[NR_LOADERS];
};

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *us)
{
	qsort(us, ROUNDS, sizeof(*us), compare);
	return us[ROUNDS / 2];
}

static int load(struct instance *in, const struct module_image *image,
		double *us, double *loader_us)
{
	struct ring3_job job = {.kind = RING3_JOB_LOAD};
	int err = instance_job(in, &job, image);

	if (us) {
		*us = job.ns / 1e3;
		*loader_us = (job.ns - job.own_ns) / 1e3;
	}
	return err ? err : (int)job.result;
}

static int unload(struct instance *in, const char *name, double *us,
		  double *unloader_us)
{
	struct ring3_job job = {
		.kind = RING3_JOB_UNLOAD,
		.flags = RING3_UNLOAD_MEASURE,
	};
	int err;

	snprintf(job.name, sizeof(job.name), "%s", name);
	err = instance_job(in, &job, NULL);
	*us = job.ns / 1e3;
	*unloader_us = (job.ns - job.own_ns) / 1e3;
	return err ? err : (int)job.result;
}

static int run_rounds(struct bench *b, const struct module_image *image)
{
	int i, k, err = 0;

	for (i = 0; !err && i < ROUNDS; i++)
		for (k = 0; !err && k < NR_LOADERS; k++) {
			struct times *t = &b->times[k];

			err = load(b->instance[k], image, &t->load[i],
				   &t->loader[i]);
			if (!err)
				err = unload(b->instance[k], image->name,
					     &t->unload[i], &t->unloader[i]);
		}
	return err;
}

static void print_pair(const char *name, const char *what, double *ours,
		       double *kernels)
{
	double a = median(ours), b = median(kernels);

	printf("%-12s %-18s %9.1f us, kernel's %9.1f us, ratio %.2f\n", name,
	       what, a, b, a / b);
}

/* @us: what a whole round takes.  Before the medians, which sort the rounds. */
static void add_up(const struct times *times, double *us)
{
	int i;

	for (i = 0; i < ROUNDS; i++)
		us[i] = times->load[i] + times->unload[i];
}

static void print_module(struct bench *b, const char *name)
{
	struct times *ours = &b->times[OURS], *kernels = &b->times[KERNEL];
	double our_sum[ROUNDS], kernels_sum[ROUNDS];

	add_up(ours, our_sum);
	add_up(kernels, kernels_sum);
	print_pair(name, "insmod", ours->load, kernels->load);
	print_pair("", "  without its init", ours->loader, kernels->loader);
	print_pair("", "rmmod", ours->unload, kernels->unload);
	print_pair("", "  without its exit", ours->unloader, kernels->unloader);
	print_pair("", "insmod and rmmod", our_sum, kernels_sum);
}

/* Loads what the last of @list needs, in both instances, for good. */
static int load_dependencies(struct bench *b, const struct modlist *list)
{
	struct module_image image;
	size_t i;
	int k, err = 0;

	for (i = 0; !err && i + 1 < list->n; i++) {
		err = session_open_module(list->path[i], NULL, &image);
		if (err)
			return err;
		for (k = 0; k < NR_LOADERS; k++) {
			err = load(b->instance[k], &image, NULL, NULL);
			if (err == -EEXIST)
				err = 0;
		}
		session_close_module(&image);
	}
	return err;
}

static int bench_module(struct bench *b, const char *name)
{
	struct modlist list = {0};
	struct module_image image;
	int err = 0;

	if (run_is_file(name))
		modlist_add(&list, name);
	else
		err = session_resolve(&b->session, name, &list);
	if (!err)
		err = load_dependencies(b, &list);
	if (!err && !list.n)
		err = -ENOENT;
	if (!err)
		err = session_open_module(list.path[list.n - 1], NULL, &image);
	if (!err) {
		err = run_rounds(b, &image);
		if (!err)
			print_module(b, image.name);
		session_close_module(&image);
	}
	modlist_free(&list);
	if (err && !b->session.error.len)
		strbuf_printf(&b->session.error, "%s: %s", name,
			      strerror(-err));
	return err;
}

static int start_both(struct bench *b)
{
	int k, err = session_prepare(&b->session);

	for (k = 0; !err && k < NR_LOADERS; k++) {
		b->session.options = k == KERNEL ? RING3_OPTION_KERNEL_LOADER
						 : 0;
		err = session_start(&b->session, &b->instance[k]);
	}
	return err;
}

static int bench(struct bench *b, int argc, char **argv)
{
	struct instance_end end;
	int i, k, err = start_both(b);

	for (i = 0; !err && i < argc; i++)
		err = bench_module(b, argv[i]);
	for (k = 0; k < NR_LOADERS; k++)
		if (b->instance[k]) {
			instance_wait(b->instance[k], &end);
			instance_free(b->instance[k]);
		}
	return err;
}

int cmd_bench_load(int argc, char **argv)
{
	struct bench b = {0};
	struct options options;
	char *release = NULL;
	int err, status = options_parse(&options, argc, argv, help);

	if (status >= 0)
		return status;
	if (optind == argc) {
		fputs("ring3: bench-load of what? See --help\n", stderr);
		return CLI_USAGE;
	}
	options_apply(&options, &b.session);
	if (options.target)
		release = strdup(options.target);
	else if (run_is_file(argv[optind]))
		release = run_release_of(argv[optind]);
	err = session_open(&b.session, release);
	free(release);
	if (!err)
		err = bench(&b, argc - optind, argv + optind);
	if (err)
		fprintf(stderr, "ring3: %s\n",
			b.session.error.len ? b.session.error.text
					    : strerror(-err));
	session_close(&b.session);
	return err ? CLI_FAILED : CLI_OK;
}
