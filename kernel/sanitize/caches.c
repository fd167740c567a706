// SPDX-License-Identifier: GPL-2.0-only
/*
 * Slab caches that checked modules make: their objects get red zones.
 *
 * As the functions that these stand for; interrupts are off while the list of
 * caches is changed.
 */
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "sanitize/fence.h"
#include "sanitize/internal.h"
#include "sanitize/shadow.h"
#include "sanitize/wrap.h"

#define PLACE const struct report_place place = REPORT_PLACE_OF_CALLER()

/* An object that is the first of its slab: nothing of ours is in front. */
struct parked {
	struct parked *next;
};

static LIST_HEAD(caches);

/* @gone: one that was destroyed, of which @native is no more. */
static struct checked_cache *find_any(const struct kmem_cache *native,
				      bool gone)
{
	struct checked_cache *cache, *found = NULL;
	unsigned long flags;

	local_irq_save(flags);
	list_for_each_entry(cache, &caches, list)
		if (cache->native == native && cache->gone == gone)
			found = cache;
	local_irq_restore(flags);
	return found;
}

static struct checked_cache *find(const struct kmem_cache *native)
{
	return find_any(native, false);
}

/* The kernel gave another cache the address. */
static void forget_gone(const struct kmem_cache *native)
{
	struct checked_cache *cache = find_any(native, true);

	if (cache)
		cache->native = NULL;
}

static unsigned int redzone(unsigned int size)
{
	return ALIGN(size, SHADOW_GRANULE) - size + (size < 128 ? 16 : 64);
}

/* What a cache is to be. */
struct wish {
	const char *name;
	unsigned int size, align;
	slab_flags_t flags;
	void (*constructor)(void *object);
	bool fenced;
};

static struct wish wish(const char *name, unsigned int size, unsigned int align,
			slab_flags_t flags, void (*constructor)(void *object),
			const struct report_place *place)
{
	return (struct wish){
		.name = name,
		.size = size,
		.align = flags & SLAB_HWCACHE_ALIGN && size >= cache_line_size()
				 ? max(align, (unsigned int)cache_line_size())
				 : max(align, 8u),
		.flags = flags,
		.constructor = constructor,
		/* Freed objects that may be looked at cannot be closed. */
		.fenced = fence_is_for(place) &&
			  !(flags & SLAB_TYPESAFE_BY_RCU),
	};
}

/* Behind an object of a cache without fences. */
static unsigned int redzone_of(const struct wish *wish)
{
	return wish->fenced ? 0 : redzone(wish->size);
}

/* Caches with fences are not to be one with others. */
static slab_flags_t flags_of(const struct wish *wish)
{
	return wish->flags | (wish->fenced ? SLAB_NOLEAKTRACE : 0);
}

static void *made(struct kmem_cache *native, const struct wish *wish)
{
	unsigned int size = wish->size;
	struct checked_cache *cache = native ? find(native) : NULL;
	unsigned long flags;

	if (!native)
		return NULL;
	if (cache) {
		/* The kernel merged the two. */
		cache->users++;
		cache->size = max_t(unsigned long, cache->size, size);
		return native;
	}
	forget_gone(native);
	cache = kzalloc(sizeof(*cache), GFP_KERNEL);
	if (!cache)
		return native;
	cache->native = native;
	cache->users = 1;
	cache->size = size;
	cache->reach = size + redzone(size);
	cache->by_rcu = wish->flags & SLAB_TYPESAFE_BY_RCU;
	cache->fenced = wish->fenced;
	cache->align = wish->align;
	cache->constructor = wish->constructor;
	strscpy(cache->name, wish->name, sizeof(cache->name));
	local_irq_save(flags);
	list_add(&cache->list, &caches);
	local_irq_restore(flags);
	return native;
}

WRAP(kmem_cache_create, void *, const char *name, unsigned int size,
     unsigned int align, slab_flags_t flags, void (*ctor)(void *))
{
	PLACE;
	struct wish w = wish(name, size, align, flags, ctor, &place);

	return made(NATIVE_OF(kmem_cache_create)(name, size + redzone_of(&w),
						 align, flags_of(&w), ctor),
		    &w);
}

WRAP(kmem_cache_create_usercopy, void *, const char *name, unsigned int size,
     unsigned int align, slab_flags_t flags, unsigned int offset,
     unsigned int n, void (*ctor)(void *))
{
	PLACE;
	struct wish w = wish(name, size, align, flags, ctor, &place);

	return made(NATIVE_OF(kmem_cache_create_usercopy)(
			    name, size + redzone_of(&w), align, flags_of(&w),
			    offset, n, ctor),
		    &w);
}

#if HAVE_KMEM_CACHE_ARGS
WRAP(__kmem_cache_create_args, void *, const char *name, unsigned int size,
     struct kmem_cache_args *args, slab_flags_t flags)
{
	PLACE;
	struct wish w =
		wish(name, size, args->align, flags, args->ctor, &place);

	return made(NATIVE_OF(__kmem_cache_create_args)(
			    name, size + redzone_of(&w), args, flags_of(&w)),
		    &w);
}
#endif

WRAP(kmem_cache_size, unsigned int, struct kmem_cache *native)
{
	const struct checked_cache *cache = find(native);

	return cache ? cache->size : kmem_cache_size(native);
}

