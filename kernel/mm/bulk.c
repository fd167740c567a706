// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages for vmalloc: neighbours where possible.
 *
 * The kernel takes them one by one, from wherever they come first.  Each run
 * of neighbours costs the host a mapping, so here a run is asked for at once;
 * when there is none, the kernel's way is good enough.
 *
 * Called as alloc_pages_bulk_array() is, in any context that @gfp allows.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include "hook.h"
#include "internal.h"

typedef unsigned long bulk_fn(gfp_t gfp, int nid, nodemask_t *nodes, int n,
			      struct list_head *list, struct page **array);

bulk_fn machine_alloc_pages_bulk;

#define BULK_WHY "takes scattered pages, each of which is a mapping on the host"
HOOK_IF_PRESENT(__alloc_pages_bulk, machine_alloc_pages_bulk, HOOK_SLOT,
		HOOK_BOOT, BULK_WHY);
HOOK_IF_PRESENT(alloc_pages_bulk_noprof, machine_alloc_pages_bulk, HOOK_SLOT,
		HOOK_BOOT, BULK_WHY);

static bulk_fn *native(void)
{
	if (hook_target___alloc_pages_bulk)
		return NATIVE(bulk_fn, __alloc_pages_bulk);
	return NATIVE(bulk_fn, alloc_pages_bulk_noprof);
}

static struct page *alloc_run(gfp_t gfp, int nid, int n)
{
	unsigned int order = get_order((unsigned long)n << PAGE_SHIFT);
	struct page *page;
	int i;

	page = alloc_pages_node(nid, gfp | __GFP_NOWARN | __GFP_NORETRY, order);
	if (!page)
		return NULL;
	split_page(page, order);
	for (i = n; i < 1 << order; i++)
		__free_page(page + i);
	return page;
}

unsigned long machine_alloc_pages_bulk(gfp_t gfp, int nid, nodemask_t *nodes,
				       int n, struct list_head *list,
				       struct page **array)
{
	struct page *page = NULL;
	int i;

	if (!list && !nodes && n > 1 && !array[0])
		page = alloc_run(gfp, nid, n);
	if (!page)
		return native()(gfp, nid, nodes, n, list, array);
	for (i = 0; i < n; i++)
		array[i] = page + i;
	return n;
}
