/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What code states of locks and contexts, and the classes that it gives.
 *
 * Found before the kernel's header of this name, which it includes; what it
 * redefines is for what comes behind that, and behind the first inclusion, since
 * the kernel's headers include each other.
 */
#ifdef RING3_LOCKDEP_H
#include_next <linux/lockdep.h>
#else
#define RING3_LOCKDEP_H
#include_next <linux/lockdep.h>
#ifndef __ASSEMBLY__
#include <ring3/annotate.h>
#include <linux/spinlock_types.h>

#undef lockdep_set_class
#define lockdep_set_class(lock, key)                                           \
	__ring3_lock_class(lock, key, #key, #key, 0)
#undef lockdep_set_class_and_name
#define lockdep_set_class_and_name(lock, key, name)                            \
	__ring3_lock_class(lock, key, "", name, 0)
#undef lockdep_set_class_and_subclass
#define lockdep_set_class_and_subclass(lock, key, sub)                         \
	__ring3_lock_class(lock, key, #key, #key, sub)
#undef lockdep_set_subclass
#define lockdep_set_subclass(lock, sub)                                        \
	__ring3_lock_class(lock, (void *)0, "", "", sub)
#undef lockdep_set_novalidate_class
#define lockdep_set_novalidate_class(lock) __ring3_lock_novalidate(lock)
#ifdef lockdep_set_notrack_class
#undef lockdep_set_notrack_class
#define lockdep_set_notrack_class(lock) __ring3_lock_novalidate(lock)
#endif

#define lockdep_is_held(lock)                                                  \
	__ring3_lock_held(lock, RING3_LOCK_TYPE(lock), RING3_HELD)
#undef lockdep_is_held_type
#define lockdep_is_held_type(lock, reads)                                      \
	__ring3_lock_held(lock, RING3_LOCK_TYPE(lock),                         \
			  (reads) < 0 ? RING3_HELD                             \
			  : (reads)   ? RING3_HELD_READ                        \
				      : RING3_HELD_WRITE)
/* Of maps, which are empty. */
#define lock_is_held(map) 1

#undef lockdep_assert
#define lockdep_assert(c)                                                      \
	do {                                                                   \
		WARN_ON(__ring3_lock_checks() && !(c));                        \
	} while (0)
#undef lockdep_assert_once
#define lockdep_assert_once(c)                                                 \
	do {                                                                   \
		WARN_ON_ONCE(__ring3_lock_checks() && !(c));                   \
	} while (0)

#define RING3_MISSING(lock, how)                                               \
	__ring3_lock_missing(lock, RING3_LOCK_TYPE(lock), how)
#undef lockdep_assert_held
#define lockdep_assert_held(lock)                                              \
	do {                                                                   \
		WARN_ON(RING3_MISSING(lock, RING3_HELD));                      \
	} while (0)
#undef lockdep_assert_held_write
#define lockdep_assert_held_write(lock)                                        \
	do {                                                                   \
		WARN_ON(RING3_MISSING(lock, RING3_HELD_WRITE));                \
	} while (0)
#undef lockdep_assert_held_read
#define lockdep_assert_held_read(lock)                                         \
	do {                                                                   \
		WARN_ON(RING3_MISSING(lock, RING3_HELD_READ));                 \
	} while (0)
#undef lockdep_assert_held_once
#define lockdep_assert_held_once(lock)                                         \
	do {                                                                   \
		WARN_ON_ONCE(RING3_MISSING(lock, RING3_HELD));                 \
	} while (0)
#undef lockdep_assert_not_held
#define lockdep_assert_not_held(lock)                                          \
	do {                                                                   \
		WARN_ON(__ring3_lock_present(lock, RING3_LOCK_TYPE(lock)));    \
	} while (0)
#undef lockdep_assert_none_held_once
#define lockdep_assert_none_held_once()                                        \
	do {                                                                   \
		WARN_ON_ONCE(__ring3_lock_any());                              \
	} while (0)

#undef might_lock
#define might_lock(lock) __ring3_lock_might(lock, RING3_LOCK_TYPE(lock), 0, 0)
#undef might_lock_read
#define might_lock_read(lock)                                                  \
	__ring3_lock_might(lock, RING3_LOCK_TYPE(lock), 1, 0)
#undef might_lock_nested
#define might_lock_nested(lock, subclass)                                      \
	__ring3_lock_might(lock, RING3_LOCK_TYPE(lock), 0, subclass)

#define RING3_CONTEXT(what)                                                    \
	do {                                                                   \
		WARN_ON_ONCE(__ring3_lock_wrong_context(what));                \
	} while (0)
#undef lockdep_assert_irqs_enabled
#define lockdep_assert_irqs_enabled() RING3_CONTEXT(RING3_IRQS_ENABLED)
#undef lockdep_assert_irqs_disabled
#define lockdep_assert_irqs_disabled() RING3_CONTEXT(RING3_IRQS_DISABLED)
#undef lockdep_assert_in_irq
#define lockdep_assert_in_irq() RING3_CONTEXT(RING3_IN_IRQ)
#undef lockdep_assert_no_hardirq
#define lockdep_assert_no_hardirq() RING3_CONTEXT(RING3_NO_HARDIRQ)
#undef lockdep_assert_preemption_enabled
#define lockdep_assert_preemption_enabled()                                    \
	RING3_CONTEXT(RING3_PREEMPTION_ENABLED)
#undef lockdep_assert_preemption_disabled
#define lockdep_assert_preemption_disabled()                                   \
	RING3_CONTEXT(RING3_PREEMPTION_DISABLED)
#undef lockdep_assert_in_softirq
#define lockdep_assert_in_softirq() RING3_CONTEXT(RING3_IN_SOFTIRQ)
#endif
#endif