/* Objects that the native cache would miss. */
static void give_back(struct checked_cache *cache)
{
	quarantine_flush();
	while (cache->parked) {
		struct parked *first = cache->parked;

		cache->parked = first->next;
		kmem_cache_free(cache->native, first);
	}
}

WRAP(kmem_cache_shrink, int, struct kmem_cache *native)
{
	quarantine_flush();
	return kmem_cache_shrink(native);
}

WRAP(kmem_cache_destroy, void, struct kmem_cache *native)
{
	struct checked_cache *cache = native ? find(native) : NULL;
	PLACE;

	if (native && find_any(native, true)) {
		heap_report_free("slab-use-after-free", native, &place);
		return;
	}
	if (cache && cache->fenced && cache->objects)
		pr_err("BUG %s: Objects remaining in %s on kmem_cache_destroy(): %u\n",
		       cache->name, cache->name, cache->objects);
	if (cache) {
		give_back(cache);
		/* What objects remain still name it. */
		cache->gone = !--cache->users;
	}
	kmem_cache_destroy(native);
}

/* ---- objects ---- */

static void *alloc_unparked(struct checked_cache *cache, gfp_t flags)
{
	struct parked *p;

	for (;;) {
		p = kmem_cache_alloc(cache->native, flags);
		if (!p || (void *)p != page_address(virt_to_head_page(p)))
			return p;
		p->next = cache->parked;
		cache->parked = p;
	}
}

static void note_object(struct checked_cache *cache, void *p,
			const struct report_place *place)
{
	struct object object = {
		.start = (unsigned long)p,
		.size = cache->size,
		.reach = cache->reach,
		.kind = OBJECT_SLAB,
		.cache = cache,
	};

	object_note(&object.made, place);
	shadow_set_object(object.start, object.size, object.reach,
			  SHADOW_SLAB_REDZONE);
	objects_add(&object);
}

static void *alloc_fenced(struct checked_cache *cache, gfp_t flags,
			  const struct report_place *place)
{
	struct object object = {
		.size = cache->size,
		.kind = OBJECT_SLAB,
		.cache = cache,
	};
	void *p = heap_alloc_fenced(&object, cache->align, flags, place);

	cache->objects += p != NULL;
	return p;
}

static void *alloc_from(struct kmem_cache *native, gfp_t flags,
			const struct report_place *place)
{
	struct checked_cache *cache = find(native);
	void *p;

	if (!cache)
		return kmem_cache_alloc(native, flags);
	if (cache->fenced) {
		p = alloc_fenced(cache, flags, place);
		return p ? p : kmem_cache_alloc(native, flags);
	}
	p = alloc_unparked(cache, flags);
	if (p)
		note_object(cache, p, place);
	return p;
}

#define WRAP_ALLOC(sym, ...)                                                   \
	WRAP(sym, void *, struct kmem_cache *native, __VA_ARGS__)              \
	{                                                                      \
		PLACE;                                                         \
                                                                               \
		return alloc_from(native, flags, &place);                      \
	}

WRAP_ALLOC(kmem_cache_alloc, gfp_t flags)
WRAP_ALLOC(kmem_cache_alloc_lru, void *lru, gfp_t flags)
WRAP_ALLOC(kmem_cache_alloc_node, gfp_t flags, int node)
WRAP_ALLOC(kmem_cache_alloc_noprof, gfp_t flags)
WRAP_ALLOC(kmem_cache_alloc_lru_noprof, void *lru, gfp_t flags)
WRAP_ALLOC(kmem_cache_alloc_node_noprof, gfp_t flags, int node)

static void free_to(struct kmem_cache *native, void *p,
		    const struct report_place *place)
{
	const struct object *object = objects_find((unsigned long)p);

	if (object && !object->freed &&
	    (!object->cache || object->cache->native != native))
		heap_report_free("invalid-free", p, place);
	if (!heap_release(p, OBJECT_SLAB, place))
		kmem_cache_free(native, p);
}

WRAP(kmem_cache_free, void, struct kmem_cache *native, void *p)
{
	PLACE;

	free_to(native, p, &place);
}

/* @native: NULL for what kmalloc() gave. */
WRAP(kmem_cache_free_bulk, void, struct kmem_cache *native, size_t n,
     void **objects)
{
	PLACE;
	size_t i;

	for (i = 0; i < n; i++)
		if (native)
			free_to(native, objects[i], &place);
		else
			heap_free(objects[i], &place);
}

static int alloc_bulk(struct kmem_cache *native, gfp_t flags, size_t n,
		      void **objects, const struct report_place *place)
{
	size_t i;

	for (i = 0; i < n; i++) {
		objects[i] = alloc_from(native, flags, place);
		if (!objects[i])
			break;
	}
	if (i == n)
		return n;
	while (i--)
		free_to(native, objects[i], place);
	return 0;
}

WRAP(kmem_cache_alloc_bulk, int, struct kmem_cache *native, gfp_t flags,
     size_t n, void **objects)
{
	PLACE;

	return alloc_bulk(native, flags, n, objects, &place);
}

WRAP(kmem_cache_alloc_bulk_noprof, int, struct kmem_cache *native, gfp_t flags,
     size_t n, void **objects)
{
	PLACE;

	return alloc_bulk(native, flags, n, objects, &place);
}
