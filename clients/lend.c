// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that a program passes to the instance's kernel by their number: the
 * loop driver's ioctl(2)s.  loop(4).
 *
 * Locked.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "clients/internal.h"
#include "clients/rules.h"

#ifndef LOOP_CONFIGURE
#define LOOP_CONFIGURE 0x4C0A
#endif

/* struct loop_config: the descriptor comes first. */
#define LOOP_CONFIG_SIZE 304

bool lends_file(const struct request *r, const struct vfile *f)
{
	unsigned int command = r->call.args[1];

	return S_ISBLK(f->mode) &&
	       (command == LOOP_SET_FD || command == LOOP_CHANGE_FD ||
		command == LOOP_CONFIGURE);
}

/* The number, which LOOP_CONFIGURE has in a structure. */
static int number_of(struct request *r)
{
	if (r->call.args[1] != LOOP_CONFIGURE)
		return r->call.args[2];
	if (memory_read(r->notif.pid, r->scratch, r->call.args[2],
			LOOP_CONFIG_SIZE) != LOOP_CONFIG_SIZE)
		return -EFAULT;
	r->call.args[2] = (unsigned long)r->scratch;
	r->lent.number = (unsigned int *)r->scratch;
	return *r->lent.number;
}

static int describe(struct request *r, int number)
{
	char *path = r->scratch + PATH_SIZE, link[64];
	struct stat st;
	ssize_t n;

	r->lent.fd = thread_copy_fd(r->notif.pid, number);
	if (r->lent.fd < 0)
		return r->lent.fd;
	if (fstat(r->lent.fd, &st))
		return -errno;
	/* A device of the host's is not to be reached from in there. */
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", r->lent.fd);
	n = readlink(link, path, PATH_SIZE - 1);
	if (n < 0)
		return -errno;
	path[n] = 0;
	r->lent.path = path;
	r->lent.size = st.st_size;
	r->lent.flags = fcntl(r->lent.fd, F_GETFL);
	return 0;
}

int lend(struct request *r)
{
	struct vfile *other;
	int number;

	if (!request_scratch(r))
		return -ENOMEM;
	number = number_of(r);
	if (number < 0)
		return number == -EFAULT ? -EFAULT : -EBADF;
	r->call.lent = &r->lent;
	r->lent.fd = -1;
	other = file_at(r->notif.pid, number);
	if (!other)
		return describe(r, number);
	other->calls++;
	r->lent_vfile = other;
	r->lent.file = other->handle;
	return 0;
}
