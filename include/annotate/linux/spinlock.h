/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Spin locks: the classes of those that are made, and how they nest.
 *
 * Found before the kernel's header of this name, which it includes; what it
 * redefines is for what comes behind that, and behind the first inclusion, since
 * the kernel's headers include each other.
 */
#ifdef RING3_SPINLOCK_H
#include_next <linux/spinlock.h>
#else
#define RING3_SPINLOCK_H
#include_next <linux/spinlock.h>
#ifndef __ASSEMBLY__
#include <ring3/annotate.h>

#undef spin_lock_init
#define spin_lock_init(lock_)                                                  \
	do {                                                                   \
		RING3_KEY;                                                     \
		spinlock_t *ring3_lock = (lock_);                              \
                                                                               \
		__ring3_lock_init(ring3_lock, RING3_LOCK_SPIN, ring3_key,      \
				  #lock_);                                     \
		*ring3_lock = __SPIN_LOCK_UNLOCKED(*ring3_lock);               \
	} while (0)

#undef raw_spin_lock_init
#define raw_spin_lock_init(lock_)                                              \
	do {                                                                   \
		RING3_KEY;                                                     \
		raw_spinlock_t *ring3_lock = (lock_);                          \
                                                                               \
		__ring3_lock_init(ring3_lock, RING3_LOCK_SPIN, ring3_key,      \
				  #lock_);                                     \
		*ring3_lock = __RAW_SPIN_LOCK_UNLOCKED(*ring3_lock);           \
	} while (0)

#undef rwlock_init
#define rwlock_init(lock_)                                                     \
	do {                                                                   \
		RING3_KEY;                                                     \
		rwlock_t *ring3_lock = (lock_);                                \
                                                                               \
		__ring3_lock_init(ring3_lock, RING3_LOCK_RW, ring3_key,        \
				  #lock_);                                     \
		*ring3_lock = __RW_LOCK_UNLOCKED(*ring3_lock);                 \
	} while (0)

#undef raw_spin_lock_nested
#define raw_spin_lock_nested(lock, subclass)                                   \
	RING3_TAKE_NESTED(_raw_spin_lock, lock, subclass)
#undef raw_spin_lock_nest_lock
#define raw_spin_lock_nest_lock(lock, nest_lock)                               \
	RING3_TAKE_IN(_raw_spin_lock, lock, nest_lock)
#undef raw_spin_lock_irqsave_nested
#define raw_spin_lock_irqsave_nested(lock, flags, subclass)                    \
	(flags = RING3_TAKE_NESTED(_raw_spin_lock_irqsave, lock, subclass))

#undef spin_lock_nested
#define spin_lock_nested(lock, subclass)                                       \
	raw_spin_lock_nested(spinlock_check(lock), subclass)
#undef spin_lock_nest_lock
#define spin_lock_nest_lock(lock, nest_lock)                                   \
	raw_spin_lock_nest_lock(spinlock_check(lock), nest_lock)
#undef spin_lock_irqsave_nested
#define spin_lock_irqsave_nested(lock, flags, subclass)                        \
	raw_spin_lock_irqsave_nested(spinlock_check(lock), flags, subclass)

#undef write_lock_nested
#define write_lock_nested(lock, subclass)                                      \
	RING3_TAKE_NESTED(_raw_write_lock, lock, subclass)
#endif
#endif
