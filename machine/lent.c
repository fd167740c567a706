// SPDX-License-Identifier: GPL-2.0-only
/*
 * Transfers with the host's files that clients have lent to the instance
 * (struct ring3_lent).
 *
 * The kernel's thread, in a host operation; blocks on disk.
 */
#include <errno.h>
#include <unistd.h>
#include "machine/internal.h"

long lent_read(int fd, void *to, unsigned long n, unsigned long at)
{
	ssize_t got;

	do {
		got = pread(fd, to, n, at);
	} while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

long lent_write(int fd, const void *from, unsigned long n, unsigned long at)
{
	ssize_t put;

	do {
		put = pwrite(fd, from, n, at);
	} while (put < 0 && errno == EINTR);
	return put < 0 ? -errno : put;
}

int lent_sync(int fd)
{
	return fdatasync(fd) ? -errno : 0;
}

void lent_close(int fd)
{
	close(fd);
}
