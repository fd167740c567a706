// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whole pages for checked modules: as many again behind them are a red zone.
 *
 * As the functions that these stand for.
 */
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include "sanitize/fence.h"
#include "sanitize/internal.h"
#include "sanitize/shadow.h"
#include "sanitize/wrap.h"

#define PLACE const struct report_place place = REPORT_PLACE_OF_CALLER()

/* Of larger ones twice as much is hard to get. */
#define GUARDED_MAX 4u

/*
 * Twice the pages are as good as two times the pages, side by side, once the
 * second half has a count of its own; if they are not one compound page, and
 * not charged to anybody.
 */
static struct page *alloc_guarded(gfp_t flags, unsigned int order,
				  bool *guarded)
{
	struct page *page;

	*guarded = false;
	if (order > GUARDED_MAX || flags & (__GFP_COMP | __GFP_ACCOUNT))
		return alloc_pages(flags, order);
	page = alloc_pages(flags | __GFP_NOWARN, order + 1);
	if (!page)
		return alloc_pages(flags, order);
	set_page_count(page + (1ul << order), 1);
	*guarded = true;
	return page;
}

static struct page *alloc_checked(gfp_t flags, unsigned int order,
				  const struct report_place *place)
{
	struct object object = {
		.size = PAGE_SIZE << order,
		.kind = OBJECT_PAGES,
		.order = order,
	};
	struct page *page = alloc_guarded(flags, order, &object.guarded);

	if (!page)
		return NULL;
	object.start = (unsigned long)page_address(page);
	object.reach = object.size << object.guarded;
	object_note(&object.made, place);
	object.fenced = fence_is_for(place);
	if (object.fenced)
		fence_close(object.start + object.size,
			    object.reach - object.size);
	shadow_set_object(object.start, object.size, object.reach,
			  SHADOW_PAGE_REDZONE);
	objects_add(&object);
	return page;
}

WRAP(alloc_pages, struct page *, gfp_t flags, unsigned int order)
{
	PLACE;

	return alloc_checked(flags, order, &place);
}

WRAP(alloc_pages_noprof, struct page *, gfp_t flags, unsigned int order)
{
	PLACE;

	return alloc_checked(flags, order, &place);
}

WRAP(__alloc_pages, struct page *, gfp_t flags, unsigned int order, int node,
     void *mask)
{
	PLACE;

	return alloc_checked(flags, order, &place);
}

WRAP(__alloc_pages_noprof, struct page *, gfp_t flags, unsigned int order,
     int node, void *mask)
{
	PLACE;

	return alloc_checked(flags, order, &place);
}

static unsigned long address_of(struct page *page)
{
	return page ? (unsigned long)page_address(page) : 0;
}

WRAP(__get_free_pages, unsigned long, gfp_t flags, unsigned int order)
{
	PLACE;

	return address_of(alloc_checked(flags & ~__GFP_HIGHMEM, order, &place));
}

WRAP(get_free_pages_noprof, unsigned long, gfp_t flags, unsigned int order)
{
	PLACE;

	return address_of(alloc_checked(flags & ~__GFP_HIGHMEM, order, &place));
}

WRAP(get_zeroed_page, unsigned long, gfp_t flags)
{
	PLACE;

	return address_of(alloc_checked(flags | __GFP_ZERO, 0, &place));
}

WRAP(get_zeroed_page_noprof, unsigned long, gfp_t flags)
{
	PLACE;

	return address_of(alloc_checked(flags | __GFP_ZERO, 0, &place));
}

/* Pages that others still hold are not free yet. */
static void free_checked(struct page *page, unsigned int order,
			 const struct report_place *place)
{
	if (page_count(page) > 1 ||
	    !heap_release(page_address(page), OBJECT_PAGES, place))
		__free_pages(page, order);
}

WRAP(__free_pages, void, struct page *page, unsigned int order)
{
	PLACE;

	free_checked(page, order, &place);
}

WRAP(free_pages, void, unsigned long address, unsigned int order)
{
	PLACE;

	if (address)
		free_checked(virt_to_page((void *)address), order, &place);
}

/* Its pages are others' from now on, one by one. */
WRAP(split_page, void, struct page *page, unsigned int order)
{
	struct object *object = objects_find((unsigned long)page_address(page));

	if (object && object->kind == OBJECT_PAGES) {
		free_guard(object);
		objects_forget(object->start, object->start + 1);
	}
	split_page(page, order);
}
