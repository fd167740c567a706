// SPDX-License-Identifier: GPL-2.0-only
/*
 * System calls with a path.  Where it leads decides: to the host, which then
 * does the call; to the instance, which does it with the path made canonical;
 * to files that are elsewhere in truth (elsewhere.c).
 *
 * Locked.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "clients/internal.h"
#include "clients/rules.h"

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

static bool is_open(const struct request *r)
{
	return r->call.nr == SYS_open || r->call.nr == SYS_openat ||
	       r->call.nr == SYS_openat2 || r->call.nr == SYS_creat;
}

/* The O_* flags of a call that opens. */
static unsigned int open_flags(const struct request *r)
{
	struct open_how how = {0};

	switch (r->call.nr) {
	case SYS_open:
		return r->call.args[1];
	case SYS_openat:
		return r->call.args[2];
	case SYS_openat2:
		memory_read(r->notif.pid, &how, r->call.args[2], sizeof(how));
		return how.flags;
	}
	return O_CREAT | O_WRONLY | O_TRUNC;
}

static bool is_nofollow(const struct request *r, const struct call_rule *rule)
{
	switch (rule->follow) {
	case FOLLOW:
		return false;
	case FOLLOW_NOT:
		return true;
	case FOLLOW_AT_FLAGS:
		return r->call.args[rule->flags] & AT_SYMLINK_NOFOLLOW;
	case FOLLOW_O_FLAGS:
	case FOLLOW_HOW:
		break;
	}
	return open_flags(r) & O_NOFOLLOW ||
	       (open_flags(r) & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL);
}

/* ---- opening ------------------------------------------------------------------------ */

static void answer_directory(struct request *r, const char *path)
{
	int fd = shadow_open(path);

	if (fd < 0)
		request_answer(r, fd);
	else
		request_answer_fd(r, fd, open_flags(r) & O_CLOEXEC);
}

static void opened(struct request *r)
{
	if (r->call.result < 0) {
		request_answer(r, r->call.result);
		return;
	}
	if (S_ISDIR(r->call.mode)) {
		file_drop_handle(r->call.file);
		answer_directory(r, r->call.path);
		return;
	}
	request_answer_file(r, r->call.path, open_flags(r) & O_CLOEXEC);
}

/* ---- libraries --------------------------------------------------------------------- */

/* Whether @ip is in a linker: what /proc/PID/maps has there is called ld-*. */
static bool is_in_linker(int tid, unsigned long ip)
{
	unsigned long start, end;
	char name[32], line[PATH_SIZE + 128];
	const char *base = NULL;
	FILE *maps;

	snprintf(name, sizeof(name), "/proc/%d/maps", tid);
	maps = fopen(name, "re");
	while (maps && !base && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx", &start, &end) == 2 && ip >= start &&
		    ip < end)
			base = strrchr(line, '/');
	if (maps)
		fclose(maps);
	return base && !strncmp(base, "/ld-", 4);
}

/* The linker opens a library on one of the instance's file systems: only the
 * host's kernel can map what is run. */
static bool opens_library(const struct request *r)
{
	return path_has_trees() && open_flags(r) == (O_RDONLY | O_CLOEXEC) &&
	       is_in_linker(r->notif.pid, r->notif.data.instruction_pointer);
}

static void library_fetched(struct request *r, int err)
{
	/* It is read from the start. */
	int fd = err ? err : file_reopen(r->fd, O_RDONLY);

	if (fd < 0)
		request_answer(r, fd);
	else
		request_answer_fd(r, fd, true);
}

/* ---- without a path ------------------------------------------------------------------ */

/* fstat(3) and others: a call with a path that is empty. */
static void on_descriptor(struct request *r, const struct call_rule *rule)
{
	char path[PATH_SIZE];
	int fd = rule->dirfd < 0 ? -1 : (int)r->call.args[rule->dirfd];
	struct vfile *f = file_at(r->notif.pid, fd);

	if (f) {
		file_use(f, r);
		dispatch_to_instance(r, RING3_CALL_FILE);
		return;
	}
	if (!shadow_is_fd(r->notif.pid, fd, path) || !request_scratch(r) ||
	    path_classify(path) != PATH_INSTANCE) {
		request_continue(r);
		return;
	}
	strcpy(r->scratch, path);
	r->call.args[rule->dirfd] = AT_FDCWD;
	r->call.args[rule->path] = (unsigned long)r->scratch;
	dispatch_to_instance(r, RING3_CALL_SYSCALL);
}

/* ---- with one -------------------------------------------------------------------------- */

static bool makes_node(const struct request *r)
{
	int mode_arg = r->call.nr == SYS_mknodat ? 2 : 1;
	unsigned int mode = r->call.args[mode_arg];

	return (r->call.nr == SYS_mknod || r->call.nr == SYS_mknodat) &&
	       (S_ISCHR(mode) || S_ISBLK(mode));
}

static bool removes(const struct request *r)
{
	return r->call.nr == SYS_unlink || r->call.nr == SYS_unlinkat;
}

static void node_made(struct request *r)
{
	if (!r->call.result)
		r->call.result = path_add_place(r->scratch, false);
	request_answer(r, r->call.result);
}

