// SPDX-License-Identifier: GPL-2.0-only
/*
 * Making a target's snapshot: a boot that also proves that every hook is
 * reached.
 *
 * Parallel starts wait for each other on a lock; a snapshot appears by rename,
 * so whoever sees one sees all of it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cli/session.h"
#include "lib/file.h"

/* One for each set of kernel parameters that is in use; more are old. */
#define MAX_SNAPSHOTS 8

struct boot {
	struct session *session;
	struct strbuf hooks; /* hooks.txt */
	struct strbuf missing; /* hooks that were not reached */
	struct strbuf log;
};

static void on_hook(void *arg, const char *symbol, const char *kind,
		    const char *why, unsigned long hits, bool must)
{
	struct boot *boot = arg;

	strbuf_printf(&boot->hooks, "%-32s %-6s %-5s %8lu  %s\n", symbol, kind,
		      must ? "boot" : "late", hits, why);
	if (must && !hits)
		strbuf_printf(&boot->missing, " %s", symbol);
}

static void on_log(void *arg, const char *text, size_t n)
{
	struct boot *boot = arg;

	strbuf_add(&boot->log, text, n);
}

/* The last lines of the boot say best what went wrong. */
static const char *tail(const struct strbuf *log)
{
	const char *p = log->text ? log->text + log->len : "";
	int lines = 12;

	while (log->text && p > log->text && lines)
		if (*--p == '\n' && !--lines)
			return p + 1;
	return log->text ? log->text : "";
}

static int run_boot(struct session *s, struct boot *boot, const char *path)
{
	struct instance_config config = {
		.build = s->build,
		.append = s->append,
		.virtual_time = true,
		.timeout = 60,
		.save_snapshot = path,
		.report_hooks = true,
		.listener = {.arg = boot, .log = on_log, .hook = on_hook},
	};
	struct instance_end end;
	struct instance *in;
	int err = instance_start(&config, &in);

	if (err)
		return err;
	instance_wait(in, &end);
	instance_free(in);
	if (end.kind == INSTANCE_EXITED && end.why == RING3_EXIT_DONE &&
	    !boot->missing.len)
		return end.snapshot;
	if (boot->missing.len)
		strbuf_printf(&s->error,
			      "kernel %s does not reach what ring3 replaces:%s",
			      s->target->release, boot->missing.text);
	else {
		strbuf_printf(&s->error,
			      "kernel %s does not boot: ", s->target->release);
		session_describe_end(s, &end, &s->error);
		strbuf_printf(&s->error, "\n%s", tail(&boot->log));
	}
	return -ENOEXEC;
}

static void save_text(struct session *s, const char *name,
		      const struct strbuf *text)
{
	char *path = str_printf("%s/%s", s->build->dir, name);

	if (text->text)
		file_replace(path, text->text, text->len, 0644);
	free(path);
}

static void remove_oldest(const char *dir)
{
	struct dirent *entry;
	char *oldest = NULL;
	time_t when = 0;
	int n = 0;
	DIR *d = opendir(dir);

	while (d && (entry = readdir(d))) {
		char *path = str_printf("%s/%s", dir, entry->d_name);
		struct stat st;

		if (strncmp(entry->d_name, "snapshot-", 9) || stat(path, &st)) {
			free(path);
			continue;
		}
		n++;
		if (!oldest || st.st_mtime < when) {
			when = st.st_mtime;
			free(oldest);
			oldest = path;
		} else {
			free(path);
		}
	}
	if (d)
		closedir(d);
	if (n > MAX_SNAPSHOTS && oldest)
		unlink(oldest);
	free(oldest);
}

static int make_snapshot(struct session *s)
{
	struct boot boot = {.session = s};
	char *temporary =
		str_printf("%s/tmp-snapshot-%d", s->build->dir, (int)getpid());
	int err;

	if (!s->quiet)
		fprintf(stderr, "ring3: booting %s for its snapshot\n",
			s->target->release);
	err = run_boot(s, &boot, temporary);
	if (!err && rename(temporary, s->snapshot))
		err = -errno;
	if (err)
		unlink(temporary);
	save_text(s, "hooks.txt", &boot.hooks);
	save_text(s, "boot.log", &boot.log);
	if (!err)
		remove_oldest(s->build->dir);
	else if (!s->error.len)
		strbuf_printf(&s->error, "cannot save a snapshot: %s",
			      strerror(-err));
	strbuf_free(&boot.hooks);
	strbuf_free(&boot.missing);
	strbuf_free(&boot.log);
	free(temporary);
	return err;
}

int session_prepare(struct session *s)
{
	char *path;
	int lock, err = 0;

	if (!s->snapshot)
		s->snapshot = instance_snapshot_path(s->build, s->append);
	if (instance_snapshot_is_whole(s->snapshot))
		return 0;
	path = str_printf("%s/snapshot.lock", s->build->dir);
	lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	free(path);
	if (lock < 0 || flock(lock, LOCK_EX)) {
		strbuf_printf(&s->error, "cannot write to %s: %s",
			      s->build->dir, strerror(errno));
		return -EACCES;
	}
	if (!instance_snapshot_is_whole(s->snapshot))
		err = make_snapshot(s);
	close(lock);
	return err;
}
