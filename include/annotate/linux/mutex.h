/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mutexes: the classes of those that are made, and how they nest.
 *
 * Found before the kernel's header of this name, which it includes; what it
 * redefines is for what comes behind that, and behind the first inclusion, since
 * the kernel's headers include each other.
 */
#ifdef RING3_MUTEX_H
#include_next <linux/mutex.h>
#else
#define RING3_MUTEX_H
#include_next <linux/mutex.h>
#ifndef __ASSEMBLY__
#include <ring3/annotate.h>

#undef mutex_init
#define mutex_init(lock_)                                                      \
	do {                                                                   \
		static struct lock_class_key ring3_none;                       \
		RING3_KEY;                                                     \
		struct mutex *ring3_lock = (lock_);                            \
                                                                               \
		__mutex_init(ring3_lock, #lock_, &ring3_none);                 \
		__ring3_lock_class(ring3_lock, ring3_key, "", #lock_, 0);      \
	} while (0)

#ifdef mutex_init_with_key
#undef mutex_init_with_key
#define mutex_init_with_key(lock_, key)                                        \
	do {                                                                   \
		struct mutex *ring3_lock = (lock_);                            \
                                                                               \
		__mutex_init(ring3_lock, #lock_, (key));                       \
		__ring3_lock_class(ring3_lock, (key), #key, #lock_, 0);        \
	} while (0)
#endif

#undef mutex_lock_nested
#define mutex_lock_nested(lock, subclass)                                      \
	RING3_TAKE_NESTED(mutex_lock, lock, subclass)
#undef mutex_lock_interruptible_nested
#define mutex_lock_interruptible_nested(lock, subclass)                        \
	RING3_TAKE_NESTED(mutex_lock_interruptible, lock, subclass)
#undef mutex_lock_killable_nested
#define mutex_lock_killable_nested(lock, subclass)                             \
	RING3_TAKE_NESTED(mutex_lock_killable, lock, subclass)
#undef mutex_lock_io_nested
#define mutex_lock_io_nested(lock, subclass)                                   \
	RING3_TAKE_NESTED(mutex_lock_io, lock, subclass)
#undef mutex_lock_nest_lock
#define mutex_lock_nest_lock(lock, nest_lock)                                  \
	RING3_TAKE_IN(mutex_lock, lock, nest_lock)
#endif
#endif
