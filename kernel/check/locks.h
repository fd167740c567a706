/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The graph of modules' locks: which was taken while which was held, and in
 * what contexts each was.  A node is a lock by itself or, in modules that say so
 * (`ring3 build --sanitize=locks`), a class of locks.
 *
 * Interrupts are off, and so nothing else runs on the one CPU.
 */
#ifndef KERNEL_CHECK_LOCKS_H
#define KERNEL_CHECK_LOCKS_H

#include <linux/hardirq.h>
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

#define CLASS_NAME_MAX 32

/* struct class_id - a class; keys are empty in these kernels, and several may lie
 * at one address, which name and place tell apart. */
struct class_id {
	const void *key;
	unsigned long
		site; /* where it is given to locks; 0: where they are made */
	char name[CLASS_NAME_MAX];
};

/* struct lock - what is known of one, or of a class. */
struct lock {
	struct hlist_node node; /* of its address; free: in a list */
	void *address; /* of a class: the key's */
	enum lock_type type;
	bool is_class;
	unsigned int subclass;
	struct class_id id; /* of a class */
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

/* Of interrupts: 0, of softirqs 1, of hardirqs 2. */
static inline unsigned int lock_level(void)
{
	return in_hardirq() ? 2 : in_serving_softirq() ? 1 : 0;
}

/* locks_state.c, of a lock itself: whether it is held at all, or so that it can
 * be read; whether it knows who has it, and who; whether taking it would never
 * return. */
bool lock_is_taken(const struct lock *lock, bool reads);
bool lock_has_owner(const struct lock *lock);
const struct task_struct *lock_owner(const struct lock *lock);
bool lock_never_ends(const struct lock *lock, bool reads);

/* How many of the semaphore's readers are known to be other tasks. */
long lock_other_readers(const struct lock *lock);

/* The lock at @address, if need be a new one; NULL without room. */
struct lock *lock_find(void *address, enum lock_type type, bool make);
/* The class that @id and @subclass stand for, if need be a new one; NULL without
 * room. */
struct lock *graph_class(const struct class_id *id, unsigned int subclass,
			 enum lock_type type);
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

/* locks_class.c: what annotations say of locks.  The node of @lock when it is
 * taken as of @subclass: its class, or by itself. */
struct lock *class_node(struct lock *lock, unsigned int subclass);
bool class_is_novalidate(const void *address);
void class_forget(unsigned long start, unsigned long end);
void class_forget_module(const struct module *mod);

/* What the calling task said of its next acquisition of @lock, it has made. */
void nesting_forget(const void *lock);

/* struct nesting - what a task says of its next acquisition of a lock. */
struct nesting {
	const void *lock; /* NULL: free */
	const struct task_struct *task;
	unsigned int level;
	unsigned int subclass;
	const void *nest; /* what all who nest here hold, or NULL */
	enum lock_type nest_type;
};

/* NULL: it has said nothing. */
const struct nesting *nesting_find(const void *lock);

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
