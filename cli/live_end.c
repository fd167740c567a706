// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of ring3 run: programs that are still there, modules that are still
 * loaded, and what they leave behind.
 *
 * One thread; blocks.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/live.h"

/* Time for programs to end by themselves. */
#define PATIENCE_MS 2000

/* ---- programs -------------------------------------------------------------------- */

static void name_of(pid_t pid, char *name, size_t size)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	f = fopen(path, "r");
	if (!f || !fgets(name, size, f))
		snprintf(name, size, "?");
	name[strcspn(name, "\n")] = 0;
	if (f)
		fclose(f);
}

int live_each_descendant(pid_t pid, void (*fn)(pid_t pid, int arg), int arg)
{
	char path[64];
	int n = 0, child;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	f = fopen(path, "re");
	while (f && fscanf(f, "%d", &child) == 1) {
		n += 1 + live_each_descendant(child, fn, arg);
		if (fn)
			fn(child, arg);
	}
	if (f)
		fclose(f);
	return n;
}

static void send_signal(pid_t pid, int sig)
{
	kill(pid, sig);
}

static void tell_of(pid_t pid, int unused)
{
	char name[64];

	(void)unused;
	name_of(pid, name, sizeof(name));
	fprintf(stderr, "ring3: ending %s (%d), which is still running\n", name,
		pid);
}

void live_end_programs(const struct live *live)
{
	pid_t top = live->spawner_pid;
	int waited;

	if (!top || !live_each_descendant(top, tell_of, 0))
		return;
	live_each_descendant(top, send_signal, SIGHUP);
	live_each_descendant(top, send_signal, SIGCONT);
	for (waited = 0; waited < PATIENCE_MS; waited += 10) {
		if (!live_each_descendant(top, NULL, 0))
			return;
		usleep(10000);
	}
	live_each_descendant(top, send_signal, SIGKILL);
}

/* ---- mounts --------------------------------------------------------------------- */

/* The trees in the list of places, the latest first. */
static void unmount_from(struct live *live, FILE *places)
{
	struct ring3_job job = {.kind = RING3_JOB_UNMOUNT};
	char line[4096 + 2];
	int err;

	if (!fgets(line, sizeof(line), places))
		return;
	unmount_from(live, places);
	line[strcspn(line, "\n")] = 0;
	if (*line != 't')
		return;
	job.args = line + 1;
	err = instance_job(live->instance, &job, NULL);
	if (!err && job.result)
		fprintf(stderr, "ring3: %s stays mounted: %s\n", job.args,
			strerror(-job.result));
}

void live_unmount_all(struct live *live)
{
	FILE *places = fopen(live->dir.places, "re");

	if (!places)
		return;
	unmount_from(live, places);
	fclose(places);
}

/* ---- modules ----------------------------------------------------------------------- */

static void on_content(void *arg, const void *data, size_t n)
{
	struct live *live = arg;

	strbuf_add(&live->modules, data, n);
}

/* The names of /proc/modules, the latest first, which can go first. */
static int read_modules(struct live *live)
{
	struct ring3_job job = {.kind = RING3_JOB_SAVE,
				.args = "/proc/modules"};
	int err;

	live->session.content = on_content;
	err = instance_job(live->instance, &job, NULL);
	return err ? err : job.result;
}

/* The last lines of the log say what was left behind. */
static int unload(struct live *live, const char *name)
{
	struct ring3_job job = {.kind = RING3_JOB_UNLOAD, .flags = O_NONBLOCK};
	int err;

	snprintf(job.name, sizeof(job.name), "%s", name);
	strbuf_reset(&live->log);
	err = instance_job(live->instance, &job, NULL);
	if (err)
		return err;
	if (job.leaks && live->log.text)
		fputs(live->log.text, stderr);
	if (job.fate == RING3_FATE_KILLED)
		fprintf(stderr, "ring3: %s crashed as it was unloaded\n", name);
	else if (job.result)
		fprintf(stderr, "ring3: %s stays loaded: %s\n", name,
			strerror(-job.result));
	return 0;
}

void live_unload_all(struct live *live)
{
	char *line, *next;
	int err = read_modules(live);

	line = err ? NULL : live->modules.text;
	for (; line && *line; line = next) {
		next = strchr(line, '\n');
		next = next ? next + 1 : line + strlen(line);
		line[strcspn(line, " \n")] = 0;
		if (unload(live, line))
			return;
	}
}
