// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's side of a snapshot: come to rest, tell what is free, save; and
 * in each instance that starts from it, catch up with the time.
 *
 * Called by PID 1 after boot, and for RING3_JOB_SNAPSHOT.
 */
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/rcupdate.h>
#include "internal.h"

void drain_all_pages(struct zone *zone);
void lru_add_drain_all(void);

/* Free pages need not be kept: the allocator clears what it hands out
 * (CONFIG_INIT_ON_ALLOC_DEFAULT_ON), and nobody may rely on the rest. */
static void tell_free_pages(void)
{
	struct zone *zone;

	for_each_populated_zone(zone) {
		unsigned long pfn = zone->zone_start_pfn;

		while (pfn < zone_end_pfn(zone)) {
			struct page *page = pfn_to_page(pfn);
			unsigned long n = 1;

			if (PageBuddy(page)) {
				n = 1ul << page_private(page);
				host_memory_free_hint(pfn << PAGE_SHIFT,
						      n << PAGE_SHIFT);
			}
			pfn += n;
		}
	}
}

int snapshot_take(void)
{
	int restored;

	rcu_barrier();
	lru_add_drain_all();
	drain_all_pages(NULL);
	tell_free_pages();
	local_irq_disable();
	restored = host_snapshot();
	local_irq_enable();
	if (restored == 1)
		clock_resumed();
	else if (restored)
		pr_warn("ring3: no snapshot was saved: error %d\n", restored);
	return restored;
}
