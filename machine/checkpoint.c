// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checkpoints: the instance is put back into an earlier state, in its own
 * process.
 *
 * All that is writable is closed when a checkpoint is taken.  The first write to
 * a page is a fault, which keeps a copy of the page and opens it.  Going back
 * copies what was kept, and leaves those pages open: what goes on from there
 * will write to most of them again.  Mappings that are changed are noted before
 * (changes.c), with a copy of what would be lost.  What cannot be put back gives
 * the checkpoint up.
 *
 * Runs in the instance's process, on its one thread and its signal handlers.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "machine/internal.h"

/* Copying more takes as long as another instance. */
#define MAX_COPIES 8192
#define MAX_KEPT   (2 * MAX_COPIES)
#define LOW_PAGES  ((LAYOUT_LOW_END - LAYOUT_LOW) / PAGE_SIZE)

static enum {
	NONE,
	WANTED,
	TAKEN,
	SPOILT
} state;
static bool lasts; /* from one job to the next */
static int maps_fd;

static struct kept {
	unsigned long page;
	unsigned char *copy; /* NULL: zeros */
	bool writable;
} kept[MAX_KEPT];
static volatile unsigned int nr_kept;
static unsigned char (*copies)[PAGE_SIZE];
static unsigned int nr_copies;
/* Low pages that are among them; one that several mappings share counts at its
 * place in RAM. */
static unsigned char is_kept[LOW_PAGES];

void checkpoint_want(int maps)
{
	maps_fd = maps;
	state = WANTED;
	lasts = false;
}

bool checkpoint_is_taken(void)
{
	return state == TAKEN;
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

static void forget_kept(void)
{
	if (nr_kept)
		memset(is_kept, 0, sizeof(is_kept));
	nr_kept = 0;
	nr_copies = 0;
	if (!copies)
		copies = memory_allocate(sizeof(*copies) * MAX_COPIES);
}

static void take(void)
{
	sigset_t old;
	int err;

	state = SPOILT;
	forget_kept();
	parked_forget();
	err = changes_begin(maps_fd);
	close(maps_fd);
	if (!copies || err)
		return;
	clock_keep();
	block_signals(&old);
	if (changes_close_all())
		changes_open_rest();
	else
		state = TAKEN;
	sigprocmask(SIG_SETMASK, &old, NULL);
}

int checkpoint_take(int maps)
{
	maps_fd = maps;
	take();
	lasts = state == TAKEN;
	return lasts ? 0 : -ENOMEM;
}

static void put_page_back(const struct kept *k)
{
	static const unsigned char zeros[PAGE_SIZE];

	if (!k->writable)
		memory_overwrite((void *)k->page, k->copy ? k->copy : zeros,
				 PAGE_SIZE);
	else if (k->copy)
		memcpy((void *)k->page, k->copy, PAGE_SIZE);
	else if (!memory_is_zero((void *)k->page))
		memset((void *)k->page, 0, PAGE_SIZE);
}

static void put_back(void)
{
	unsigned int i;

	/* Between two inputs a tick is one interrupt too many, in which the
	 * kernel finds nothing due; stopping it would take longer. */
	if (lasts)
		clock_stop();
	if (changes_undo())
		guest_bug("cannot put back what a checkpoint has mapped");
	for (i = 0; i < nr_kept; i++)
		put_page_back(&kept[i]);
	clock_put_back();
}

int checkpoint_back(void)
{
	if (state != TAKEN || !lasts)
		return -ESTALE;
	put_back();
	return 0;
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
	state = SPOILT;
	if (changes_open_rest())
		guest_bug("cannot open what a checkpoint has closed");
}

void checkpoint_job_done(void)
{
	if (!lasts)
		checkpoint_give_up();
}

/* ---- contents ---- */

/* Where the page is counted: @page, or its address in RAM. */
static unsigned long place_of(const struct mapping *m, unsigned long page)
{
	if (m->is_shared && m->is_view)
		return LAYOUT_RAM + m->offset + page - m->start;
	return page;
}

/* Whether it was not, and is from now on. */
static bool keeps_first(const struct mapping *m, unsigned long page)
{
	unsigned long place = place_of(m, page);
	unsigned char *flag;

	if (place < LAYOUT_LOW || place >= LAYOUT_LOW_END)
		return true;
	flag = &is_kept[(place - LAYOUT_LOW) >> PAGE_SHIFT];
	if (*flag)
		return false;
	*flag = 1;
	return true;
}

/* Signal-safe. */
static int keep(const struct mapping *m, unsigned long page)
{
	unsigned char *copy = NULL;

	if (!keeps_first(m, page))
		return 0;
	if (nr_kept == MAX_KEPT)
		return -ENOSPC;
	if (!memory_is_zero((void *)page)) {
		if (nr_copies == MAX_COPIES)
			return -ENOSPC;
		copy = copies[nr_copies++];
		memcpy(copy, (void *)page, PAGE_SIZE);
	}
	kept[nr_kept++] = (struct kept){page, copy, m->prot & PROT_WRITE};
	return 0;
}

bool checkpoint_fault(unsigned long address)
{
	unsigned long page = address & ~(PAGE_SIZE - 1);
	const struct mapping *m;

	if (state != TAKEN)
		return false;
	m = changes_mapping(address);
	if (!m || !(m->prot & PROT_WRITE) || changes_have(page))
		return false;
	if (keep(m, page) || mprotect((void *)page, PAGE_SIZE, m->prot))
		checkpoint_give_up();
	return true;
}

/* ---- what is not a write ---- */

static bool has_content(const struct mapping *m)
{
	return m && (m->prot || m->is_shared);
}

/* Above, pages may be kept only once, by their fault. */
static bool can_keep(const struct mapping *m, unsigned long page)
{
	unsigned long place = place_of(m, page);

	return place >= LAYOUT_LOW && place < LAYOUT_LOW_END;
}

void checkpoint_keep(unsigned long va, unsigned long n)
{
	unsigned long page = va & ~(PAGE_SIZE - 1);
	const struct mapping *m = NULL;

	for (; state == TAKEN && page < va + n; page += PAGE_SIZE) {
		if (!m || page >= m->end)
			m = changes_mapping(page);
		if (has_content(m) && (!can_keep(m, page) || keep(m, page)))
			checkpoint_give_up();
	}
}

static void note(unsigned long va, unsigned long n)
{
	if (state == TAKEN && changes_note(va, n))
		checkpoint_give_up();
}

void checkpoint_replace(unsigned long va, unsigned long n)
{
	const struct mapping *m;

	if (state != TAKEN)
		return;
	for (m = changes_mapping_from(va); m && m->start < va + n;
	     m = changes_mapping_from(m->end))
		if (has_content(m) && !(m->is_shared && m->is_view))
			return checkpoint_give_up();
	note(va, n);
}

void checkpoint_protect(unsigned long va, unsigned long n, int prot)
{
	const struct mapping *m;

	if (state != TAKEN)
		return;
	for (m = changes_mapping_from(va); m && m->start < va + n;
	     m = changes_mapping_from(m->end)) {
		unsigned long from = m->start > va ? m->start : va;
		unsigned long to = m->end < va + n ? m->end : va + n;

		if ((m->prot | prot) & PROT_WRITE)
			checkpoint_keep(from, to - from);
	}
	note(va, n);
}
