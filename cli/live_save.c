// SPDX-License-Identifier: GPL-2.0-only
/*
 * ring3 run --save and --from: instances that are kept, with their modules
 * loaded and files set up.
 *
 * Each is a folder in the cache: the snapshot, the instance's /lib/modules, its
 * list of places, and what it was made of; a snapshot fits only the very
 * program and build of the kernel that made it.  One thread; blocks on disk.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/live.h"
#include "image/target_cache.h"
#include "lib/file.h"
#include "lib/spawn.h"

/* NULL: there is no place for a cache. */
static char *part(const char *name, const char *what)
{
	char *dir = target_cache_path("saved", name), *path = NULL;

	if (dir)
		path = str_printf("%s/%s", dir, what);
	free(dir);
	return path;
}

/* ---- starting from one --------------------------------------------------------- */

/* The target's release, what it was made of, and the parameters. */
struct made_of {
	char *text; /* that the others point into */
	char *release, *snapshot, *append;
};

static char *next_line(char **text)
{
	char *line = *text, *end = strchr(line, '\n');

	if (end)
		*end++ = 0;
	*text = end ? end : line + strlen(line);
	return line;
}

static int read_made_of(const char *name, struct made_of *made)
{
	char *path = part(name, "made-of"), *text;
	void *data = NULL;
	size_t size;
	int err = path ? file_read(path, &data, &size) : -ENOENT;

	free(path);
	if (err)
		return err;
	made->text = text = data;
	made->release = next_line(&text);
	made->snapshot = next_line(&text);
	made->append = next_line(&text);
	return 0;
}

static int check(struct session *s, const struct made_of *made,
		 const char *name, const char *target)
{
	const char *append = *made->append ? made->append : NULL;
	char *fitting;
	bool fits;

	if (target && !strstr(made->release, target)) {
		strbuf_printf(&s->error, "'%s' was saved with the kernel %s",
			      name, made->release);
		return -ENOENT;
	}
	fitting = instance_snapshot_path(s->build, append);
	fits = !strcmp(fitting, made->snapshot);
	free(fitting);
	if (fits)
		return 0;
	strbuf_printf(&s->error,
		      "'%s' was saved by another ring3, or the kernel was "
		      "built anew; save it again",
		      name);
	return -ESTALE;
}

int live_open_saved(struct session *s, const char *name, const char *target)
{
	struct made_of made = {0};
	int err = read_made_of(name, &made);

	if (err) {
		strbuf_printf(
			&s->error,
			"nothing was saved as '%s'; ring3 run --save does",
			name);
		return err;
	}
	err = session_open(s, made.release);
	if (!err)
		err = check(s, &made, name, target);
	free(made.text);
	if (err)
		return err;
	s->snapshot = part(name, "snapshot");
	s->use_snapshot = true;
	if (instance_snapshot_is_whole(s->snapshot))
		return 0;
	strbuf_printf(&s->error, "%s is damaged", s->snapshot);
	return -EIO;
}

static int copy(const char *from, const char *to)
{
	char *argv[] = {"cp", "-a", "-T", (char *)from, (char *)to, NULL};
	int status, err = spawn_wait(argv, NULL, &status);

	return err ? err : status ? -EIO : 0;
}

int live_restore_dir(const struct live *live, const char *name)
{
	char *modules = part(name, "modules"), *places = part(name, "places");
	int err = file_remove_tree(live->dir.modules);

	if (!err)
		err = copy(modules, live->dir.modules);
	if (!err)
		err = copy(places, live->dir.places);
	free(modules);
	free(places);
	return err;
}

/* ---- saving ---------------------------------------------------------------------- */

static int write_made_of(const struct live *live, const char *dir)
{
	const struct session *s = &live->session;
	char *fitting = instance_snapshot_path(s->build, s->append);
	char *path = str_printf("%s/made-of", dir);
	char *text = str_printf("%s\n%s\n%s\n", s->target->release, fitting,
				s->append ? s->append : "");
	int err = file_replace(path, text, strlen(text), 0644);

	free(text);
	free(path);
	free(fitting);
	return err;
}

static int copy_part(const char *from, const char *dir, const char *what)
{
	char *to = str_printf("%s/%s", dir, what);
	int err = copy(from, to);

	free(to);
	return err;
}

static int save_to(struct live *live, const char *dir)
{
	char *snapshot = str_printf("%s/snapshot", dir);
	struct ring3_job job = {.kind = RING3_JOB_SNAPSHOT, .args = snapshot};
	int err = instance_job(live->instance, &job, NULL);

	if (!err)
		err = job.result;
	if (!err)
		err = copy_part(live->dir.modules, dir, "modules");
	if (!err)
		err = copy_part(live->dir.places, dir, "places");
	if (!err)
		err = write_made_of(live, dir);
	free(snapshot);
	return err;
}

/* What was there under the name stays until all is written. */
static int replace(const char *temporary, const char *dir)
{
	int err = file_remove_tree(dir);

	if (err)
		return err;
	return rename(temporary, dir) ? -errno : 0;
}

static const char *reason(int err)
{
	return err == -EBUSY ? "a loop device uses a file outside"
			     : strerror(-err);
}

void live_save(struct live *live, const char *name)
{
	char *dir = target_cache_path("saved", name);
	char *temporary = dir ? str_printf("%s.%d", dir, getpid()) : NULL;
	int err = dir ? file_make_dirs(temporary) : -ENOENT;

	if (!err)
		err = save_to(live, temporary);
	if (!err)
		err = replace(temporary, dir);
	if (err) {
		fprintf(stderr, "ring3: '%s' is not saved: %s\n", name,
			reason(err));
		live->save_failed = true;
		if (temporary)
			file_remove_tree(temporary);
	}
	free(temporary);
	free(dir);
}
