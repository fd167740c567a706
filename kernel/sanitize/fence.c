// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory behind fences: blocks of whole pages from the kernel's own
 * allocator, so that whoever looks for an object's page or physical address
 * finds it.  The last pages of a block are never open.
 *
 * Any context but NMI; interrupts are off while the pool is changed.
 */
#include <linux/gfp.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include "../internal.h"
#include "sanitize/fence.h"
#include "sanitize/internal.h"
#include "sanitize/runtime.h"
#include "sanitize/shadow.h"

/* So many pages of blocks at once; a quarter of all there are. */
#define PAGES_MAX (16384u)
/* Blocks of this order, one page and its fence, are kept closed for later. */
#define POOL_ORDER 1u
/* Larger ones are hard to get, and have the kernel's own page array. */
#define ORDER_MAX 9u
#define FILLING	  0xbb

static LIST_HEAD(pool);
static unsigned int pages;
static bool told;

/* Modules with fences, and with the compiler's checks. */
static unsigned int fenced_modules, checked_modules;

void fence_count(unsigned int kinds, int by)
{
	if (kinds & RUNTIME_FENCES)
		fenced_modules += by;
	if (kinds & RUNTIME_ADDRESS)
		checked_modules += by;
}

bool fence_is_for(const struct report_place *place)
{
	if (!fenced_modules)
		return false;
	return !checked_modules || !sanitize_is_checked(place->ip);
}

/* ---- pages ---- */

void fence_close(unsigned long start, size_t n)
{
	if (n)
		host_memory_protect(start, n, 0);
}

void fence_open(unsigned long start, size_t n)
{
	if (n)
		host_memory_protect(start, n, RING3_READ | RING3_WRITE);
}

static void too_many(void)
{
	if (told)
		return;
	told = true;
	pr_notice(
		"ring3: further memory of modules has no fences: %u pages are in use\n",
		pages);
}

static struct page *take_pooled(void)
{
	struct page *page;
	unsigned long flags;

	local_irq_save(flags);
	page = list_first_entry_or_null(&pool, struct page, lru);
	if (page)
		list_del(&page->lru);
	local_irq_restore(flags);
	if (page)
		fence_open((unsigned long)page_address(page), PAGE_SIZE);
	return page;
}

static void pool_add(struct page *page)
{
	unsigned long flags;

	local_irq_save(flags);
	list_add_tail(&page->lru, &pool);
	local_irq_restore(flags);
}

/* Its first page is open; of others, whoever takes it closes the last. */
static struct page *take_block(unsigned int order, gfp_t flags)
{
	struct page *page = order == POOL_ORDER ? take_pooled() : NULL;

	if (page)
		return page;
	if (pages + (1u << order) > PAGES_MAX)
		quarantine_flush();
	if (pages + (1u << order) > PAGES_MAX) {
		too_many();
		return NULL;
	}
	flags &= ~(__GFP_ACCOUNT | __GFP_RECLAIMABLE | __GFP_ZERO |
		   __GFP_NOFAIL);
	page = alloc_pages(flags | __GFP_COMP | __GFP_NOWARN | __GFP_NORETRY,
			   order);
	if (!page)
		return NULL;
	pages += 1u << order;
	return page;
}

void *fence_alloc(struct object *object, size_t align, gfp_t flags)
{
	size_t n = PAGE_ALIGN(object->size);
	unsigned int order = max(get_order(n + PAGE_SIZE), (int)POOL_ORDER);
	struct page *page;

	if (flags & GFP_ZONEMASK || order > ORDER_MAX || align > PAGE_SIZE)
		return NULL;
	page = take_block(order, flags);
	if (!page)
		return NULL;
	object->fenced = true;
	object->order = order;
	object->block = (unsigned long)page_address(page);
	object->start = object->block + n - ALIGN(object->size, align);
	object->reach = object->block + (PAGE_SIZE << order) - object->start;
	object->open = true;
	memset((void *)object->block, FILLING, object->start - object->block);
	memset((void *)object->start, 0, object->size);
	memset((void *)object->start + object->size, FILLING,
	       object->block + n - object->start - object->size);
	shadow_poison(object->block, object->start - object->block,
		      SHADOW_SLAB_REDZONE);
	return (void *)object->start;
}

static size_t pages_of(const struct object *object)
{
	return PAGE_ALIGN(object->start + object->size) - object->block;
}

void fence_freed(struct object *object)
{
	if (object->kind == OBJECT_VMALLOC) {
		fence_close(object->start, PAGE_ALIGN(object->size));
	} else if (object->kind == OBJECT_PAGES) {
		fence_close(object->start, object->size);
	} else if (object->open) {
		fence_close(object->block, pages_of(object));
		object->open = false;
	}
}