/* Or unmounted. */
static void place_removed(struct request *r)
{
	if (!r->call.result)
		path_remove_place(r->scratch);
	request_answer(r, r->call.result);
}

/* mknod(2) of a device outside the instance's own directories: the name
 * becomes the instance's. */
static void make_place(struct request *r)
{
	char parent[PATH_SIZE];
	struct stat st;
	int err;

	path_parent(r->scratch, parent);
	err = thread_access(r->notif.pid, parent, X_OK);
	if (!err && !lstat(r->scratch, &st))
		err = -EEXIST;
	if (!err)
		err = thread_access(r->notif.pid, parent, W_OK);
	if (err) {
		request_answer(r, err);
		return;
	}
	r->call.path = r->scratch;
	r->call.make = RING3_MAKE_PARENTS;
	r->done = node_made;
	dispatch_to_instance(r, RING3_CALL_SYSCALL);
}

static void in_instance(struct request *r)
{
	if (is_open(r) && opens_library(r)) {
		fetch(r, library_fetched);
		return;
	}
	if (is_open(r)) {
		r->call.path = r->scratch;
		r->done = opened;
		dispatch_to_instance(r, RING3_CALL_OPEN);
		return;
	}
	if (removes(r) || r->call.nr == SYS_umount2)
		r->done = place_removed;
	dispatch_to_instance(r, RING3_CALL_SYSCALL);
}

/* /proc and /dev themselves. */
static void in_both(struct request *r)
{
	if (is_open(r))
		answer_directory(r, r->scratch);
	else if (r->call.nr == SYS_chdir)
		call_chdir(r, r->scratch);
	else
		request_continue(r);
}

/* What lies behind a directory of the person's that the thread may not search:
 * the host's kernel says so. */
static bool is_behind_closed(const struct request *r, const char *path)
{
	char parent[PATH_SIZE];

	return thread_is_others(r->notif.pid) &&
	       path_host_parent(path, parent) &&
	       thread_access(r->notif.pid, parent, X_OK);
}

/* Makes argument @path canonical in scratch memory at @to. */
static int resolve(struct request *r, const struct call_rule *rule, int dirfd,
		   int path, char *to, enum path_kind *kind)
{
	char text[PATH_SIZE];
	int n = memory_string(r->notif.pid, r->call.args[path], text,
			      sizeof(text));

	if (n < 0)
		return n;
	n = path_resolve(r->notif.pid,
			 dirfd < 0 ? AT_FDCWD : (int)r->call.args[dirfd], text,
			 is_nofollow(r, rule), to, kind);
	if (n)
		return n;
	if (*kind == PATH_INSTANCE && is_behind_closed(r, to))
		*kind = PATH_HOST;
	r->call.args[path] = (unsigned long)to;
	if (dirfd >= 0)
		r->call.args[dirfd] = AT_FDCWD;
	return 0;
}

/* rename(2) and link(2): both paths are of one side, or it is another device. */
static void on_two_paths(struct request *r, enum path_kind kind,
			 enum path_kind kind2)
{
	bool ours = kind == PATH_INSTANCE, ours2 = kind2 == PATH_INSTANCE;

	if (ours && ours2)
		dispatch_to_instance(r, RING3_CALL_SYSCALL);
	else if (ours != ours2)
		request_answer(r, -EXDEV);
	else if (kind == PATH_MAPPED || kind2 == PATH_MAPPED)
		call_elsewhere(r);
	else
		request_continue(r);
}

static void on_one_path(struct request *r, enum path_kind kind)
{
	if (shortcut_is_name(r->notif.pid, r->scratch) &&
	    shortcut_call(r, r->scratch, is_open(r),
			  is_open(r) && open_flags(r) & O_CLOEXEC))
		return;
	switch (kind) {
	case PATH_INSTANCE:
		if (r->call.nr == SYS_chdir)
			call_chdir(r, r->scratch);
		else
			in_instance(r);
		break;
	case PATH_MERGED:
		in_both(r);
		break;
	case PATH_MAPPED:
		if (r->call.nr == SYS_chdir)
			call_chdir(r, NULL);
		else
			call_elsewhere(r);
		break;
	case PATH_HOST:
		if (makes_node(r))
			make_place(r);
		else if (is_open(r) && is_mounts(r->scratch))
			call_open_mounts(r, open_flags(r) & O_CLOEXEC);
		else
			request_continue(r);
		break;
	}
}

void call_on_path(struct request *r, const struct call_rule *rule)
{
	enum path_kind kind, kind2 = PATH_HOST;
	char byte = 0;
	int err = 0;

	if (!r->call.args[rule->path] ||
	    (memory_read(r->notif.pid, &byte, r->call.args[rule->path], 1) &&
	     !byte)) {
		on_descriptor(r, rule);
		return;
	}
	if (!request_scratch(r)) {
		request_answer(r, -ENOMEM);
		return;
	}
	err = resolve(r, rule, rule->dirfd, rule->path, r->scratch, &kind);
	if (!err && rule->path2)
		err = resolve(r, rule, rule->dirfd2, rule->path2,
			      r->scratch + PATH_SIZE, &kind2);
	/* The host's kernel says what is wrong with it. */
	if (err)
		request_continue(r);
	else if (rule->path2)
		on_two_paths(r, kind, kind2);
	else
		on_one_path(r, kind);
}
