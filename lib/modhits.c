// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lists of what a search in depmod's files has found, and the form of the keys
 * that are searched for.
 *
 * One owner, no locks, allocates, not signal-safe.
 */
#include <errno.h>
#include <stdlib.h>

#include "lib/modlookup.h"

int hits_add(struct hits *hits, const char *value, uint32_t priority)
{
	if (hits->n == hits->cap) {
		size_t cap = hits->cap ? hits->cap * 2 : 8;
		struct hit *more;

		more = reallocarray(hits->hit, cap, sizeof(*more));
		if (!more)
			return -ENOMEM;
		hits->hit = more;
		hits->cap = cap;
	}
	hits->hit[hits->n++] = (struct hit){value, priority};
	return 0;
}

/* Equal priorities keep the order in which the files hold them: there, a
 * value that was added later stands before the older ones. */
static int compare(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	return x->value < y->value ? -1 : x->value > y->value;
}

void hits_sort(struct hits *hits)
{
	if (hits->n > 1)
		qsort(hits->hit, hits->n, sizeof(*hits->hit), compare);
}

void hits_free(struct hits *hits)
{
	free(hits->hit);
	*hits = (struct hits){NULL, 0, 0};
}

bool modtable_normalize(char *name)
{
	bool inside = false;

	for (; *name; name++) {
		if (*name == ']' && !inside)
			return false;
		if (*name == '[')
			inside = true;
		else if (*name == ']')
			inside = false;
		else if (*name == '-' && !inside)
			*name = '_';
	}
	return !inside;
}
