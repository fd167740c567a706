// SPDX-License-Identifier: GPL-2.0-only
/*
 * mmap(2) of the instance's files: the driver maps its memory for the task that
 * stands for the program; the program then maps the same pages of the
 * instance's memory, at the same places of the mapping.
 *
 * Locked; mapping in the program is the worker's.  What the driver would do at
 * later faults, and at unmapping before the program ends, does not come.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "clients/internal.h"
#include "clients/rules.h"
#include "machine/guest.h"

#define PAGE	  4096ul
#define MAX_PAGES 262144ul /* 1 GiB */
#define MAX_RUNS  64 /* contiguous pieces, each a call in the program */

/* Pages of the file that follow each other are one piece. */
static size_t run_at(const struct request *r, size_t i)
{
	const unsigned long *page = r->call.scratch;
	size_t n = 1;

	while (i + n < r->call.args[5] && page[i + n] == page[i] + n * PAGE)
		n++;
	return n;
}

/*
 * The first call takes the whole range, wherever the program's kernel puts it;
 * each piece then goes over its part.
 */
static int build_calls(const struct request *r, int fd, struct injected *calls)
{
	const __u64 *args = r->notif.data.args;
	size_t i, pages;
	int n = 0;

	calls[n++] = (struct injected){
		.nr = SYS_mmap,
		.args = {args[0], args[1], PROT_NONE,
			 (args[3] & (MAP_FIXED | MAP_FIXED_NOREPLACE)) |
				 MAP_PRIVATE | MAP_ANONYMOUS,
			 -1, 0},
	};
	for (i = 0; i < r->call.args[5]; i += pages) {
		pages = run_at(r, i);
		if (n == MAX_RUNS)
			return -ENOMEM;
		calls[n++] = (struct injected){
			.nr = SYS_mmap,
			.args = {i * PAGE, pages * PAGE, args[2],
				 (args[3] & ~MAP_FIXED_NOREPLACE) | MAP_FIXED,
				 fd, guest_memory_offset(r->call.scratch[i])},
			.is_relative = true,
		};
	}
	calls[n++] = (struct injected){.nr = SYS_close, .args = {fd}};
	return n;
}

static void map_in_program(struct request *r)
{
	struct injected calls[MAX_RUNS + 1];
	long result = 0;
	int fd, n, err;

	fd = request_add_fd(r, guest_memory_fd(), -1, true);
	n = fd < 0 ? fd : build_calls(r, fd, calls);
	err = n < 0 ? n : inject(r, calls, n, &result);
	worker_finish(r, err);
}

/* On the kernel's thread, which is in a host operation: nothing uses the pages
 * while they move to the file. */
static void mapped(struct request *r)
{
	size_t i, n;
	int err = r->call.result;

	for (i = 0; !err && i < r->call.args[5]; i += n) {
		n = run_at(r, i);
		err = guest_memory_share(r->call.scratch[i], n * PAGE);
	}
	if (err)
		request_answer(r, err);
	else
		worker_queue(r, map_in_program);
}

void call_mmap(struct request *r)
{
	size_t pages = (r->call.args[1] + PAGE - 1) / PAGE;

	if (!pages || pages > MAX_PAGES) {
		request_answer(r, pages ? -ENOMEM : -EINVAL);
		return;
	}
	r->call.scratch = calloc(pages, sizeof(*r->call.scratch));
	if (!r->call.scratch) {
		request_answer(r, -ENOMEM);
		return;
	}
	r->call.size = pages;
	r->done = mapped;
	dispatch_to_instance(r, RING3_CALL_MMAP);
}
