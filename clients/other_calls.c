// SPDX-License-Identifier: GPL-2.0-only
/*
 * System calls that are about neither a descriptor nor a path, or about both.
 *
 * Locked.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "clients/internal.h"
#include "clients/rules.h"

#define MAX_MODULE (512ul << 20)

/* What only tells that a thread is not what it was. */
bool other_changes_identity(unsigned int nr)
{
	switch (nr) {
	case SYS_execve:
	case SYS_execveat:
	case SYS_prctl:
	case SYS_umask:
	case SYS_setuid:
	case SYS_setgid:
	case SYS_setreuid:
	case SYS_setregid:
	case SYS_setresuid:
	case SYS_setresgid:
	case SYS_setfsuid:
	case SYS_setfsgid:
	case SYS_setgroups:
		return true;
	}
	return false;
}

static bool is_exec(unsigned int nr)
{
	return nr == SYS_execve || nr == SYS_execveat;
}

bool other_is_boring(const struct seccomp_notif *notif)
{
	if (notif->data.nr == SYS_getcwd)
		return !shadow_used();
	if (!other_changes_identity(notif->data.nr))
		return false;
	thread_changed(notif->pid);
	return !is_exec(notif->data.nr) || exec_is_boring(notif);
}

/* getcwd(2) in a directory of ours. */
static void call_getcwd(struct request *r)
{
	char real[PATH_SIZE], path[PATH_SIZE];
	size_t length;

	if (thread_link(r->notif.pid, "cwd", real) ||
	    shadow_path_at(real, path)) {
		request_continue(r);
		return;
	}
	length = strlen(path) + 1;
	if (length > r->call.args[1])
		request_answer(r, -ERANGE);
	else if (memory_write(r->notif.pid, r->call.args[0], path, length) !=
		 length)
		request_answer(r, -EFAULT);
	else
		request_answer(r, length);
}

/* ---- finit_module(2) -------------------------------------------------------------- */

static void module_loaded(struct request *r)
{
	munmap((void *)r->call.image, r->call.size);
	request_answer(r, r->call.result);
}

static int map_module(struct request *r, int fd)
{
	struct stat st;
	void *image;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (!st.st_size)
		return -EINVAL;
	if (st.st_size > (off_t)MAX_MODULE)
		return -EFBIG;
	image = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (image == MAP_FAILED)
		return -errno;
	r->call.image = image;
	r->call.size = st.st_size;
	return 0;
}

static void call_finit_module(struct request *r)
{
	int fd, err;
	struct vfile *f = file_at(r->notif.pid, r->call.args[0]);

	/* A file on one of the instance's own file systems. */
	if (f) {
		file_use(f, r);
		dispatch_to_instance(r, RING3_CALL_FILE);
		return;
	}
	fd = thread_copy_fd(r->notif.pid, r->call.args[0]);
	if (fd < 0) {
		request_answer(r, fd);
		return;
	}
	err = map_module(r, fd);
	close(fd);
	if (err) {
		request_answer(r, err);
		return;
	}
	r->done = module_loaded;
	dispatch_to_instance(r, RING3_CALL_MODULE);
}

/* ---- mount(2) ------------------------------------------------------------------------ */

static void mounted(struct request *r)
{
	if (!r->call.result)
		r->call.result = path_add_place(r->call.path, true);
	request_answer(r, r->call.result);
}

/* Argument @nr, a path, made canonical in scratch memory at @to. */
static int resolve_argument(struct request *r, int nr, char *to,
			    enum path_kind *kind)
{
	char text[PATH_SIZE];
	int n = memory_string(r->notif.pid, r->call.args[nr], text,
			      sizeof(text));

	if (n < 0)
		return n;
	n = path_resolve(r->notif.pid, AT_FDCWD, text, false, to, kind);
	if (!n)
		r->call.args[nr] = (unsigned long)to;
	return n;
}

/* A device of the instance's, or what is no path at all. */
static void resolve_source(struct request *r)
{
	char text[PATH_SIZE];
	enum path_kind kind;

	if (memory_string(r->notif.pid, r->call.args[0], text, sizeof(text)) <=
		    0 ||
	    *text != '/')
		return;
	resolve_argument(r, 0, r->scratch + PATH_SIZE, &kind);
}

static void call_mount(struct request *r)
{
	enum path_kind kind;
	struct stat st;
	int err;

	if (!request_scratch(r)) {
		request_answer(r, -ENOMEM);
		return;
	}
	err = resolve_argument(r, 1, r->scratch, &kind);
	if (!err && kind == PATH_HOST && stat(r->scratch, &st))
		err = -errno;
	if (!err && kind == PATH_HOST && !S_ISDIR(st.st_mode))
		err = -ENOTDIR;
	if (err) {
		request_answer(r, err);
		return;
	}
	resolve_source(r);
	r->call.path = r->scratch;
	if (kind == PATH_HOST)
		r->call.make = RING3_MAKE_ALL;
	r->done = mounted;
	dispatch_to_instance(r, RING3_CALL_SYSCALL);
}

void call_other(struct request *r)
{
	if (other_changes_identity(r->call.nr))
		thread_changed(r->notif.pid);
	switch (r->call.nr) {
	case SYS_getcwd:
		call_getcwd(r);
		break;
	case SYS_finit_module:
		call_finit_module(r);
		break;
	case SYS_mount:
		call_mount(r);
		break;
	case SYS_open_tree:
	case SYS_move_mount:
	case SYS_fsopen:
	case SYS_fspick:
	case SYS_mount_setattr:
		/* Programs then take mount(2). */
		request_answer(r, -ENOSYS);
		break;
	case SYS_execve:
	case SYS_execveat:
		call_exec(r);
		break;
	case SYS_uname:
	case SYS_init_module:
	case SYS_delete_module:
	case SYS_syslog:
		dispatch_to_instance(r, RING3_CALL_SYSCALL);
		break;
	default:
		request_continue(r);
		break;
	}
}
