// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signed files that the instance's kernel has verified, byte by byte: the same
 * bytes need not be verified again.
 *
 * Called through struct ring3_host, on the instance's thread; makes no system
 * calls.  An instance begins with none; the oldest makes room.
 */
#include <string.h>
#include "machine/internal.h"

/* Verifying a larger file is little beside loading it. */
#define SIZE_MAX_KEPT (256ul << 10)
#define NR_KEPT	      8

static struct verified {
	unsigned long state, size; /* size 0: free */
	unsigned char data[SIZE_MAX_KEPT];
} kept[NR_KEPT];
static unsigned int next;

unsigned int verified_find(unsigned long state, const void *data,
			   unsigned long size)
{
	unsigned int i;

	for (i = 0; size && i < NR_KEPT; i++)
		if (kept[i].size == size && kept[i].state == state &&
		    !memcmp(kept[i].data, data, size))
			return 1;
	return 0;
}

void verified_add(unsigned long state, const void *data, unsigned long size)
{
	if (size > SIZE_MAX_KEPT)
		return;
	kept[next].state = state;
	kept[next].size = size;
	memcpy(kept[next].data, data, size);
	next = (next + 1) % NR_KEPT;
}
