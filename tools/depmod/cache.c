// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the last run read of each module, so that the next one reads only those
 * that have changed.
 *
 * Main thread; blocks on disk.
 */
#include "tools/depmod/depmod.h"

void cache_load(struct depmod *depmod)
{
	(void)depmod;
}

void cache_save(struct depmod *depmod)
{
	(void)depmod;
}

void cache_remove(const struct depmod *depmod)
{
	(void)depmod;
}
