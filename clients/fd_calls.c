// SPDX-License-Identifier: GPL-2.0-only
/*
 * System calls on a descriptor: those on the instance's files go there, with
 * the file in the descriptor's place; those on its directories, by their path.
 *
 * Locked.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <linux/fs.h>
#include <unistd.h>
#include "clients/internal.h"
#include "clients/rules.h"
#include "lib/instance_call.h"

/* The descriptor that @r is about. */
static int descriptor_of(const struct request *r)
{
	return r->call.args[r->call.nr == SYS_mmap ? 4 : 0];
}

static bool lists(unsigned int nr)
{
	return nr == SYS_getdents || nr == SYS_getdents64;
}

/* Their file's data would have to pass through the kernel outside. */
static bool moves_data(unsigned int nr)
{
	return nr == SYS_sendfile || nr == SYS_splice || nr == SYS_tee ||
	       nr == SYS_vmsplice || nr == SYS_copy_file_range;
}

/* Programs then read and write. */
static void call_moving(struct request *r)
{
	int tid = r->notif.pid;
	int other = r->call.args[r->call.nr == SYS_sendfile ? 1 : 2];

	if (file_at(tid, r->call.args[0]) ||
	    (r->call.nr != SYS_vmsplice && file_at(tid, other)))
		request_answer(r, -EINVAL);
	else
		request_continue(r);
}

/* What concerns the descriptor and not the file is the host's. */
static bool is_hosts_ioctl(const struct request *r)
{
	unsigned int command = r->call.args[1];

	return r->call.nr == SYS_ioctl &&
	       (command == FIOCLEX || command == FIONCLEX);
}

static void flags_known(struct request *r)
{
	if (r->call.result >= 0)
		r->vfile->flags = r->call.flags;
	request_answer(r, r->call.result);
}

static bool is_module_call(const struct request *r)
{
	return r->call.nr == SYS_ioctl &&
	       (unsigned int)r->call.args[1] == RING3_MODULE_CALL;
}

/* What the program could not call directly; once more from the start. */
static void module_call(struct request *r)
{
	struct instance_call call;
	int i;

	if (memory_read(r->notif.pid, &call, r->call.args[2], sizeof(call)) !=
	    sizeof(call)) {
		request_answer(r, -EFAULT);
		return;
	}
	if (call.nr != SYS_init_module && call.nr != SYS_finit_module &&
	    call.nr != SYS_delete_module) {
		request_answer(r, -ENOSYS);
		return;
	}
	r->notif.data.nr = call.nr;
	for (i = 0; i < 3; i++)
		r->notif.data.args[i] = call.args[i];
	dispatch(r);
}

static void on_file(struct request *r, struct vfile *f)
{
	int err = 0;

	if (is_module_call(r)) {
		module_call(r);
		return;
	}
	if (is_hosts_ioctl(r)) {
		request_continue(r);
		return;
	}
	if (lists(r->call.nr)) {
		request_answer(r, -ENOTDIR);
		return;
	}
	file_use(f, r);
	if (r->call.nr == SYS_mmap) {
		call_mmap(r);
		return;
	}
	if (r->call.nr == SYS_fcntl)
		r->done = flags_known;
	if (r->call.nr == SYS_ioctl && lends_file(r, f))
		err = lend(r);
	if (err)
		request_answer(r, err);
	else
		dispatch_to_instance(r, RING3_CALL_FILE);
}

/* The path that a call on a descriptor has a twin for. */
static int twin_of(struct request *r)
{
	switch (r->call.nr) {
	case SYS_fstat:
		return SYS_stat;
	case SYS_fchmod:
		return SYS_chmod;
	case SYS_fchown:
		return SYS_chown;
	case SYS_fstatfs:
		return SYS_statfs;
	case SYS_fgetxattr:
		return SYS_getxattr;
	case SYS_fsetxattr:
		return SYS_setxattr;
	case SYS_flistxattr:
		return SYS_listxattr;
	case SYS_fremovexattr:
		return SYS_removexattr;
	}
	return -1;
}

/* Position, flags and locks of a directory are those of ours. */
static void on_directory(struct request *r, const char *path)
{
	int twin = twin_of(r);

	if (lists(r->call.nr)) {
		call_list(r, path, path_classify(path));
		return;
	}
	if (twin < 0 || path_classify(path) == PATH_MERGED ||
	    !request_scratch(r)) {
		request_continue(r);
		return;
	}
	strcpy(r->scratch, path);
	r->call.nr = twin;
	r->call.args[0] = (unsigned long)r->scratch;
	dispatch_to_instance(r, RING3_CALL_SYSCALL);
}

/* A directory outside may hold a name of the instance's. */
static bool has_place_in(struct request *r, char *path)
{
	char name[32];

	if (!path_has_places() || !lists(r->call.nr))
		return false;
	snprintf(name, sizeof(name), "fd/%d", descriptor_of(r));
	return !thread_link(r->notif.pid, name, path) && path_place_in(path, 0);
}

void call_on_fd(struct request *r)
{
	char path[PATH_SIZE];
	struct vfile *f;

	if (moves_data(r->call.nr)) {
		call_moving(r);
		return;
	}
	f = file_at(r->notif.pid, descriptor_of(r));
	if (f)
		on_file(r, f);
	else if (shadow_is_fd(r->notif.pid, descriptor_of(r), path))
		on_directory(r, path);
	else if (has_place_in(r, path))
		call_list(r, path, PATH_HOST);
	else
		request_continue(r);
}
