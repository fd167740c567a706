// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls on files of the host that have another name inside: /lib/modules is a
 * folder of the instance's own.  The supervisor makes them with the true name
 * and gives the program what they give.  And chdir(2), which the program is
 * made to do itself, to the true directory.
 *
 * Locked where they are called; the rest is the worker's.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "clients/internal.h"
#include "clients/rules.h"

/* What a call writes to the program's memory: argument @to, @size bytes, or 0:
 * as many as it returns, at most what argument @to + 1 says. */
struct output {
	int to;
	size_t size;
};

static struct output output_of(unsigned int nr)
{
	switch (nr) {
	case SYS_stat:
	case SYS_lstat:
		return (struct output){1, sizeof(struct stat)};
	case SYS_newfstatat:
		return (struct output){2, sizeof(struct stat)};
	case SYS_statx:
		return (struct output){4, 256};
	case SYS_statfs:
		return (struct output){1, sizeof(struct statfs)};
	case SYS_readlink:
		return (struct output){1, 0};
	case SYS_readlinkat:
		return (struct output){2, 0};
	case SYS_getxattr:
	case SYS_lgetxattr:
	case SYS_setxattr:
	case SYS_lsetxattr:
	case SYS_listxattr:
	case SYS_llistxattr:
	case SYS_utime:
	case SYS_utimes:
	case SYS_futimesat:
		/* Pointers that are not looked into here. */
		return (struct output){-2, 0};
	}
	return (struct output){-1, 0};
}

static bool is_open(unsigned int nr)
{
	return nr == SYS_open || nr == SYS_openat || nr == SYS_creat;
}

static void finish(struct request *r, long result)
{
	supervisor_lock();
	request_answer(r, result);
	supervisor_unlock();
}

static long raw(const struct request *r, const unsigned long *a)
{
	long result = syscall(r->call.nr, a[0], a[1], a[2], a[3], a[4], a[5]);

	return result < 0 ? -errno : result;
}

static void open_elsewhere(struct request *r)
{
	int flags_arg = r->call.nr == SYS_openat ? 2 : 1;
	unsigned int flags = r->call.nr == SYS_creat ? 0
						     : r->call.args[flags_arg];
	long fd;

	/* No such descriptor can be given to a program; one that reads can do
	 * all that it could. */
	if (r->call.nr != SYS_creat)
		r->call.args[flags_arg] &= ~(unsigned long)O_PATH;
	fd = raw(r, r->call.args);
	if (fd < 0) {
		finish(r, fd);
		return;
	}
	supervisor_lock();
	request_answer_fd(r, fd, flags & O_CLOEXEC);
	supervisor_unlock();
}

/* utimensat(2) has times, which are the program's. */
static int fetch_times(struct request *r, struct timespec *times)
{
	if (r->call.nr != SYS_utimensat || !r->call.args[2])
		return 0;
	if (memory_read(r->notif.pid, times, r->call.args[2],
			2 * sizeof(*times)) != 2 * sizeof(*times))
		return -EFAULT;
	r->call.args[2] = (unsigned long)times;
	return 0;
}

static void run_elsewhere(struct request *r)
{
	struct output out = output_of(r->call.nr);
	char buffer[PATH_SIZE];
	struct timespec times[2];
	unsigned long to = 0;
	size_t n = out.size;
	long result;

	if (is_open(r->call.nr)) {
		open_elsewhere(r);
		return;
	}
	if (out.to >= 0) {
		to = r->call.args[out.to];
		r->call.args[out.to] = (unsigned long)buffer;
		if (!n && r->call.args[out.to + 1] > sizeof(buffer))
			r->call.args[out.to + 1] = sizeof(buffer);
	}
	result = out.to == -2 ? -EOPNOTSUPP : fetch_times(r, times);
	if (!result)
		result = raw(r, r->call.args);
	if (!n && result > 0)
		n = result;
	if (out.to >= 0 && result >= 0 &&
	    memory_write(r->notif.pid, to, buffer, n) != n)
		result = -EFAULT;
	finish(r, result);
}

/* What would need more than a true name: a mount, a running program. */
void call_elsewhere(struct request *r)
{
	if (r->call.nr == SYS_openat2 || r->call.nr == SYS_inotify_add_watch)
		request_answer(r, -ENOSYS);
	else
		worker_queue(r, run_elsewhere);
}

/* ---- chdir(2) ----------------------------------------------------------------------------- */

static void run_chdir(struct request *r)
{
	int number = request_add_fd(r, r->fd, -1, true);
	struct injected calls[] = {
		{.nr = SYS_fchdir, .args = {number}},
		{.nr = SYS_close, .args = {number}},
	};
	long result = 0;
	int err = number < 0 ? number : inject(r, calls, 2, &result);

	worker_finish(r, err);
}

static void change_directory(struct request *r, int fd)
{
	if (fd < 0) {
		request_answer(r, fd);
		return;
	}
	r->fd = fd;
	worker_queue(r, run_chdir);
}

/* It must be there, and the program be allowed to enter. */
static void looked_up(struct request *r)
{
	if (r->call.result < 0) {
		request_answer(r, r->call.result);
		return;
	}
	file_drop_handle(r->call.file);
	if (!S_ISDIR(r->call.mode))
		request_answer(r, -ENOTDIR);
	else
		change_directory(r, shadow_open(r->call.path));
}

void call_chdir(struct request *r, const char *shadow)
{
	if (!shadow) {
		int fd = open(r->scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		change_directory(r, fd < 0 ? -errno : fd);
		return;
	}
	if (path_classify(shadow) == PATH_MERGED) {
		change_directory(r, shadow_open(shadow));
		return;
	}
	r->call.nr = SYS_open;
	r->call.args[0] = (unsigned long)r->scratch;
	r->call.args[1] = O_RDONLY | O_DIRECTORY | O_PATH;
	r->call.path = r->scratch;
	r->done = looked_up;
	dispatch_to_instance(r, RING3_CALL_OPEN);
}
