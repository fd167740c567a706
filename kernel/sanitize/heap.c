// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory for checked modules: as by kmalloc(), from caches of ours, each object
 * with a red zone behind it, and the first of a slab never given out, so that
 * there is one in front of it, too.
 *
 * Whoever frees such an object, the kernel included, does it as for any other.
 * As kmalloc() and kfree(): any context but NMI.
 */
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include "check/calls.h"
#include "check/leaks.h"
#include "sanitize/fence.h"
#include "sanitize/internal.h"
#include "sanitize/shadow.h"

/* Sizes of objects with their red zones. */
static const unsigned int class_size[] = {32,	64,   96,   128,  192,	256,
					  384,	512,  768,  1024, 1536, 2048,
					  3072, 4096, 6144, 8192};
#define NR_CLASSES  ARRAY_SIZE(class_size)
#define REDZONE_MIN 16ul
#define CLASSED_MAX 4096ul

static struct kmem_cache *classes[NR_CLASSES];

/* Objects that are not given out yet: all of their slab. */
static void poison_slab(void *object)
{
	struct page *head = virt_to_head_page(object);

	shadow_poison((unsigned long)page_address(head), page_size(head),
		      SHADOW_SLAB_REDZONE);
}

static struct kmem_cache *make_class(unsigned int size)
{
	char name[32];

	snprintf(name, sizeof(name), "ring3-checked-%u", size);
	/* As of kmalloc(): powers of two lie at multiples of themselves. */
	return kmem_cache_create_usercopy(
		name, size, is_power_of_2(size) ? min(size, 4096u) : 8, 0, 0,
		size, poison_slab);
}

/* What the kernel's kmalloc() would have taken for it. */
size_t kmalloc_size_of(size_t size)
{
	if (size > 64 && size <= 96)
		return 96;
	if (size > 128 && size <= 192)
		return 192;
	return size <= 8 ? 8 : roundup_pow_of_two(size);
}

static unsigned int class_of(size_t size)
{
	size_t reach = kmalloc_size_of(size) + REDZONE_MIN;
	unsigned int i = 0;

	/* Its alignment is that of the class. */
	if (is_power_of_2(size))
		reach = max(2 * size, reach);
	while (class_size[i] < reach ||
	       (is_power_of_2(size) && !is_power_of_2(class_size[i])))
		i++;
	return i;
}

static bool is_first_of_slab(void *p)
{
	return p == page_address(virt_to_head_page(p));
}

/* What is of no use as it is the first stays taken for ever. */
static void *alloc_classed(struct kmem_cache *cache, gfp_t flags)
{
	void *p;

	do
		p = kmem_cache_alloc(cache, flags & ~__GFP_ZERO);
	while (p && is_first_of_slab(p));
	return p;
}

size_t heap_size(const void *p)
{
	const struct object *object = objects_find((unsigned long)p);

	return object ? object->size : ksize(p);
}

/* As kmalloc() aligns: powers of two lie at multiples of themselves. */
static size_t alignment_of(size_t size)
{
	return is_power_of_2(size) ? clamp(size, 8ul, PAGE_SIZE) : 8;
}

void *heap_alloc_fenced(struct object *object, size_t align, gfp_t flags,
			const struct report_place *place)
{
	struct object *added;
	void *p = NULL;

	object->site = fence_site_take(place->ip);
	if (object->site)
		p = fence_alloc(object, align, flags);
	if (!p)
		return NULL;
	object_note(&object->made, place);
	shadow_set_object(object->start, object->size, object->reach,
			  SHADOW_SLAB_REDZONE);
	if (object->cache && object->cache->constructor) {
		fence_guard(object);
		object->cache->constructor(p);
	}
	added = objects_add(object);
	if (added)
		fence_made(added);
	else
		fence_drop(object);
	return p;
}

/* Memory that has no fences is the kernel's own. */
static void *alloc_fenced(struct object *object, gfp_t flags,
			  const struct report_place *place)
{
	size_t size = object->size;
	void *p = heap_alloc_fenced(object, alignment_of(size), flags, place);

	return p ? p : kmalloc(size, flags);
}

void *heap_alloc(size_t size, gfp_t flags, const struct report_place *place)
{
	struct object object = {.size = size, .kind = OBJECT_SLAB};
	void *p;

	if (!size)
		return ZERO_SIZE_PTR;
	if (fence_is_for(place))
		return alloc_fenced(&object, flags, place);
	if (size <= CLASSED_MAX && !(flags & GFP_ZONEMASK)) {
		unsigned int i = class_of(size);

		p = alloc_classed(classes[i], flags);
		object.reach = class_size[i];
		object.classed = true;
	} else {
		if (size > KMALLOC_MAX_SIZE - PAGE_SIZE)
			return kmalloc(size, flags);
		p = kmalloc(size + PAGE_SIZE, flags);
		object.reach = p ? ksize(p) : 0;
	}
	if (!p)
		return NULL;
	object.start = (unsigned long)p;
	object_note(&object.made, place);
	shadow_set_object(object.start, size, object.reach,
			  size <= CLASSED_MAX ? SHADOW_SLAB_REDZONE
					      : SHADOW_PAGE_REDZONE);
	if (want_init_on_alloc(flags))
		memset(p, 0, size);
	objects_add(&object);
	return p;
}

