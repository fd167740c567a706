// SPDX-License-Identifier: GPL-2.0-only
/*
 * What checked modules call for kmalloc(), kfree() and their like, and for
 * vmalloc().  Each kernel has some of the names.
 *
 * As what they stand for.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/stdarg.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include "sanitize/fence.h"
#include "sanitize/internal.h"
#include "sanitize/shadow.h"
#include "sanitize/wrap.h"

#define PLACE const struct report_place place = REPORT_PLACE_OF_CALLER()

/* ---- kmalloc() ---- */

#define WRAP_KMALLOC(sym, ...)                                                 \
	WRAP(sym, void *, __VA_ARGS__)                                         \
	{                                                                      \
		PLACE;                                                         \
                                                                               \
		return heap_alloc(size, flags, &place);                        \
	}

/* Functions that take a set of buckets take it behind the size. */
#ifdef CONFIG_SLAB_BUCKETS
#define BUCKETS , void *buckets
#else
#define BUCKETS
#endif

WRAP_KMALLOC(kmalloc_trace, void *cache, gfp_t flags, size_t size)
WRAP_KMALLOC(kmalloc_node_trace, void *cache, gfp_t flags, int node,
	     size_t size)
WRAP_KMALLOC(kmalloc_large, size_t size, gfp_t flags)
WRAP_KMALLOC(kmalloc_large_node, size_t size, gfp_t flags, int node)
WRAP_KMALLOC(__kmalloc, size_t size, gfp_t flags)
WRAP_KMALLOC(__kmalloc_node, size_t size, gfp_t flags, int node)
WRAP_KMALLOC(__kmalloc_node_track_caller, size_t size, gfp_t flags, int node,
	     unsigned long caller)
WRAP_KMALLOC(__kmalloc_cache_noprof, void *cache, gfp_t flags, size_t size)
WRAP_KMALLOC(__kmalloc_cache_node_noprof, void *cache, gfp_t flags, int node,
	     size_t size)
WRAP_KMALLOC(__kmalloc_large_noprof, size_t size, gfp_t flags)
WRAP_KMALLOC(__kmalloc_large_node_noprof, size_t size, gfp_t flags, int node)
WRAP_KMALLOC(__kmalloc_noprof, size_t size, gfp_t flags)
WRAP_KMALLOC(__kmalloc_node_noprof, size_t size BUCKETS, gfp_t flags, int node)
WRAP_KMALLOC(__kmalloc_node_track_caller_noprof, size_t size BUCKETS,
	     gfp_t flags, int node, unsigned long caller)

static void *vmalloc_checked(size_t size, gfp_t flags,
			     const struct report_place *place);

static void *kvmalloc_checked(size_t size, gfp_t flags,
			      const struct report_place *place)
{
	void *p = NULL;

	if (size <= PAGE_SIZE)
		return heap_alloc(size, flags, place);
	if (size <= KMALLOC_MAX_CACHE_SIZE)
		p = heap_alloc(size, flags | __GFP_NOWARN | __GFP_NORETRY,
			       place);
	return p ? p : vmalloc_checked(size, flags, place);
}

WRAP(kvmalloc_node, void *, size_t size, gfp_t flags, int node)
{
	PLACE;

	return kvmalloc_checked(size, flags, &place);
}

WRAP(__kvmalloc_node_noprof, void *, size_t size BUCKETS, gfp_t flags, int node)
{
	PLACE;

	return kvmalloc_checked(size, flags, &place);
}

/* ---- kfree() ---- */

WRAP(kfree, void, const void *p)
{
	PLACE;

	heap_free(p, &place);
}

static void free_sensitive(const void *p, const struct report_place *place)
{
	const struct object *object = objects_find((unsigned long)p);

	if (!object || object->freed)
		return heap_free(p, place);
	memzero_explicit((void *)p, object->size);
	heap_free(p, place);
}

WRAP(kfree_sensitive, void, const void *p)
{
	PLACE;

	free_sensitive(p, &place);
}

static void vfree_checked(const void *p, const struct report_place *place)
{
	if (p && !heap_release(p, OBJECT_VMALLOC, place))
		vfree(p);
}

WRAP(vfree, void, const void *p)
{
	PLACE;

	vfree_checked(p, &place);
}

WRAP(kvfree, void, const void *p)
{
	PLACE;

	if (is_vmalloc_addr(p))
		vfree_checked(p, &place);
	else
		heap_free(p, &place);
}

WRAP(kvfree_sensitive, void, const void *p, size_t size)
{
	PLACE;

	if (!p)
		return;
	memzero_explicit((void *)p, size);
	if (is_vmalloc_addr(p))
		vfree_checked(p, &place);
	else
		heap_free(p, &place);
}

/* ---- ksize() and krealloc() ---- */

/* What ksize() tells may be used from then on. */
WRAP(ksize, size_t, const void *p)
{
	struct object *object = objects_find((unsigned long)p);
	PLACE;

	if (!object)
		return ksize(p);
	if (!address_check(p, 1, false, &place))
		return 0;
	if (object->classed)
		object->size = kmalloc_size_of(object->size);
	else if (object->fenced)
		object->size = PAGE_ALIGN(object->start + object->size) -
			       object->start;
	shadow_set_object(object->start, object->size, object->reach,
			  SHADOW_SLAB_REDZONE);
	return object->size;
}

static void *move(struct object *object, size_t size, gfp_t flags,
		  const struct report_place *place)
{
	void *old = (void *)object->start, *p = heap_alloc(size, flags, place);

	if (!p)
		return NULL;
	memcpy(p, old, min(size, object->size));
	fence_reclose();
	heap_free(old, place);
	return p;
}

