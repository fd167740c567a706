/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mutexes with priority inheritance: their classes, and how they nest.
 *
 * Found before the kernel's header of this name, which it includes; what it
 * redefines is for what comes behind that, and behind the first inclusion, since
 * the kernel's headers include each other.
 */
#ifdef RING3_RTMUTEX_H
#include_next <linux/rtmutex.h>
#else
#define RING3_RTMUTEX_H
#include_next <linux/rtmutex.h>
#ifndef __ASSEMBLY__
#include <ring3/annotate.h>

#undef rt_mutex_init
#define rt_mutex_init(lock_)                                                   \
	do {                                                                   \
		static struct lock_class_key ring3_none;                       \
		RING3_KEY;                                                     \
		struct rt_mutex *ring3_lock = (lock_);                         \
                                                                               \
		__rt_mutex_init(ring3_lock, #lock_, &ring3_none);              \
		__ring3_lock_class(ring3_lock, ring3_key, "", #lock_, 0);      \
	} while (0)

#undef rt_mutex_lock_nested
#define rt_mutex_lock_nested(lock, subclass)                                   \
	RING3_TAKE_NESTED(rt_mutex_lock, lock, subclass)
#undef rt_mutex_lock_nest_lock
#define rt_mutex_lock_nest_lock(lock, nest_lock)                               \
	RING3_TAKE_IN(rt_mutex_lock, lock, nest_lock)
#endif
#endif
