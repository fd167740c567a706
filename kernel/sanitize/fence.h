/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fences: memory of modules that were compiled without sanitizers lies in pages
 * of its own, which the processor guards.
 *
 * An object ends where its last page does; the next one cannot be touched.  The
 * object's own pages are closed too: each access faults, is looked up in the
 * shadow memory and done by itself, until there were so many that it is cheaper
 * to leave them open.  What was freed is closed for good.
 */
#ifndef KERNEL_SANITIZE_FENCE_H
#define KERNEL_SANITIZE_FENCE_H

#include <linux/types.h>

struct fence_site;
struct module;
struct object;
struct pt_regs;
struct report_place;

/* A module of @kinds comes (1) or is gone (-1). */
void fence_count(unsigned int kinds, int by);
/* All objects are looked at, before @mod, which has fences, is gone. */
void fence_gone(const struct module *mod);

/* Whether what is allocated at @place is to have fences. */
bool fence_is_for(const struct report_place *place);

/* fence_sites.c: what allocates at @ip has one more object; its site, or NULL if
 * so many have had fences that this one shall not. */
struct fence_site *fence_site_take(unsigned long ip);
/* Whether an access to an object of @site, or of none, is still worth a fault;
 * and that there was one. */
bool fence_site_may_look(const struct fence_site *site);
void fence_site_look(struct fence_site *site);
/* A module is gone, others may come in its place: all begin anew. */
void fence_sites_forget(void);

/* Memory for @object, whose size and site are set, filled with zeros; sets
 * start, reach and what concerns fences, but closes nothing yet.  NULL: without
 * fences, please, since there are too many, or no memory.  Any context but
 * NMI. */
void *fence_alloc(struct object *object, size_t align, gfp_t flags);
/* Closes what is behind @object. */
void fence_guard(const struct object *object);
/* The memory behind whole pages that are in use, or that which they are. */
void fence_close(unsigned long start, size_t n);
void fence_open(unsigned long start, size_t n);
/* Fills what is behind @object, of vmalloc(), in its last page, to see if it
 * changes; fence_made() then closes that page. */
void fence_fill(struct object *object);
/* The same with all that surrounds @object of per-CPU memory. */
void fence_fill_around(const struct object *object);
/* @object waits in the quarantine, or goes back to the kernel. */
void fence_freed(struct object *object);
void fence_release(const struct object *object);
/* Somebody is to free the pages of @object himself. */
void fence_drop(const struct object *object);
/* What is behind is closed, now that it is in the table, and so are its own
 * pages if its site is still worth it; these are open for good. */
void fence_made(struct object *object);
void fence_set_open(struct object *object);
/* Whether what surrounds @object was written to, which is told. */
void fence_check(struct object *object, const struct report_place *place);

/* What the kernel's code has touched since, on a module's behalf, is closed
 * again, but for some that it often touches. */
void fence_reclose(void);
/* @object is not to be touched any more. */
void fence_forget(const struct object *object);

/* From traps: whether a fault, or a step, was of a fence and is dealt with. */
bool fence_fault(struct pt_regs *regs, unsigned long error,
		 unsigned long address);
bool fence_stepped(struct pt_regs *regs);

#endif
