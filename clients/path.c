// SPDX-License-Identifier: GPL-2.0-only
/*
 * Paths: which are the instance's, which the person's.
 *
 * An instance's files have the same names inside and outside: /sys, most of
 * /proc and /dev, what is mounted in it, and device nodes made by hand.  A path
 * is followed on the host, links and all, until it comes to such a name; from
 * there on the instance's kernel follows it.
 *
 * Locked.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "clients/internal.h"
#include "clients/shortcut.h"

#define MAX_LINKS 40

/* Names that were made the instance's by mount(2) or mknod(2). */
struct place {
	struct place *next;
	bool is_tree; /* and all below it */
	char path[];
};

static struct place *places;
static char *modules_dir; /* what /lib/modules is */
static bool links_made;

/* In /proc: programs ask these of the machine that they run on. */
static const char *const host_proc[] = {
	"self",	    "thread-self", "cpuinfo", "meminfo",  "stat",
	"uptime",   "loadavg",	   "vmstat",  "pressure", "swaps",
	"zoneinfo", "mounts",	   "tty",     "sysvipc",  NULL,
};

/* In /dev: terminals, and what every program uses. */
static const char *const host_dev[] = {
	"null",	 "zero",   "full",   "random", "urandom",   "tty",
	"ptmx",	 "pts",	   "shm",    "mqueue", "hugepages", "fd",
	"stdin", "stdout", "stderr", "log",    NULL,
};

void path_set_modules(const char *dir)
{
	free(modules_dir);
	modules_dir = dir ? strdup(dir) : NULL;
}

static bool is_below(const char *path, const char *top)
{
	size_t n = strlen(top);

	return !strncmp(path, top, n) && (!path[n] || path[n] == '/');
}

static bool is_one_of(const char *name, const char *const *list)
{
	size_t n = strcspn(name, "/");

	for (; *list; list++)
		if (strlen(*list) == n && !strncmp(name, *list, n))
			return true;
	return false;
}

static enum path_kind classify_proc(const char *name)
{
	if (!*name)
		return PATH_MERGED;
	return isdigit((unsigned char)*name) || is_one_of(name, host_proc)
		       ? PATH_HOST
		       : PATH_INSTANCE;
}

static enum path_kind classify_dev(const char *name)
{
	if (!*name)
		return PATH_MERGED;
	return is_one_of(name, host_dev) ? PATH_HOST : PATH_INSTANCE;
}

static const char *behind(const char *path, const char *top)
{
	path += strlen(top);
	return *path == '/' ? path + 1 : path;
}

static bool is_modules(const char *path)
{
	return modules_dir && (is_below(path, "/lib/modules") ||
			       is_below(path, "/usr/lib/modules"));
}

static const struct place *place_of(const char *path)
{
	const struct place *p = places;

	while (p &&
	       (p->is_tree ? !is_below(path, p->path) : strcmp(path, p->path)))
		p = p->next;
	return p;
}

enum path_kind path_classify(const char *path)
{
	if (place_of(path))
		return PATH_INSTANCE;
	if (is_below(path, "/sys"))
		return PATH_INSTANCE;
	if (is_below(path, "/proc"))
		return classify_proc(behind(path, "/proc"));
	if (is_below(path, "/dev"))
		return classify_dev(behind(path, "/dev"));
	return is_modules(path) ? PATH_MAPPED : PATH_HOST;
}

static char *places_file;

/* A line each, the oldest first: "t/mnt" a tree, "n/tmp/node" a name. */
static void write_places_from(FILE *f, const struct place *p)
{
	if (!p)
		return;
	write_places_from(f, p->next);
	/* A name with a newline in it is not kept. */
	if (!strchr(p->path, '\n'))
		fprintf(f, "%c%s\n", p->is_tree ? 't' : 'n', p->path);
}

static void write_places(void)
{
	FILE *f = places_file ? fopen(places_file, "we") : NULL;

	if (!f)
		return;
	write_places_from(f, places);
	fclose(f);
}

static void names_changed(void)
{
	shortcut_forbid(SHORTCUT_NO_NAMES, places || links_made);
}

static int add_place(const char *path, bool is_tree)
{
	size_t n = strlen(path) + 1;
	struct place *p = malloc(sizeof(*p) + n);

	if (!p)
		return -ENOMEM;
	memcpy(p->path, path, n);
	p->is_tree = is_tree;
	p->next = places;
	places = p;
	names_changed();
	return 0;
}

int path_add_place(const char *path, bool is_tree)
{
	int err = add_place(path, is_tree);

	if (!err)
		write_places();
	return err;
}

int path_keep_places(const char *file)
{
	char line[PATH_SIZE + 2];
	FILE *f = fopen(file, "re");
	int err = 0;

	while (!err && f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = 0;
		err = add_place(line + 1, *line == 't');
	}
	if (f)
		fclose(f);
	free(places_file);
	places_file = strdup(file);
	return err;
}

