// SPDX-License-Identifier: GPL-2.0-only
/*
 * Per-CPU memory for checked modules: with a red zone on either side, filled, so
 * that what writes to it is seen at last when the object is freed.  That of
 * modules built without checks ends, as long as there is room, where a page
 * does, and is guarded by the processor as other memory behind fences.
 *
 * An object is known by the address at which the one CPU has it; modules know
 * it by its offset.  As the functions that these stand for.
 */
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include "../internal.h"
#include "sanitize/fence.h"
#include "sanitize/internal.h"
#include "sanitize/shadow.h"
#include "sanitize/wrap.h"

#define PLACE const struct report_place place = REPORT_PLACE_OF_CALLER()

#define REDZONE 32ul
/* Larger objects are the kernel's own: a unit has little more. */
#define SIZE_MAX_CHECKED (PCPU_MIN_UNIT_SIZE / 4)
/* So many pages behind fences at once, as each is of use to one object. */
#define PAGES_MAX 512u

static unsigned int pages;

static unsigned long address_of(const void *p)
{
	return (unsigned long)p + per_cpu_offset(0);
}

static void *offset_of(unsigned long address)
{
	return (void *)(address - per_cpu_offset(0));
}

static void *native_alloc(size_t size, size_t align, gfp_t flags)
{
	return (__force void *)__alloc_percpu_gfp(size, align, flags);
}

/* The same where there is shadow memory. */
static void *shadowed_alloc(size_t size, size_t align, gfp_t flags)
{
	void *p = native_alloc(size, align, flags | __GFP_NOWARN);

	if (!p || shadow_covers(address_of(p), size))
		return p;
	free_percpu((__force void __percpu *)p);
	return NULL;
}

static void *done(struct object *object, const struct report_place *place)
{
	struct object *added;

	object_note(&object->made, place);
	fence_fill_around(object);
	shadow_poison(object->block, object->start - object->block,
		      SHADOW_PERCPU);
	shadow_set_object(object->start, object->size, object->reach,
			  SHADOW_PERCPU);
	added = objects_add(object);
	if (!added) {
		if (object->fenced)
			fence_release(object);
		percpu_free_native(object);
		return NULL;
	}
	if (added->fenced)
		fence_made(added);
	return offset_of(object->start);
}

/* Red zones, wherever the allocator puts it. */
static void *alloc_zoned(size_t size, size_t align, gfp_t flags,
			 const struct report_place *place)
{
	size_t left = ALIGN(REDZONE, align);
	size_t reach = ALIGN(size, SHADOW_GRANULE) + REDZONE;
	char *p = shadowed_alloc(left + reach, align, flags);
	struct object object = {
		.kind = OBJECT_PERCPU,
		.size = size,
		.reach = reach,
		.touched = true,
	};

	if (!p)
		return NULL;
	object.block = address_of(p);
	object.start = object.block + left;
	return done(&object, place);
}

/* Pages, of which the last is never open. */
static void *alloc_fenced(size_t size, size_t align, gfp_t flags,
			  const struct report_place *place)
{
	size_t n = PAGE_ALIGN(size);
	struct object object = {
		.kind = OBJECT_PERCPU,
		.size = size,
		.fenced = true,
		.open = true,
		.site = fence_site_take(place->ip),
	};
	char *p = NULL;

	if (object.site && pages + n / PAGE_SIZE < PAGES_MAX)
		p = shadowed_alloc(n + PAGE_SIZE, PAGE_SIZE, flags);
	if (!p)
		return NULL;
	pages += n / PAGE_SIZE + 1;
	object.block = address_of(p);
	object.start = object.block + n - ALIGN(size, align);
	object.reach = object.block + n + PAGE_SIZE - object.start;
	fence_close(object.block + n, PAGE_SIZE);
	return done(&object, place);
}

static void *alloc_checked(size_t size, size_t align, gfp_t flags,
			   const struct report_place *place)
{
	size_t wide = max(align, SHADOW_GRANULE);
	void *p = NULL;

	if (!size || size > SIZE_MAX_CHECKED || align > PAGE_SIZE ||
	    !is_power_of_2(align))
		return native_alloc(size, align, flags);
	if (fence_is_for(place))
		p = alloc_fenced(size, wide, flags, place);
	if (!p)
		p = alloc_zoned(size, wide, flags, place);
	return p ? p : native_alloc(size, align, flags);
}

void percpu_free_native(const struct object *object)
{
	unsigned long end = object->start + object->reach;

	shadow_clear(object->block, end - object->block);
	if (object->fenced)
		pages -= (end - object->block) / PAGE_SIZE;
	free_percpu((__force void __percpu *)offset_of(object->block));
}

bool percpu_is_ours(const void *p)
{
	const struct object *object = objects_find(address_of(p));

	return object && object->kind == OBJECT_PERCPU;
}

static void free_checked(const void *p, const struct report_place *place)
{
	if (!p)
		return;
	if (objects_find((unsigned long)p))
		heap_report_free("invalid-free", p, place);
	else if (!heap_release((void *)address_of(p), OBJECT_PERCPU, place))
		free_percpu((__force void __percpu *)p);
}

bool percpu_kernel_frees(unsigned long p, const struct report_place *place)
{
	return percpu_is_ours((void *)p) &&
	       heap_release((void *)address_of((void *)p), OBJECT_PERCPU,
			    place);
}

WRAP(__alloc_percpu, void *, size_t size, size_t align)
{
	PLACE;

	return alloc_checked(size, align, GFP_KERNEL, &place);
}

WRAP(__alloc_percpu_gfp, void *, size_t size, size_t align, gfp_t flags)
{
	PLACE;

	return alloc_checked(size, align, flags, &place);
}

WRAP(pcpu_alloc_noprof, void *, size_t size, size_t align, bool reserved,
     gfp_t flags)
{
	PLACE;

	return alloc_checked(size, align, flags, &place);
}

WRAP(free_percpu, void, const void *p)
{
	PLACE;

	free_checked(p, &place);
}

/* ---- this_cpu_*(), whose accesses the compiler does not see ---- */

void __asan_ring3_percpu(const void *p, unsigned int size, bool write);
void __asan_ring3_percpu(const void *p, unsigned int size, bool write)
{
	PLACE;

	address_check((void *)address_of(p), size, write, &place);
}
