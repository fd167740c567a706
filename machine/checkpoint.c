// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checkpoints: the instance is put back into an earlier state, in its own
 * process.
 *
 * All that is writable is closed when a checkpoint is taken.  The first write to
 * a page is a fault, which keeps a copy of the page and opens it.  Going back
 * copies what was kept, and leaves those pages open: what goes on from there
 * will write to most of them again.  Only contents and the clock are put back,
 * so whoever changes mappings gives the checkpoint up first.
 *
 * Runs in the instance's process, on its one thread and its signal handlers.
 */
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "machine/internal.h"

/* Copying so much takes as long as a clone. */
#define MAX_KEPT  2048
#define RAM_PAGES (LAYOUT_RAM_SIZE / PAGE_SIZE)

static enum {
	NONE,
	WANTED,
	TAKEN,
	SPOILT
} state;
static int maps_fd;
static struct mapping *mappings; /* those that are writable */
static long nr_mappings;
static unsigned long kept[MAX_KEPT]; /* addresses of pages */
static volatile unsigned int nr_kept;
static unsigned char (*copies)[PAGE_SIZE]; /* of them, in the same order */
/* Pages that several mappings share are kept once, by their place in RAM. */
static unsigned char kept_shared[RAM_PAGES];

void checkpoint_want(int maps)
{
	maps_fd = maps;
	state = WANTED;
	if (nr_kept)
		memset(kept_shared, 0, sizeof(kept_shared));
	nr_kept = 0;
}

bool instance_is_spoilt(void)
{
	return state == SPOILT;
}

/* A handler that writes to memory is not to find it half closed. */
static void block_signals(sigset_t *old)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, old);
}

static int protect_all(int closed)
{
	const struct mapping *m;
	int err = 0;

	for (m = mappings; m < mappings + nr_mappings; m++)
		if (mprotect((void *)m->start, m->end - m->start,
			     m->prot & ~closed))
			err = -1;
	return err;
}

static void keep_writable(void)
{
	long i, n = 0;

	for (i = 0; i < nr_mappings; i++)
		if (mappings[i].prot & PROT_WRITE)
			mappings[n++] = mappings[i];
	nr_mappings = n;
}

static void take(void)
{
	sigset_t old;

	state = SPOILT;
	copies = memory_allocate(sizeof(*copies) * MAX_KEPT);
	nr_mappings = maps_read(maps_fd, &mappings);
	close(maps_fd);
	if (!copies || nr_mappings < 0)
		return;
	keep_writable();
	clock_keep();
	block_signals(&old);
	if (protect_all(PROT_WRITE))
		protect_all(0);
	else
		state = TAKEN;
	sigprocmask(SIG_SETMASK, &old, NULL);
}

/* A tick that comes meanwhile is one interrupt too many, in which the kernel finds
 * nothing due. */
static void put_back(void)
{
	unsigned int i;

	for (i = 0; i < nr_kept; i++)
		memcpy((void *)kept[i], copies[i], PAGE_SIZE);
	clock_put_back();
}

void checkpoint_pass(void)
{
	if (state == WANTED)
		take();
	else if (state == TAKEN)
		put_back();
}

void checkpoint_give_up(void)
{
	if (state != TAKEN)
		return;
	if (protect_all(0))
		guest_bug("cannot open what a checkpoint has closed");
	state = SPOILT;
}

/* They are in order of their addresses. */
static const struct mapping *mapping_of(unsigned long va)
{
	long low = 0, high = nr_mappings;

	while (low < high) {
		long middle = (low + high) / 2;

		if (mappings[middle].end <= va)
			low = middle + 1;
		else
			high = middle;
	}
	return low < nr_mappings && mappings[low].start <= va ? &mappings[low]
							      : NULL;
}

static bool was_kept(const struct mapping *m, unsigned long page)
{
	unsigned char *flag;

	if (!m->is_shared || !m->is_view)
		return false;
	flag = &kept_shared[(m->offset + page - m->start) >> PAGE_SHIFT];
	if (*flag)
		return true;
	*flag = 1;
	return false;
}

bool checkpoint_fault(unsigned long address)
{
	unsigned long page = address & ~(PAGE_SIZE - 1);
	const struct mapping *m;

	if (state != TAKEN)
		return false;
	m = mapping_of(address);
	if (!m)
		return false;
	if (!was_kept(m, page)) {
		if (nr_kept == MAX_KEPT) {
			checkpoint_give_up();
			return true;
		}
		memcpy(copies[nr_kept], (void *)page, PAGE_SIZE);
		kept[nr_kept++] = page;
	}
	if (mprotect((void *)page, PAGE_SIZE, m->prot))
		checkpoint_give_up();
	return true;
}