/* The latest of that name; an older one shows again. */
void path_remove_place(const char *path)
{
	struct place **link = &places, *p;

	while (*link && strcmp((*link)->path, path))
		link = &(*link)->next;
	p = *link;
	if (!p)
		return;
	*link = p->next;
	free(p);
	names_changed();
	write_places();
}

/* The names directly in @dir that were made by hand, one by one; NULL behind
 * the last. */
const char *path_place_in(const char *dir, unsigned int nr)
{
	size_t n = strcmp(dir, "/") ? strlen(dir) : 0;
	const struct place *p;

	for (p = places; p; p = p->next)
		if (!p->is_tree && !strncmp(p->path, dir, n) &&
		    p->path[n] == '/' && !strchr(p->path + n + 1, '/') && !nr--)
			return p->path;
	return NULL;
}

void path_parent(const char *path, char *parent)
{
	strcpy(parent, path);
	*(strrchr(parent + 1, '/') ?: parent + 1) = 0;
}

bool path_host_parent(const char *path, char *parent)
{
	const struct place *p = place_of(path);

	if (!p)
		return false;
	path_parent(p->path, parent);
	return path_classify(parent) == PATH_HOST;
}

bool path_has_places(void)
{
	return places;
}

bool path_is_tree(const char *path)
{
	const struct place *p = places;

	while (p && (!p->is_tree || strcmp(p->path, path)))
		p = p->next;
	return p;
}

bool path_has_trees(void)
{
	const struct place *p = places;

	while (p && !p->is_tree)
		p = p->next;
	return p;
}

/* ---- following ---------------------------------------------------------------------- */

struct walk {
	char *out; /* canonical so far, no '/' behind it; "" is the root */
	char rest[2 * PATH_SIZE]; /* still to follow */
	unsigned int links;
	bool nofollow; /* of the last component */
	bool from_shadow; /* it began in a directory of ours */
	int tid; /* whose walk it is */
	enum path_kind kind;
};

static void go_up(struct walk *w)
{
	char *slash = strrchr(w->out, '/');

	if (slash)
		*slash = 0;
}

static int append(struct walk *w, const char *name, size_t n)
{
	size_t at = strlen(w->out);

	if (n > NAME_MAX)
		return -ENAMETOOLONG;
	if (at + n + 2 > PATH_SIZE)
		return -ENAMETOOLONG;
	w->out[at] = '/';
	memcpy(w->out + at + 1, name, n);
	w->out[at + 1 + n] = 0;
	return 0;
}

/* Puts the link's target before the rest. */
static int follow_link(struct walk *w, const char *target)
{
	char rest[sizeof(w->rest)];

	if (++w->links > MAX_LINKS)
		return -ELOOP;
	if (snprintf(rest, sizeof(rest), "%s/%s", target, w->rest) >=
	    (int)sizeof(rest))
		return -ENAMETOOLONG;
	strcpy(w->rest, rest);
	if (*target == '/')
		*w->out = 0;
	else
		go_up(w);
	return 0;
}

static bool is_last(const struct walk *w)
{
	return !w->rest[strspn(w->rest, "/")];
}

/* Links that are another for everybody who looks. */
static int follow_self(struct walk *w)
{
	const struct client *c = thread_get(w->tid);
	char target[64];

	if (!c)
		return -ESRCH;
	if (!strcmp(w->out, "/proc/self"))
		snprintf(target, sizeof(target), "%d", c->shared.tgid);
	else
		snprintf(target, sizeof(target), "%d/task/%d", c->shared.tgid,
			 w->tid);
	return follow_link(w, target);
}

static int look_for_link(struct walk *w)
{
	char target[PATH_SIZE];
	ssize_t n;

	if (is_last(w) && w->nofollow && !*w->rest)
		return 0;
	if (!strcmp(w->out, "/proc/self") ||
	    !strcmp(w->out, "/proc/thread-self"))
		return follow_self(w);
	n = readlink(w->out, target, sizeof(target) - 1);
	if (n < 0)
		return 0;
	target[n] = 0;
	return follow_link(w, target);
}

/*
 * In the instance its kernel follows; only a way out of there is ours.  Where
 * the walk started is canonical, so that ".." is what it seems, but behind a
 * link.
 */
static int go_inside(struct walk *w)
{
	size_t n;
	char *p = w->rest;
	int err = 0;

	while (!err && *p && path_classify(w->out) == PATH_INSTANCE) {
		p += strspn(p, "/");
		n = strcspn(p, "/");
		if (n == 2 && !strncmp(p, "..", 2))
			go_up(w);
		else if (n && !(n == 1 && *p == '.'))
			err = append(w, p, n);
		p += n;
	}
	memmove(w->rest, p, strlen(p) + 1);
	if (!err && path_classify(w->out) != PATH_INSTANCE)
		w->kind = PATH_HOST;
	return err;
}

static int go_mapped(struct walk *w)
{
	const char *behind_it = strstr(w->out, "/modules") + 8;
	char mapped[PATH_SIZE];

	if (snprintf(mapped, sizeof(mapped), "%s%s", modules_dir, behind_it) >=
	    PATH_SIZE)
		return -ENAMETOOLONG;
	strcpy(w->out, mapped);
	return 0;
}

