/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The graph of modules' locks: which was taken while which was held, and in
 * what contexts each was.
 *
 * Interrupts are off, and so nothing else runs on the one CPU.
 */
#ifndef KERNEL_CHECK_LOCKS_H
#define KERNEL_CHECK_LOCKS_H

#include <linux/list.h>
#include "check/calls.h"

/* How a lock was taken: what may be beside what. */
enum lock_mode {
	MODE_WRITE,
	MODE_READ,
	MODE_RECURSIVE, /* reading that waits for no writer that waits */
};

/* Where a lock was taken; a bit for each, for reading and for writing. */
#define IN_HARDIRQ   0x1u
#define IN_SOFTIRQ   0x2u
#define WITH_HARDIRQ 0x4u /* they could have come */
#define WITH_SOFTIRQ 0x8u
#define READING	     4 /* shift */

/* struct lock - what is known of one. */
struct lock {
	struct hlist_node node; /* of its address; free: in a list */
	void *address;
	enum lock_type type;
	unsigned int usage;
	unsigned int left_out; /* acquisitions that were told of instead */
	struct lock_edge *edges; /* to those taken while it was held */
	unsigned int visited;
	const struct lock_edge *by; /* the edge that the search came by */
};

struct lock_edge {
	struct lock_edge *next;
	struct lock *from, *to;
	enum lock_mode held, wanted;
	unsigned long from_ip, to_ip;
};

/* The lock at @address, if need be a new one; NULL without room. */
struct lock *lock_find(void *address, enum lock_type type, bool make);
/* Locks in [start, end) are no more. */
void graph_forget(unsigned long start, unsigned long end);
void graph_forget_module(const struct module *mod);
bool graph_any_between(unsigned long start, unsigned long end);

/* @to is wanted in @wanted while @from is held in @held.  True if that is new. */
bool graph_add(struct lock *from, enum lock_mode held, unsigned long from_ip,
	       struct lock *to, enum lock_mode wanted, unsigned long to_ip);
/* Whether a circle of tasks could wait for each other by the newest edge from
 * @from to @to, which then is told. */
bool graph_find_circle(struct lock *from, struct lock *to,
		       const struct report_place *place);
/* Whether an interrupt could wait for what it interrupted, told. */
bool graph_find_inversion(const struct report_place *place);

/* locks_ww.c, of a wait/wound mutex: what is about to be taken, was asked for
 * with @result, is given back, is made anew.  @held: what the task holds. */
void ww_before(const struct lock_call *call, void *const *held, unsigned int n);
void ww_after(const struct lock_call *call, long result);
void ww_give(const struct lock_call *call);
void ww_init(const struct lock_call *call);

/* A usage of itself, "inconsistent lock state"; told. */
bool lock_is_inconsistent(unsigned int usage);
const char *lock_type_name(const struct lock *lock);
void lock_print(const char *before, const struct lock *lock, unsigned long ip);

#endif