void heap_report_free(const char *what, const void *p,
		      const struct report_place *place)
{
	if (!report_begin("KASAN free", place->ip))
		return;
	pr_err("BUG: KASAN: %s in %pS\n", what, (void *)place->ip);
	pr_err("Free of addr %px by task %s/%d\n", p, current->comm,
	       task_pid_nr(current));
	pr_err("\n");
	report_stack(place);
	describe_address((unsigned long)p);
	report_end();
}

/* Whether @p lies within one that begins elsewhere. */
static bool is_within_other(unsigned long p)
{
	const struct object *object = objects_near(p);

	return object && p > object->start && p < object->start + object->reach;
}

static void forget_record(const struct object *object)
{
	switch (object->kind) {
	case OBJECT_PAGES:
		record_remove(SPACE_PAGE, (unsigned long)virt_to_page(
						  (void *)object->start));
		break;
	case OBJECT_PERCPU:
		record_remove(SPACE_PERCPU, object->start - per_cpu_offset(0));
		break;
	default:
		record_remove(SPACE_MEMORY, object->start);
	}
}

bool heap_release(const void *p, enum object_kind kind,
		  const struct report_place *place)
{
	struct object *object = objects_find((unsigned long)p);

	if (!object) {
		if (!is_within_other((unsigned long)p) && !percpu_is_ours(p))
			return false;
		heap_report_free("invalid-free", p, place);
		return true;
	}
	if (object->freed) {
		heap_report_free("double-free", p, place);
		return true;
	}
	if (object->kind != kind)
		heap_report_free("invalid-free", p, place);
	fence_check(object, place);
	locks_forget(object->start, object->size);
	object_note(&object->gone, place);
	if (object->cache && object->cache->by_rcu) {
		objects_forget(object->start, object->start + 1);
		return false;
	}
	if (object->cache && object->fenced)
		object->cache->objects--;
	forget_record(object);
	quarantine_add(object);
	return true;
}

void heap_free(const void *p, const struct report_place *place)
{
	if (!ZERO_OR_NULL_PTR(p) && !heap_release(p, OBJECT_SLAB, place))
		kfree(p);
}

void heap_free_native(const struct object *object)
{
	void *p = (void *)object->start;

	if (object->fenced)
		fence_release(object);
	if (object->fenced && object->kind == OBJECT_SLAB)
		return;
	switch (object->kind) {
	case OBJECT_SLAB:
		if (object->cache)
			kmem_cache_free(object->cache->native, p);
		else
			kfree(p);
		break;
	case OBJECT_PAGES:
		if (object->guarded)
			__free_pages(virt_to_page(p) + (1ul << object->order),
				     object->order);
		__free_pages(virt_to_page(p), object->order);
		break;
	case OBJECT_VMALLOC:
		vfree(p);
		break;
	case OBJECT_PERCPU:
		percpu_free_native(object);
		break;
	}
}

/* ---- what the kernel frees ---- */

/* The caller of the function at whose entry @regs are. */
static struct report_place place_at_entry(const struct pt_regs *regs)
{
	const unsigned long *sp = (const unsigned long *)regs->sp;

	return (struct report_place){sp[0], (unsigned long)(sp + 1), regs->bp};
}

/* Of an object that is one of ours; it need not have been freed by a module.
 * What has fences is not for the kernel's allocator. */
static bool kernel_frees(unsigned long p, struct kmem_cache *cache,
			 const struct pt_regs *regs)
{
	struct object *object = objects_find(p);
	struct report_place place;

	if (!object)
		return false;
	if (!regs || !object->fenced || object->kind != OBJECT_SLAB) {
		objects_forget(p, p + 1);
		return false;
	}
	place = place_at_entry(regs);
	return heap_release((void *)p, OBJECT_SLAB, &place);
}

static bool kernel_frees_percpu(unsigned long p, const struct pt_regs *regs)
{
	const struct report_place place = place_at_entry(regs);

	return percpu_kernel_frees(p, &place);
}

void free_guard(const struct object *object)
{
	if (!object->guarded)
		return;
	if (object->fenced)
		fence_open(object->start, object->reach);
	__free_pages(virt_to_page((void *)object->start) +
			     (1ul << object->order),
		     object->order);
}

/* In a slab that goes there is nothing but poison. */
static void kernel_frees_pages(unsigned long address, unsigned long n)
{
	struct object *object = objects_find(address);

	if (object && !object->freed)
		free_guard(object);
	objects_forget(address, address + n);
	if (memchr_inv(shadow_of(address), 0, n / SHADOW_GRANULE))
		shadow_clear(address, n);
}

int heap_set_up(void)
{
	unsigned int i;

	for (i = 0; i < NR_CLASSES && !classes[i]; i++) {
		classes[i] = make_class(class_size[i]);
		if (!classes[i])
			return -ENOMEM;
	}
	return 0;
}

void heap_watch(void)
{
	watch_memory(kernel_frees, kernel_frees_pages, kernel_frees_percpu);
}
