// SPDX-License-Identifier: GPL-2.0-only
/*
 * What modules built by `ring3 build --sanitize=locks` call in place of lock
 * annotations (include/annotate): what they say is handed on, what they state is
 * held against what is known.  Statements that are wrong are the module's own to
 * warn of, as in the kernel.
 *
 * Any context but NMI.
 */
#include <linux/build_bug.h>
#include <linux/gfp.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <ring3/annotate.h>
#include "../internal.h"
#include "check/calls.h"
#include "sanitize/runtime.h"

RING3_LOCKS(RUNTIME_DECLARE)
RING3_LOCKS(RUNTIME_LOCKS_SYMBOL)

static_assert(RING3_LOCK_SPIN == TYPE_SPIN && RING3_LOCK_RW == TYPE_RW);
static_assert(RING3_LOCK_MUTEX == TYPE_MUTEX && RING3_LOCK_WW == TYPE_WW);
static_assert(RING3_LOCK_RT == TYPE_RT && RING3_LOCK_RWSEM == TYPE_RWSEM);
static_assert(RING3_LOCK_CONTEXT == TYPE_CONTEXT);
static_assert(RING3_LOCK_UNKNOWN == TYPE_UNKNOWN);
static_assert(RING3_HELD == HELD_ANY && RING3_HELD_WRITE == HELD_WRITE);
static_assert(RING3_HELD_READ == HELD_READ);
static_assert(RING3_WW_BEGIN == WW_BEGIN && RING3_WW_DONE == WW_DONE);
static_assert(RING3_WW_OVER == WW_OVER && RING3_WW_SLOW == WW_SLOW);

_Bool __ring3_lock_checks(void)
{
	return ring3_kernel.options & RING3_OPTION_LOCKS && !in_nmi() &&
	       !oops_in_progress;
}

/* ---- classes ---- */

void __ring3_lock_init(const void *lock, int type, const void *key,
		       const char *name)
{
	const struct lock_call call = {
		.lock = (void *)lock,
		.action = LOCK_INIT,
		.type = type,
		.annotated = true,
		.place = REPORT_PLACE_HERE(),
	};

	if (!__ring3_lock_checks())
		return;
	lock_before(&call);
	class_set(lock, key, name, 0, 0);
}

/* Keys are empty, and so those of an array are all at one address: what names do
 * not tell apart would be taken for one class. */
static bool is_one_of_many(const char *text)
{
	return strpbrk(text, "[+");
}

void __ring3_lock_class(const void *lock, const void *key, const char *text,
			const char *name, unsigned int subclass)
{
	/* With no text, the key is of the place or has a name of its own. */
	unsigned long site = *text ? (unsigned long)__builtin_return_address(0)
				   : 0;

	if (!__ring3_lock_checks())
		return;
	if (!key)
		class_set_subclass(lock, subclass);
	else if (is_one_of_many(text))
		class_set_none(lock);
	else
		class_set(lock, key, name ? name : "", site, subclass);
}

void __ring3_lock_novalidate(const void *lock)
{
	if (__ring3_lock_checks())
		class_set_novalidate(lock);
}

void __ring3_lock_nested(const void *lock, unsigned int subclass,
			 const void *nest, int nest_type)
{
	if (__ring3_lock_checks())
		nesting_add(lock, subclass, nest, nest_type);
}

void __ring3_lock_might(const void *lock, int type, _Bool reads,
			unsigned int subclass)
{
	const struct lock_call call = {
		.lock = (void *)lock,
		.action = LOCK_TAKE,
		.type = type,
		.reads = reads,
		.annotated = true,
		.place = REPORT_PLACE_HERE(),
	};

	/* What is looked at of wait/wound mutexes is in arguments. */
	if (!__ring3_lock_checks() || type > TYPE_RWSEM || type == TYPE_WW)
		return;
	if (subclass)
		nesting_add(lock, subclass, NULL, TYPE_UNKNOWN);
	lock_might(&call);
}

/* ---- statements ---- */

int __ring3_lock_held(const void *lock, int type, int how)
{
	return !__ring3_lock_checks() || lock_is_mine((void *)lock, type, how);
}

_Bool __ring3_lock_missing(const void *lock, int type, int how)
{
	return __ring3_lock_checks() && !lock_is_mine((void *)lock, type, how);
}

_Bool __ring3_lock_present(const void *lock, int type)
{
	return __ring3_lock_checks() && type <= TYPE_RWSEM &&
	       lock_is_mine((void *)lock, type, HELD_ANY);
}

_Bool __ring3_lock_any(void)
{
	return __ring3_lock_checks() && lock_any_mine();
}

static bool is_preemptible(void)
{
	return !preempt_count() && !irqs_disabled();
}

_Bool __ring3_lock_wrong_context(int what)
{
	if (!__ring3_lock_checks())
		return false;
	switch (what) {
	case RING3_IRQS_ENABLED:
		return irqs_disabled();
	case RING3_IRQS_DISABLED:
		return !irqs_disabled();
	case RING3_IN_IRQ:
		return !in_hardirq();
	case RING3_NO_HARDIRQ:
		return in_hardirq() || irqs_disabled();
	case RING3_PREEMPTION_ENABLED:
		return IS_ENABLED(CONFIG_PREEMPT_COUNT) && !is_preemptible();
	case RING3_PREEMPTION_DISABLED:
		return IS_ENABLED(CONFIG_PREEMPT_COUNT) && is_preemptible();
	case RING3_IN_SOFTIRQ:
		return !in_softirq() || in_hardirq();
	}
	return false;
}

/* ---- contexts ---- */

static bool checks_contexts(void)
{
	return ring3_kernel.options & RING3_OPTION_CONTEXT && !in_nmi();
}

static void may_sleep(const char *file, int line,
		      const struct report_place *place)
{
	char where[80];

	snprintf(where, sizeof(where), "%s:%d", file, line);
	context_may_sleep(where, place);
}

void __ring3_lock_sleep(const char *file, int line)
{
	const struct report_place place = REPORT_PLACE_HERE();

	if (checks_contexts())
		may_sleep(file, line, &place);
}

void __ring3_lock_no_sleep(const char *file, int line)
{
	const struct report_place place = REPORT_PLACE_HERE();
	char where[80];

	if (!checks_contexts())
		return;
	snprintf(where, sizeof(where), "%s:%d", file, line);
	context_may_not_sleep(where, &place);
}

void __ring3_lock_ww(const void *context, int what)
{
	const struct report_place place = REPORT_PLACE_HERE();

	if (__ring3_lock_checks())
		ww_context(context, what, &place);
}

/* ---- reclaim ---- */

void __ring3_lock_reclaim(unsigned int flags, _Bool begins)
{
	const struct report_place place = REPORT_PLACE_HERE();

	if (__ring3_lock_checks())
		lock_reclaim((__force gfp_t)flags, begins, &place);
}

void __ring3_lock_alloc(unsigned int flags, const char *file, int line)
{
	const struct report_place place = REPORT_PLACE_HERE();

	if (__ring3_lock_checks())
		lock_reclaim((__force gfp_t)flags, -1, &place);
	if (checks_contexts() && gfpflags_allow_blocking((__force gfp_t)flags))
		may_sleep(file, line, &place);
}