void fence_drop(const struct object *object)
{
	size_t n = PAGE_SIZE << object->order;

	if (object->kind == OBJECT_PAGES && object->freed)
		fence_open(object->start, object->size);
	if (object->kind != OBJECT_SLAB)
		return;
	fence_open(object->block, n);
	shadow_clear(object->block, n);
	pages -= 1u << object->order;
}

void fence_release(const struct object *object)
{
	struct page *page = virt_to_page((void *)object->block);

	if (object->kind == OBJECT_VMALLOC)
		return fence_open(object->start, PAGE_ALIGN(object->size));
	if (object->kind == OBJECT_PAGES)
		return fence_open(object->start, object->reach);
	if (object->kind == OBJECT_PERCPU)
		return fence_open(object->block, object->start + object->reach -
							 object->block);
	if (object->order == POOL_ORDER) {
		shadow_poison(object->block, PAGE_SIZE << POOL_ORDER,
			      SHADOW_SLAB_FREE);
		return pool_add(page);
	}
	/* Before the pages are free: the kernel's trace point tells of it. */
	fence_drop(object);
	__free_pages(page, object->order);
}

void fence_set_open(struct object *object)
{
	if (object->open)
		return;
	fence_open(object->block, pages_of(object));
	object->open = object->touched = true;
}

/* What is behind vmalloc() memory is closed anyway. */
static size_t pages_behind(const struct object *object)
{
	return object->kind == OBJECT_SLAB
		       ? (PAGE_SIZE << object->order) - pages_of(object)
		       : 0;
}

void fence_guard(const struct object *object)
{
	fence_close(object->block + pages_of(object), pages_behind(object));
}

void fence_made(struct object *object)
{
	if (object->kind == OBJECT_PAGES || !object->open || !object->block)
		return;
	if (!fence_site_may_look(object->site)) {
		fence_guard(object);
		object->touched = true;
		return;
	}
	/* In one call to the host. */
	fence_close(object->block, pages_of(object) + pages_behind(object));
	object->open = false;
}

/* ---- what surrounds an object ---- */

static void print_bytes(const u8 *bytes, unsigned int n)
{
	unsigned int i;

	pr_err("Corrupted memory at %px [", bytes);
	for (i = 0; i < n; i++)
		if (bytes[i] == FILLING)
			pr_cont(" .");
		else
			pr_cont(" 0x%02x", bytes[i]);
	pr_cont(" ]\n");
}

static void report(const struct object *object, u8 *bad, u8 *end,
		   const struct report_place *place)
{
	if (!report_begin("KFENCE", object->made.n ? object->made.ip[0] : 0))
		return;
	pr_err("BUG: KFENCE: memory corruption in %pS\n", (void *)place->ip);
	pr_err("\n");
	print_bytes(bad, min_t(size_t, end - bad, 16));
	pr_err("Found when it was freed, or its module went, by task %s/%d\n",
	       current->comm, task_pid_nr(current));
	pr_err("\n");
	report_stack(place);
	describe_address((unsigned long)bad);
	report_end();
}

void fence_fill(struct object *object)
{
	unsigned long end = object->start + object->size;

	memset((void *)end, FILLING, PAGE_ALIGN(end) - end);
	object->block = end & PAGE_MASK;
}

/* Where what is filled ends: there are no fences behind all per-CPU memory. */
static unsigned long filled_to(const struct object *object)
{
	return object->fenced ? PAGE_ALIGN(object->start + object->size)
			      : object->start + object->reach;
}

void fence_fill_around(const struct object *object)
{
	unsigned long end = object->start + object->size;

	memset((void *)object->block, FILLING, object->start - object->block);
	memset((void *)end, FILLING, filled_to(object) - end);
}

static void check_range(const struct object *object, unsigned long from,
			unsigned long to, const struct report_place *place)
{
	u8 *bad = from < to ? memchr_inv((void *)from, FILLING, to - from)
			    : NULL;

	if (bad)
		report(object, bad, (u8 *)to, place);
}

void fence_check(struct object *object, const struct report_place *place)
{
	unsigned long end = object->start + object->size;

	if (!(object->fenced || object->kind == OBJECT_PERCPU) ||
	    object->freed || object->told || object->kind == OBJECT_PAGES)
		return;
	/* What was always closed was watched. */
	if (!object->touched)
		return;
	if (object->fenced)
		fence_set_open(object);
	if (object->kind == OBJECT_VMALLOC)
		return check_range(object, end, PAGE_ALIGN(end), place);
	check_range(object, object->block, object->start, place);
	check_range(object, end, filled_to(object), place);
}

static void check_of_module(struct object *object, void *arg)
{
	const struct module *mod = arg;
	struct report_place place = REPORT_PLACE_HERE();

	if (object->made.n && within_module(object->made.ip[0], mod))
		fence_check(object, &place);
}

void fence_gone(const struct module *mod)
{
	objects_each(check_of_module, (void *)mod);
	fence_sites_forget();
}
