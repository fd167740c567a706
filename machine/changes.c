// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mappings as they were when a checkpoint was taken, and where they have been
 * changed since.
 *
 * In RAM only rights change: pages are marked one by one.  Elsewhere ranges are
 * noted.  Runs in the instance's process, on its one thread; changes_mapping()
 * and changes_have() are signal-safe.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "machine/internal.h"

#define RAM_PAGES  (LAYOUT_RAM_SIZE / PAGE_SIZE)
#define MAX_RANGES 4096
/* What is changed again was mostly changed a moment ago. */
#define RECENT 8

static struct mapping *mappings;
static long nr_mappings;

static struct range {
	unsigned long start, end;
} ranges[MAX_RANGES];
static unsigned int nr_ranges;
static unsigned char marked[RAM_PAGES];
static bool any_marked;

static bool is_in_ram(unsigned long va)
{
	return va >= LAYOUT_RAM && va < LAYOUT_RAM_END;
}

static unsigned char *mark_of(unsigned long va)
{
	return &marked[(va - LAYOUT_RAM) >> PAGE_SHIFT];
}

int changes_begin(int maps)
{
	nr_ranges = 0;
	any_marked = false;
	memset(marked, 0, sizeof(marked));
	nr_mappings = maps_read(maps, &mappings);
	return nr_mappings < 0 ? (int)nr_mappings : 0;
}

/* They are in order of their addresses. */
const struct mapping *changes_mapping_from(unsigned long va)
{
	long low = 0, high = nr_mappings;

	while (low < high) {
		long middle = (low + high) / 2;

		if (mappings[middle].end <= va)
			low = middle + 1;
		else
			high = middle;
	}
	return low < nr_mappings ? &mappings[low] : NULL;
}

const struct mapping *changes_mapping(unsigned long va)
{
	const struct mapping *m = changes_mapping_from(va);

	return m && m->start <= va ? m : NULL;
}

static const struct range *range_of(unsigned long va)
{
	const struct range *r;

	for (r = ranges; r < ranges + nr_ranges; r++)
		if (va >= r->start && va < r->end)
			return r;
	return NULL;
}

bool changes_have(unsigned long page)
{
	return is_in_ram(page) ? *mark_of(page) : range_of(page) != NULL;
}

/* Whether a range noted of late has it, or was made to. */
static bool was_noted(unsigned long start, unsigned long end)
{
	unsigned int i;

	for (i = nr_ranges; i && i + RECENT > nr_ranges; i--) {
		struct range *r = &ranges[i - 1];

		if (start < r->start || start > r->end)
			continue;
		if (end > r->end)
			r->end = end;
		return true;
	}
	return false;
}

int changes_note(unsigned long va, unsigned long n)
{
	unsigned long start = va & ~(PAGE_SIZE - 1);
	unsigned long end = (va + n + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);

	if (is_in_ram(start)) {
		memset(mark_of(start), 1, (end - start) >> PAGE_SHIFT);
		any_marked = true;
		return 0;
	}
	if (was_noted(start, end))
		return 0;
	if (nr_ranges == MAX_RANGES)
		return -ENOSPC;
	ranges[nr_ranges++] = (struct range){start, end};
	return 0;
}

/* ---- closing and opening ---- */

int changes_close_all(void)
{
	const struct mapping *m, *end = mappings + nr_mappings;
	int err = 0;

	for (m = mappings; m < end; m++)
		if (m->prot & PROT_WRITE &&
		    mprotect((void *)m->start, m->end - m->start,
			     m->prot & ~PROT_WRITE))
			err = -errno;
	return err;
}

/* The next address from @va on, below @end, at which it changes whether the
 * mapping was changed. */
static unsigned long edge_in_ram(unsigned long va, unsigned long end)
{
	const unsigned char *p = mark_of(va), first = *p;
	const unsigned char *last = marked + RAM_PAGES;

	for (; p < last && *p == first && va < end; p++)
		va += PAGE_SIZE;
	return va;
}

static unsigned long edge(unsigned long va, unsigned long end)
{
	const struct range *r;

	if (is_in_ram(va))
		return edge_in_ram(va, end);
	r = range_of(va);
	if (r)
		return r->end < end ? r->end : end;
	for (r = ranges; r < ranges + nr_ranges; r++)
		if (r->start > va && r->start < end)
			end = r->start;
	return end;
}

int changes_open_rest(void)
{
	const struct mapping *m, *end = mappings + nr_mappings;
	unsigned long va, next;
	int err = 0;

	for (m = mappings; m < end; m++)
		for (va = m->start; m->prot & PROT_WRITE && va < m->end;
		     va = next) {
			next = edge(va, m->end);
			if (!changes_have(va) &&
			    mprotect((void *)va, next - va, m->prot))
				err = -errno;
		}
	return err;
}

/* ---- putting back ---- */

/* Memory of RAM is always readable and writable, but for a module's fences. */
static int undo_in_ram(void)
{
	unsigned long va, next;

	if (!any_marked)
		return 0;
	for (va = LAYOUT_RAM; va < LAYOUT_RAM_END; va = next) {
		next = edge_in_ram(va, LAYOUT_RAM_END);
		if (*mark_of(va) &&
		    mprotect((void *)va, next - va, PROT_READ | PROT_WRITE))
			return -errno;
	}
	memset(marked, 0, sizeof(marked));
	any_marked = false;
	return 0;
}

static int undo_unmapped(unsigned long va, unsigned long n)
{
	if (va >= LAYOUT_LOW && va < LAYOUT_LOW_END)
		return memory_map_file(-1, va, n, 0, PROT_NONE);
	return munmap((void *)va, n) ? -errno : 0;
}

/* A view comes back closed; of what is private only rights have changed, and its
 * pages were kept. */
static int undo_mapped(const struct mapping *m, unsigned long va,
		       unsigned long n)
{
	void *p;

	if (!m->is_shared && !m->prot)
		return undo_unmapped(va, n);
	if (!m->is_shared)
		return mprotect((void *)va, n, m->prot) ? -errno : 0;
	p = mmap((void *)va, n, m->prot & ~PROT_WRITE, MAP_SHARED | MAP_FIXED,
		 memory_ram_fd(), m->offset + va - m->start);
	return p == MAP_FAILED ? -errno : 0;
}

static int undo_range(unsigned long va, unsigned long end)
{
	unsigned long next;
	int err = 0;

	for (; !err && va < end; va = next) {
		const struct mapping *m = changes_mapping_from(va);
		bool inside = m && m->start <= va;

		next = !m ? end : inside ? m->end : m->start;
		if (next > end)
			next = end;
		err = inside ? undo_mapped(m, va, next - va)
			     : undo_unmapped(va, next - va);
	}
	return err;
}

static int compare(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

int changes_undo(void)
{
	unsigned int i;
	int err = undo_in_ram();

	if (nr_ranges > 1)
		qsort(ranges, nr_ranges, sizeof(*ranges), compare);
	for (i = 0; !err && i < nr_ranges;) {
		unsigned long start = ranges[i].start, end = ranges[i].end;

		for (i++; i < nr_ranges && ranges[i].start <= end; i++)
			if (ranges[i].end > end)
				end = ranges[i].end;
		err = undo_range(start, end);
	}
	nr_ranges = 0;
	return err;
}