static void *realloc_checked(const void *p, size_t size, gfp_t flags,
			     const struct report_place *place)
{
	struct object *object = objects_find((unsigned long)p);

	if (ZERO_OR_NULL_PTR(p))
		return heap_alloc(size, flags, place);
	if (!size) {
		heap_free(p, place);
		return ZERO_SIZE_PTR;
	}
	if (!object)
		return krealloc(p, size, flags);
	if (!address_check(p, 1, false, place))
		return NULL;
	if (size > object->size)
		return move(object, size, flags, place);
	if (object->fenced)
		return size == object->size ? (void *)p
					    : move(object, size, flags, place);
	object->size = size;
	shadow_set_object(object->start, size, object->reach,
			  SHADOW_SLAB_REDZONE);
	return (void *)p;
}

WRAP(krealloc, void *, const void *p, size_t size, gfp_t flags)
{
	PLACE;

	return realloc_checked(p, size, flags, &place);
}

WRAP(krealloc_noprof, void *, const void *p, size_t size, gfp_t flags)
{
	PLACE;

	return realloc_checked(p, size, flags, &place);
}

/* ---- copies ---- */

static void *duplicate(const void *from, size_t n, size_t size, gfp_t flags,
		       const struct report_place *place)
{
	char *p;

	address_check(from, n, false, place);
	p = heap_alloc(size, flags, place);
	if (!p)
		return NULL;
	memcpy(p, from, n);
	if (size > n)
		p[n] = 0;
	fence_reclose();
	return p;
}

WRAP(kmemdup, void *, const void *from, size_t n, gfp_t flags)
{
	PLACE;

	return duplicate(from, n, n, flags, &place);
}

WRAP(kmemdup_noprof, void *, const void *from, size_t n, gfp_t flags)
{
	PLACE;

	return duplicate(from, n, n, flags, &place);
}

WRAP(kmemdup_nul, char *, const char *from, size_t n, gfp_t flags)
{
	PLACE;

	return from ? duplicate(from, n, n + 1, flags, &place) : NULL;
}

WRAP(kstrdup, char *, const char *from, gfp_t flags)
{
	PLACE;

	return from ? duplicate(from, strlen(from), strlen(from) + 1, flags,
				&place)
		    : NULL;
}

WRAP(kstrndup, char *, const char *from, size_t max, gfp_t flags)
{
	size_t n = from ? strnlen(from, max) : 0;
	PLACE;

	return from ? duplicate(from, n, n + 1, flags, &place) : NULL;
}

WRAP(memdup_user, void *, const void __user *from, size_t n)
{
	PLACE;
	void *p = heap_alloc(n, GFP_USER | __GFP_NOWARN, &place);

	if (!p)
		return ERR_PTR(-ENOMEM);
	if (!copy_from_user(p, from, n)) {
		fence_reclose();
		return p;
	}
	heap_free(p, &place);
	return ERR_PTR(-EFAULT);
}

/* ---- vmalloc() ---- */

/* The page behind is never mapped. */
static void *vmalloc_done(void *p, size_t size,
			  const struct report_place *place)
{
	struct object object = {
		.start = (unsigned long)p,
		.size = size,
		.reach = PAGE_ALIGN(size) + PAGE_SIZE,
		.kind = OBJECT_VMALLOC,
	};
	struct object *added;

	if (!p || !shadow_covers(object.start, object.reach))
		return p;
	object_note(&object.made, place);
	object.fenced = object.open = fence_is_for(place);
	if (object.fenced && offset_in_page(size))
		fence_fill(&object);
	shadow_set_object(object.start, size, object.reach, SHADOW_VMALLOC);
	added = objects_add(&object);
	if (added && added->fenced)
		fence_made(added);
	return p;
}

static void *vmalloc_checked(size_t size, gfp_t flags,
			     const struct report_place *place)
{
	return vmalloc_done(__vmalloc(size, flags), size, place);
}

#define WRAP_VMALLOC(sym, flags, ...)                                          \
	WRAP(sym, void *, __VA_ARGS__)                                         \
	{                                                                      \
		PLACE;                                                         \
                                                                               \
		return vmalloc_checked(size, flags, &place);                   \
	}

WRAP_VMALLOC(vmalloc, GFP_KERNEL, unsigned long size)
WRAP_VMALLOC(vmalloc_huge, flags, unsigned long size, gfp_t flags)
WRAP_VMALLOC(vmalloc_node, GFP_KERNEL, unsigned long size, int node)
WRAP_VMALLOC(vzalloc, GFP_KERNEL | __GFP_ZERO, unsigned long size)
WRAP_VMALLOC(vzalloc_node, GFP_KERNEL | __GFP_ZERO, unsigned long size,
	     int node)
WRAP_VMALLOC(__vmalloc, flags, unsigned long size, gfp_t flags)
WRAP_VMALLOC(vmalloc_noprof, GFP_KERNEL, unsigned long size)
WRAP_VMALLOC(vmalloc_huge_noprof, flags, unsigned long size, gfp_t flags)
WRAP_VMALLOC(vmalloc_node_noprof, GFP_KERNEL, unsigned long size, int node)
WRAP_VMALLOC(vzalloc_noprof, GFP_KERNEL | __GFP_ZERO, unsigned long size)
WRAP_VMALLOC(vzalloc_node_noprof, GFP_KERNEL | __GFP_ZERO, unsigned long size,
	     int node)
WRAP_VMALLOC(__vmalloc_noprof, flags, unsigned long size, gfp_t flags)

/* Its area is marked as one for programs, so it is the kernel's to make. */
WRAP(vmalloc_user, void *, unsigned long size)
{
	PLACE;

	return vmalloc_done(vmalloc_user(size), size, &place);
}

WRAP(vmalloc_user_noprof, void *, unsigned long size)
{
	PLACE;

	return vmalloc_done(vmalloc_user(size), size, &place);
}
