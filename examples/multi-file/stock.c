// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shelf: how many pieces there are.
 *
 * Contract: as shop.h says; stock_fill() may sleep.
 */
#include <linux/errno.h>
#include <linux/slab.h>

#include "shop.h"

static unsigned int *shelf;

int stock_fill(unsigned int pieces)
{
	shelf = kmalloc(sizeof(*shelf), GFP_KERNEL);
	if (!shelf)
		return -ENOMEM;
	*shelf = pieces;
	return 0;
}

int stock_take(unsigned int pieces)
{
	if (pieces > *shelf)
		return -ENOSPC;
	*shelf -= pieces;
	return 0;
}

void stock_clear(void)
{
	kfree(shelf);
	shelf = NULL;
}
