/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls of modules that are looked at on their way into the kernel and back:
 * those that take and give back locks (RING3_OPTION_LOCKS), and those that may
 * sleep (RING3_OPTION_CONTEXT).
 */
#ifndef KERNEL_CHECK_CALLS_H
#define KERNEL_CHECK_CALLS_H

#include <linux/types.h>
#include "check/report.h"

struct module;
struct pt_regs;

/* What @mod reaches by its import @symbol: @next, or what looks at the call
 * first.  @annotated: it says what it does (`ring3 build --sanitize=locks`).
 * Process context; may sleep. */
unsigned long calls_redirect(struct module *mod, const char *symbol,
			     unsigned long next, bool annotated);

/* What is done to a lock. */
enum lock_action {
	LOCK_NONE,
	LOCK_TAKE,
	LOCK_TAKE_ZERO, /* taken if 0 is returned */
	LOCK_TRY, /* taken if what is returned is not 0; without waiting */
	LOCK_MEET, /* the same, but it waits */
	LOCK_GIVE,
	LOCK_DOWNGRADE, /* from writing to reading */
	LOCK_INIT,
};

enum lock_type {
	TYPE_SPIN,
	TYPE_RW,
	TYPE_MUTEX,
	TYPE_WW, /* a mutex that deadlocks are no mistake of */
	TYPE_RT, /* a mutex with priority inheritance */
	TYPE_RWSEM,
	TYPE_RCU,
	TYPE_RECLAIM, /* of memory: what allocating may wait for */
	TYPE_CONTEXT, /* of wait/wound mutexes: no lock */
	TYPE_UNKNOWN,
};

/* struct lock_call - a call that concerns the lock at @lock. */
struct lock_call {
	void *lock;
	enum lock_action action;
	enum lock_type type;
	bool reads;
	bool annotated; /* the caller says of what class its locks are */
	const unsigned long *argument; /* of the call, those in registers */
	struct report_place place;
};

/* locks.c; any context but NMI.  The first returns whether the call is to be
 * left out: it would never return, or break what it is told of. */
bool lock_before(const struct lock_call *call);
void lock_after(const struct lock_call *call, unsigned long result);
/* Memory is reclaimed from now on (1), no more (0), or could be (-1), as an
 * allocation with @flags would; of annotated modules. */
void lock_reclaim(gfp_t flags, int begins, const struct report_place *place);
/* Looks at the call, which need not be made. */
void lock_might(const struct lock_call *call);

/* How a lock is held. */
enum held_how {
	HELD_ANY,
	HELD_WRITE,
	HELD_READ
};
/* Whether the calling task, or what it interrupts, holds a lock; true, too, if
 * that cannot be known. */
bool lock_is_mine(void *address, enum lock_type type, enum held_how how);
/* Whether it is known to hold any of modules' locks. */
bool lock_any_mine(void);

/* locks_class.c: the class of the lock at @address, by its key, its name, and
 * where that is said, or 0.  Any context but NMI. */
void class_set(const void *address, const void *key, const char *name,
	       unsigned long site, unsigned int subclass);
void class_set_subclass(const void *address, unsigned int subclass);
/* It stands for itself. */
void class_set_none(const void *address);
/* The same, and its order is of no interest. */
void class_set_novalidate(const void *address);
/* The calling task's next acquisition of @lock is of @subclass, and nested in
 * @nest, if not NULL. */
void nesting_add(const void *lock, unsigned int subclass, const void *nest,
		 enum lock_type nest_type);

/* locks_ww.c: what is done with a context of wait/wound mutexes. */
enum ww_action {
	WW_BEGIN,
	WW_DONE,
	WW_OVER,
	WW_SLOW
};
void ww_context(const void *context, enum ww_action action,
		const struct report_place *place);
/* Whether it is known to be over. */
bool ww_is_over(const void *context);

/* 0 or -ENOMEM; process context. */
int locks_set_up(void);
/* The calling task holds none of modules' locks any more, or that is told:
 * @what it does, in the kernel's words. */
void locks_return(const char *what);
/* Tells it of all tasks that end, from now on; 0 or -errno; may sleep. */
int locks_watch_tasks(void);
void locks_module_gone(const struct module *mod);
/* The memory [start, start + n) is free. */
void locks_forget(unsigned long start, size_t n);

/* user.c: a fault of code at @regs at a program's address; in traps */
void user_access(const struct pt_regs *regs, unsigned long error,
		 unsigned long address);
/* A module says that @p is a program's. */
void user_pointer(const void *p, const struct report_place *place);
/* Accesses of modules to programs' memory fault again. */
void user_copied(void);

/* context.c: the call may sleep; any context */
void context_may_sleep(const char *symbol, const struct report_place *place);
/* It may not, and is not where it could not. */
void context_may_not_sleep(const char *where, const struct report_place *place);
/* @function of a module has returned to the kernel, which was in no atomic
 * context before: it is put right, and told. */
void context_return(const char *what, const void *function);

#endif
