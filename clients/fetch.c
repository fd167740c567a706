// SPDX-License-Identifier: GPL-2.0-only
/*
 * The content of an instance's file, read in a program's name into a file of
 * the host's in memory.
 *
 * Locked; goes on as the instance answers.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "clients/internal.h"
#include "clients/rules.h"

/* Behind the path in scratch memory; what is behind that is the caller's. */
#define CHUNK (2 * PATH_SIZE)

static void got_chunk(struct request *r);

static void next_chunk(struct request *r)
{
	r->call.nr = SYS_read;
	r->call.args[1] = (unsigned long)r->scratch + PATH_SIZE;
	r->call.args[2] = CHUNK;
	r->done = got_chunk;
	dispatch_to_instance(r, RING3_CALL_FILE);
}

static void got_chunk(struct request *r)
{
	long n = r->call.result;

	if (n > 0 && write(r->fd, r->scratch + PATH_SIZE, n) != n)
		n = -ENOSPC;
	if (n > 0) {
		next_chunk(r);
		return;
	}
	file_drop_handle(r->call.file);
	r->call.file = NULL;
	r->fetched(r, n);
}

static void opened(struct request *r)
{
	if (r->call.result < 0)
		r->fetched(r, r->call.result);
	else
		next_chunk(r);
}

void fetch(struct request *r, void (*fetched)(struct request *r, int err))
{
	r->fetched = fetched;
	r->fd = memfd_create("fetched", MFD_CLOEXEC);
	if (r->fd < 0) {
		fetched(r, -errno);
		return;
	}
	r->call.nr = SYS_open;
	r->call.args[0] = (unsigned long)r->scratch;
	r->call.args[1] = O_RDONLY;
	r->call.args[2] = 0;
	r->done = opened;
	dispatch_to_instance(r, RING3_CALL_OPEN);
}
