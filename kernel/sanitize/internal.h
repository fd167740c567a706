/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the sanitizers' run-time support know of each other.
 */
#ifndef KERNEL_SANITIZE_INTERNAL_H
#define KERNEL_SANITIZE_INTERNAL_H

#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/types.h>
#include "check/report.h"

struct module;

/* A slab cache that a checked module made; heap.c. */
struct checked_cache {
	struct list_head list;
	struct kmem_cache *native;
	unsigned long size, reach; /* of an object, and with its red zone */
	bool by_rcu; /* freed objects may still be looked at */
	unsigned int users; /* of one native cache that serves several */
	bool gone; /* destroyed by all; kept for reports */
	bool fenced; /* its objects lie behind fences */
	size_t align;
	void (*constructor)(void *object); /* of fenced ones */
	unsigned int objects; /* of fenced ones: in use */
	struct parked *parked; /* first objects of slabs, never given out */
	char name[32];
};

/* address.c */
/* Before the first module with checked addresses runs; 0 or -errno. */
int address_set_up(void);
void address_gone(struct module *mod);
/* Reports a bad access and says whether [address, address + size) is good. */
bool address_check(const void *address, size_t size, bool write,
		   const struct report_place *place);

/* ... of an access by code at @at, that is @place's doing. */
void address_report(unsigned long address, size_t size, bool write,
		    const struct report_place *place,
		    const struct report_place *at);
bool address_is_set_up(void);

/* runtime.c: whether the module there was compiled with checks. */
bool sanitize_is_checked(unsigned long ip);

/* describe.c: what is known of a bad address, for a report */
const char *describe_kind(unsigned long address, size_t size);
void describe_address(unsigned long address);

/* objects.c: memory that checked modules allocated, by address */
enum object_kind {
	OBJECT_SLAB,
	OBJECT_PAGES,
	OBJECT_VMALLOC,
	OBJECT_PERCPU,
};

struct object_trace {
	unsigned long ip[10];
	unsigned int n;
	pid_t pid;
};

/* struct object - what one allocation gave. */
struct object {
	struct rb_node node;
	struct list_head list; /* freed: its place in the quarantine */
	unsigned long start;
	unsigned long size; /* that was asked for */
	unsigned long reach; /* with the red zone behind it */
	enum object_kind kind;
	bool freed; /* by a module; waits in the quarantine */
	bool classed; /* SLAB: of a cache that only we allocate from */
	struct checked_cache *cache; /* NULL: as by kmalloc() */
	unsigned int order; /* PAGES, or of the block */
	bool guarded; /* PAGES: as many follow as a red zone */
	/* fence.c: the processor guards it; SLAB: in a block of 1 << order pages
	 * of its own, of which those of the object can be open.  PERCPU: what is
	 * before it in the block is a red zone, fenced or not. */
	bool fenced, open;
	bool touched; /* once open, so that not all accesses were seen */
	bool told; /* a wrong access to it */
	unsigned int steps;
	struct fence_site *site;
	unsigned long block;
	struct object_trace made, gone;
};

struct object *objects_add(const struct object *model);
void objects_each(void (*fn)(struct object *object, void *arg), void *arg);
/* The one that begins at @start, or NULL. */
struct object *objects_find(unsigned long start);
/* The one that [start, start + reach) of holds @address, or the nearest before
 * it, or NULL. */
struct object *objects_near(unsigned long address);
/* Takes it out of the table, and frees what is known of it. */
void objects_remove(struct object *object);
void object_note(struct object_trace *trace, const struct report_place *place);

/* Removes all that begin in [low, high): others freed them. */
void objects_forget(unsigned long low, unsigned long high);
/* The allocator may give its memory to others. */
void object_clear(const struct object *object);

/* quarantine.c */
/* Frees @object some time later; until then its memory is poisoned. */
void quarantine_add(struct object *object);
void quarantine_flush(void);
/* Takes @object, which others free, out. */
void quarantine_drop(struct object *object);

/* heap.c */
int heap_set_up(void);
void heap_watch(void);
/* How much a module asked for that has @p of kmalloc() or of a cache. */
size_t heap_size(const void *p);
/* Memory as by kmalloc(), with a red zone. */
void *heap_alloc(size_t size, gfp_t flags, const struct report_place *place);
/* @object, whose size and cache are set, behind fences, or NULL. */
void *heap_alloc_fenced(struct object *object, size_t align, gfp_t flags,
			const struct report_place *place);
/* What kmalloc() takes for @size. */
size_t kmalloc_size_of(size_t size);
/* Takes back what a module frees: whether it was one that is known, or is not
 * to be freed at all. */
bool heap_release(const void *p, enum object_kind kind,
		  const struct report_place *place);
/* Tells that @p is freed that must not be; @what: why. */
void heap_report_free(const char *what, const void *p,
		      const struct report_place *place);
void heap_free(const void *p, const struct report_place *place);
/* Frees the pages behind those of @object, which somebody frees. */
void free_guard(const struct object *object);
/* Gives the memory of what is not in the table any more to its allocator. */
void heap_free_native(const struct object *object);

/* percpu.c: whether @p is the offset of an object of checked modules; what the
 * kernel frees is taken from it if it is. */
bool percpu_is_ours(const void *p);
bool percpu_kernel_frees(unsigned long p, const struct report_place *place);
void percpu_free_native(const struct object *object);

/* gcov.c */
void gcov_gone(struct module *mod);

#endif
