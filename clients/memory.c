// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of programs.  process_vm_readv(2).
 *
 * Any thread; blocks only for pages that the host has to bring.
 */
#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include "clients/internal.h"

/* More than most paths need, and little to copy. */
#define FIRST_PIECE 256ul

unsigned long memory_read(int tid, void *to, unsigned long from,
			  unsigned long n)
{
	struct iovec local = {to, n}, remote = {(void *)from, n};
	ssize_t done = process_vm_readv(tid, &local, 1, &remote, 1, 0);

	return done < 0 ? 0 : done;
}

unsigned long memory_write(int tid, unsigned long to, const void *from,
			   unsigned long n)
{
	struct iovec local = {(void *)from, n}, remote = {(void *)to, n};
	ssize_t done = process_vm_writev(tid, &local, 1, &remote, 1, 0);

	return done < 0 ? 0 : done;
}

static size_t piece_at(unsigned long at, size_t done, size_t room)
{
	size_t piece = 4096 - (at & 4095);

	if (!done && piece > FIRST_PIECE)
		piece = FIRST_PIECE;
	return piece < room ? piece : room;
}

int memory_string(int tid, unsigned long from, char *to, size_t size)
{
	size_t done = 0, piece, got;
	char *end;

	while (done < size) {
		piece = piece_at(from + done, done, size - done);
		got = memory_read(tid, to + done, from + done, piece);
		end = memchr(to + done, 0, got);
		if (end)
			return end - to;
		if (got < piece)
			return -EFAULT;
		done += got;
	}
	return -ENAMETOOLONG;
}
