// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of programs: process_vm_readv(2), or /proc/TID/mem where that is
 * not allowed, as in some containers.
 *
 * Any thread; blocks only for pages that the host has to bring.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>
#include "clients/internal.h"

/* More than most paths need, and little to copy. */
#define FIRST_PIECE 256ul

static bool by_file;

void memory_choose(void)
{
	char from = 0, to;
	struct iovec local = {&to, 1}, remote = {&from, 1};

	by_file = process_vm_readv(getpid(), &local, 1, &remote, 1, 0) != 1;
}

/* ---- by /proc ---------------------------------------------------------------- */

/* How many of @n bytes at @from the program itself may access: the file asks no
 * protection. */
static unsigned long allowed(int tid, unsigned long from, unsigned long n,
			     char access)
{
	unsigned long start, end, at = from;
	char name[32], line[PATH_SIZE + 128], modes[5];
	FILE *maps;

	snprintf(name, sizeof(name), "/proc/%d/maps", tid);
	maps = fopen(name, "re");
	while (maps && at - from < n && fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %4s", &start, &end, modes) != 3 ||
		    end <= at)
			continue;
		if (start > at || !strchr(modes, access))
			break;
		at = end;
	}
	if (maps)
		fclose(maps);
	return at - from < n ? at - from : n;
}

static int open_memory(int tid, int flags)
{
	char name[32];

	snprintf(name, sizeof(name), "/proc/%d/mem", tid);
	return open(name, flags | O_CLOEXEC);
}

static unsigned long file_read(int tid, void *to, unsigned long from,
			       unsigned long n)
{
	int fd = open_memory(tid, O_RDONLY);
	ssize_t done = fd < 0 ? 0 : pread(fd, to, n, from);

	if (fd >= 0)
		close(fd);
	return done < 0 ? 0 : done;
}

static unsigned long file_write(int tid, unsigned long to, const void *from,
				unsigned long n)
{
	int fd = open_memory(tid, O_WRONLY);
	ssize_t done = fd < 0 ? 0 : pwrite(fd, from, n, to);

	if (fd >= 0)
		close(fd);
	return done < 0 ? 0 : done;
}

/* ---- what others use ----------------------------------------------------------- */

static unsigned long call_read(int tid, void *to, unsigned long from,
			       unsigned long n)
{
	struct iovec local = {to, n}, remote = {(void *)from, n};
	ssize_t done = process_vm_readv(tid, &local, 1, &remote, 1, 0);

	return done < 0 ? 0 : done;
}

static unsigned long call_write(int tid, unsigned long to, const void *from,
				unsigned long n)
{
	struct iovec local = {(void *)from, n}, remote = {(void *)to, n};
	ssize_t done = process_vm_writev(tid, &local, 1, &remote, 1, 0);

	return done < 0 ? 0 : done;
}

/* Whatever the protection: enough for a path, which the host's kernel will read
 * as well. */
static unsigned long peek(int tid, void *to, unsigned long from,
			  unsigned long n)
{
	return by_file ? file_read(tid, to, from, n)
		       : call_read(tid, to, from, n);
}

unsigned long memory_read(int tid, void *to, unsigned long from,
			  unsigned long n)
{
	return peek(tid, to, from, by_file ? allowed(tid, from, n, 'r') : n);
}

unsigned long memory_write(int tid, unsigned long to, const void *from,
			   unsigned long n)
{
	return by_file ? file_write(tid, to, from, allowed(tid, to, n, 'w'))
		       : call_write(tid, to, from, n);
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
		got = peek(tid, to + done, from + done, piece);
		end = memchr(to + done, 0, got);
		if (end)
			return end - to;
		if (got < piece)
			return -EFAULT;
		done += got;
	}
	return -ENAMETOOLONG;
}
