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
 * first.  Process context; may sleep. */
unsigned long calls_redirect(struct module *mod, const char *symbol,
			     unsigned long next);

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
};

/* struct lock_call - a call that concerns the lock at @lock. */
struct lock_call {
	void *lock;
	enum lock_action action;
	enum lock_type type;
	bool reads;
	const unsigned long *argument; /* of the call, those in registers */
	struct report_place place;
};

/* locks.c; any context but NMI.  The first returns whether the call is to be
 * left out: it would never return, or break what it is told of. */
bool lock_before(const struct lock_call *call);
void lock_after(const struct lock_call *call, unsigned long result);
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
/* @function of a module has returned to the kernel, which was in no atomic
 * context before: it is put right, and told. */
void context_return(const char *what, const void *function);

#endif
