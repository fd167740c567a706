// SPDX-License-Identifier: GPL-2.0-only
/*
 * What modules do with wait/wound mutexes.  Beginning and ending a context is
 * compiled into modules without a trace, unless they are built by `ring3 build
 * --sanitize=locks`; what is told of others is what can be seen in the calls that
 * take and give back a lock, in the context, and in the lock.
 *
 * The class of a lock is what ww_mutex_init() gives __mutex_init(); of locks that
 * the kernel itself initialises it is not known, and they are of none.
 *
 * Interrupts are off, but for what the calls themselves do.
 */
#include <linux/errno.h>
#include <linux/hash.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/ww_mutex.h>
#include "check/locks.h"

#define CLASS_BITS 10
#define BACKS_MAX  16
#define KNOWN_MAX  64

/* By the lock's address; what falls on the same place drives it out. */
static struct {
	const void *lock;
	unsigned long class;
} classes[1 << CLASS_BITS];

/* Contexts that were told to back off: for which lock they have to wait, with
 * nothing in their hands. */
static struct back {
	const struct ww_acquire_ctx *context; /* NULL: free */
	unsigned long stamp;
	const struct ww_mutex *lock;
} backs[BACKS_MAX];

/* Contexts that were told of, known by the number that each gets as it begins;
 * they are kept when they are over. */
static struct known {
	const struct ww_acquire_ctx *context;
	unsigned long stamp;
	bool done, over;
} knowns[KNOWN_MAX];

static unsigned long class_of(const void *lock)
{
	unsigned int i = hash_ptr(lock, CLASS_BITS);

	return classes[i].lock == lock ? classes[i].class : 0;
}

void ww_init(const struct lock_call *call)
{
	unsigned int i = hash_ptr(call->lock, CLASS_BITS);

	classes[i].lock = call->lock;
	classes[i].class = call->argument[2];
}

static void tell(const char *title, const char *what,
		 const struct lock_call *call, const void *other)
{
	if (!report_begin(title, call->place.ip))
		return;
	pr_err("WARNING: %s\n", title);
	pr_err("%s/%d %s:\n", current->comm, current->pid, what);
	pr_err(" (wait/wound mutex %ps at %px), at: %pS\n", call->lock,
	       call->lock, (void *)call->place.ip);
	if (other)
		pr_err(" the other is %ps at %px\n", other, other);
	report_stack(&call->place);
	report_end();
}

static void tell_of_context(const char *what,
			    const struct ww_acquire_ctx *context,
			    const struct report_place *place)
{
	if (!report_begin("context", place->ip))
		return;
	pr_err("WARNING: bad use of a wait/wound context\n");
	pr_err("%s/%d %s: %px, with %u locks, at: %pS\n", current->comm,
	       current->pid, what, context, context->acquired,
	       (void *)place->ip);
	report_stack(place);
	report_end();
}

static struct known *find_known(const struct ww_acquire_ctx *context)
{
	struct known *known;

	for (known = knowns; known < knowns + KNOWN_MAX; known++)
		if (context && known->context == context &&
		    known->stamp == context->stamp)
			return known;
	return NULL;
}

static struct back *find_back(const struct ww_acquire_ctx *context)
{
	struct back *back;

	for (back = backs; back < backs + BACKS_MAX; back++)
		if (context && back->context == context &&
		    back->stamp == context->stamp)
			return back;
	return NULL;
}

static const struct ww_acquire_ctx *context_of(const struct lock_call *call)
{
	return (void *)call->argument[1];
}

/* Of one class, all but the first are to be taken in the first one's context. */
static void look_at_held(const struct lock_call *call, void *const *held,
			 unsigned int n)
{
	const struct ww_acquire_ctx *context = context_of(call);
	unsigned long class = class_of(call->lock);
	unsigned int i;

	for (i = 0; i < n; i++) {
		const struct ww_mutex *other = held[i];
		bool together = context && READ_ONCE(other->ctx) == context;

		if (other == call->lock || !class || !class_of(other) ||
		    together == (class_of(other) == class))
			continue;
		if (together)
			tell("wrong wait/wound class",
			     "takes a lock of another class than the context's",
			     call, other);
		else
			tell("possible recursive locking detected",
			     "takes a lock of a class that it holds, and not in one context with that",
			     call, other);
		return;
	}
}

void ww_before(const struct lock_call *call, void *const *held, unsigned int n)
{
	const struct ww_acquire_ctx *context = context_of(call);
	const struct ww_mutex *ww = call->lock;
	const struct back *back = find_back(context);
	const struct known *known = find_known(context);

	if (known && (known->done || known->over))
		tell_of_context("takes a lock in a context that is done",
				context, &call->place);
	if (!ww_mutex_is_locked((struct ww_mutex *)ww) && ww->ctx)
		tell("stale wait/wound context",
		     "takes a lock that is free and still in a context", call,
		     NULL);
	if (back && context->acquired)
		tell("wait/wound locks held on the way back",
		     "was to give back all that it holds before it takes any",
		     call, back->lock);
	else if (back && back->lock != ww)
		tell("wrong wait/wound lock",
		     "was to wait for another lock first", call, back->lock);
	else
		look_at_held(call, held, n);
}

static void note_back(const struct ww_acquire_ctx *context,
		      const struct ww_mutex *ww)
{
	static unsigned int next;
	struct back *back = find_back(context);

	if (!back)
		back = &backs[next++ % BACKS_MAX];
	*back = (struct back){context, context->stamp, ww};
}

void ww_after(const struct lock_call *call, long result)
{
	const struct ww_acquire_ctx *context = context_of(call);
	struct back *back = find_back(context);

	if (context && result == -EDEADLK)
		note_back(context, call->lock);
	else if (back && !result)
		back->context = NULL;
}

void ww_give(const struct lock_call *call)
{
	const struct ww_mutex *ww = call->lock;

	if (ww->ctx && !ww->ctx->acquired)
		tell("bad unlock balance detected!",
		     "gives back a lock of a context that has none", call,
		     NULL);
}

static void begin(const struct ww_acquire_ctx *context)
{
	static unsigned int next;
	struct known *known;

	for (known = knowns; known < knowns + KNOWN_MAX; known++)
		if (known->context == context)
			break;
	if (known == knowns + KNOWN_MAX)
		known = &knowns[next++ % KNOWN_MAX];
	*known = (struct known){.context = context, .stamp = context->stamp};
}

static void look_at_known(struct known *known, enum ww_action action,
			  const struct report_place *place)
{
	const struct ww_acquire_ctx *context = known->context;

	if (known->over)
		tell_of_context("uses a context that is over", context, place);
	else if (action == WW_DONE && known->done)
		tell_of_context("is done for the second time", context, place);
	else if (action == WW_OVER && context->acquired)
		tell_of_context("ends a context that has locks", context,
				place);
	else if (action == WW_SLOW && !find_back(context))
		tell_of_context("goes the slow way, and was not told to",
				context, place);
	known->done |= action == WW_DONE;
	known->over |= action == WW_OVER;
}

void ww_context(const void *context, enum ww_action action,
		const struct report_place *place)
{
	struct known *known;
	unsigned long flags;

	local_irq_save(flags);
	known = find_known(context);
	if (action == WW_BEGIN)
		begin(context);
	else if (known)
		look_at_known(known, action, place);
	local_irq_restore(flags);
}

bool ww_is_over(const void *context)
{
	const struct known *known = find_known(context);

	return known && known->over;
}