/* One component more; 1 when the walk is over. */
static int step(struct walk *w)
{
	char *name = w->rest + strspn(w->rest, "/");
	size_t n = strcspn(name, "/");
	char component[NAME_MAX + 1];
	enum path_kind kind;
	int err;

	if (!n)
		return 1;
	if (n > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(component, name, n);
	component[n] = 0;
	memmove(w->rest, name + n, strlen(name + n) + 1);
	if (!strcmp(component, "."))
		return 0;
	if (!strcmp(component, "..")) {
		go_up(w);
		return 0;
	}
	err = append(w, component, n);
	if (err)
		return err;
	kind = path_classify(w->out);
	if (kind == PATH_INSTANCE) {
		w->kind = kind;
		return go_inside(w);
	}
	if (kind == PATH_MAPPED) {
		w->kind = kind;
		err = go_mapped(w);
		return err ? err : look_for_link(w);
	}
	return kind == PATH_MERGED ? 0 : look_for_link(w);
}

/* What the process has as its directory, or at @dirfd. */
static int start_at(struct walk *w, int dirfd)
{
	char *out = w->out;
	char name[32] = "cwd", real[PATH_SIZE];

	if (dirfd != AT_FDCWD)
		snprintf(name, sizeof(name), "fd/%d", dirfd);
	if (thread_link(w->tid, name, real))
		return dirfd == AT_FDCWD ? -ESRCH : -EBADF;
	if (*real != '/')
		return -ENOTDIR;
	w->from_shadow = !shadow_path_at(real, out);
	if (!w->from_shadow)
		strcpy(out, real);
	if (!strcmp(out, "/"))
		*out = 0;
	return 0;
}

/* The start may itself be in the instance. */
static int enter_start(struct walk *w)
{
	if (!*w->out || path_classify(w->out) != PATH_INSTANCE)
		return 0;
	w->kind = PATH_INSTANCE;
	return go_inside(w);
}

/* A '/' at the end asks for a directory. */
static int end_walk(struct walk *w, const char *path)
{
	size_t n = strlen(w->out);

	if (!n)
		strcpy(w->out, "/");
	else if (w->kind == PATH_INSTANCE && path[strlen(path) - 1] == '/' &&
		 n + 1 < PATH_SIZE)
		strcpy(w->out + n, "/");
	if (w->kind == PATH_HOST && path_classify(w->out) == PATH_MERGED)
		w->kind = PATH_MERGED;
	/* From there the host's kernel would come to another place. */
	if (w->kind == PATH_HOST && w->from_shadow)
		w->kind = PATH_MAPPED;
	return 0;
}

int path_resolve(int tid, int dirfd, const char *path, bool nofollow, char *out,
		 enum path_kind *kind)
{
	struct walk w = {
		.out = out,
		.nofollow = nofollow,
		.tid = tid,
		.kind = PATH_HOST,
	};
	int err = 0;

	if (!*path)
		return -ENOENT;
	if (strlen(path) >= PATH_SIZE)
		return -ENAMETOOLONG;
	strcpy(w.rest, path);
	*out = 0;
	if (*path != '/')
		err = start_at(&w, dirfd);
	if (!err)
		err = enter_start(&w);
	while (!err)
		err = step(&w);
	if (err < 0)
		return err;
	err = end_walk(&w, path);
	*kind = w.kind;
	return err;
}

/* ---- the quick way ------------------------------------------------------------------- */

/* Without a look at any link: "/a/../b" is "/b".  @out of PATH_SIZE. */
static void squeeze(const char *path, char *out)
{
	size_t n, at = 0;

	*out = 0;
	for (; *path; path += n) {
		path += strspn(path, "/");
		n = strcspn(path, "/");
		if (!n || (n == 1 && *path == '.'))
			continue;
		if (n == 2 && !strncmp(path, "..", 2)) {
			while (at && out[--at] != '/')
				;
			out[at] = 0;
			continue;
		}
		out[at++] = '/';
		memcpy(out + at, path, n);
		at += n;
		out[at] = 0;
	}
}

/* A directory outside in which something of the instance's may be. */
static bool is_relative_to_ours(int dirfd)
{
	return shadow_used() || places || (dirfd == AT_FDCWD && links_made);
}

bool path_may_concern_us(const char *path, int dirfd)
{
	char squeezed[PATH_SIZE];

	if (links_made)
		return true;
	if (*path != '/')
		return is_relative_to_ours(dirfd) || path_names_ours(path);
	squeeze(path, squeezed);
	/* mounts.c */
	if (is_below(squeezed, "/proc") && strstr(squeezed, "/mount") &&
	    path_has_trees())
		return true;
	return path_classify(squeezed) != PATH_HOST;
}

void path_note_link(const char *target)
{
	if (path_names_ours(target) || *target != '/')
		links_made = links_made || path_may_concern_us(target, -1);
	names_changed();
}
