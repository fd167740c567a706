// SPDX-License-Identifier: GPL-2.0-only
/*
 * Views of modules' memory that are gone, but stay mapped, closed to all access:
 * who loads a module again mostly gets the same pages at the same address, and
 * opening them costs a fraction of unmapping, mapping and faulting in.
 *
 * Called through struct ring3_host, on the host's stack.  Nothing is parked while
 * a checkpoint notes mappings.
 */
#include <sys/mman.h>
#include "machine/internal.h"

#define MAX_VIEWS 64

static struct view {
	unsigned long va, pa, n; /* n 0: free */
	bool parked;
} views[MAX_VIEWS];
static unsigned int oldest;

static bool overlaps(const struct view *v, unsigned long va, unsigned long n)
{
	return v->n && v->va < va + n && va < v->va + v->n;
}

/* The reservation comes back. */
static void drop(struct view *v)
{
	if (v->n && v->parked)
		memory_map_file(-1, v->va, v->n, 0, PROT_NONE);
	v->n = 0;
}

void parked_clear(unsigned long va, unsigned long n)
{
	struct view *v;

	for (v = views; v < views + MAX_VIEWS; v++)
		if (overlaps(v, va, n))
			drop(v);
}

void parked_forget(void)
{
	struct view *v;

	for (v = views; v < views + MAX_VIEWS; v++)
		drop(v);
}

void parked_disown(void)
{
	struct view *v;

	for (v = views; v < views + MAX_VIEWS; v++)
		v->n = 0;
}

bool parked_open(unsigned long va, unsigned long pa, unsigned long n, int prot)
{
	struct view *v;

	for (v = views; v < views + MAX_VIEWS; v++)
		if (v->n == n && v->va == va && v->pa == pa && v->parked) {
			v->parked = false;
			return !mprotect((void *)va, n, prot);
		}
	return false;
}

void parked_note(unsigned long va, unsigned long pa, unsigned long n)
{
	struct view *v;

	/* The kernel's loader takes other pages each time. */
	if (va < LAYOUT_MODULES || va >= LAYOUT_MODULES_END ||
	    guest.config->options & RING3_OPTION_KERNEL_LOADER ||
	    checkpoint_is_taken())
		return;
	for (v = views; v < views + MAX_VIEWS && v->n;)
		v++;
	if (v == views + MAX_VIEWS) {
		v = &views[oldest];
		oldest = (oldest + 1) % MAX_VIEWS;
		drop(v);
	}
	*v = (struct view){va, pa, n, false};
}

static struct view *only_view_in(unsigned long va, unsigned long n)
{
	struct view *v, *found = NULL;

	for (v = views; v < views + MAX_VIEWS; v++) {
		if (!overlaps(v, va, n))
			continue;
		if (found)
			return NULL;
		found = v;
	}
	return found;
}

bool parked_close(unsigned long va, unsigned long n)
{
	struct view *v = only_view_in(va, n);

	/* Behind it is at most what keeps it apart from the next. */
	if (!v || v->parked || v->va != va || v->n > n ||
	    checkpoint_is_taken() || mprotect((void *)va, v->n, PROT_NONE))
		return false;
	v->parked = true;
	return true;
}
