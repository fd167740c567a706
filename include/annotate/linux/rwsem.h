/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Read-write semaphores: their classes, and how they nest.
 *
 * Found before the kernel's header of this name, which it includes; what it
 * redefines is for what comes behind that, and behind the first inclusion, since
 * the kernel's headers include each other.
 */
#ifdef RING3_RWSEM_H
#include_next <linux/rwsem.h>
#else
#define RING3_RWSEM_H
#include_next <linux/rwsem.h>
#ifndef __ASSEMBLY__
#include <ring3/annotate.h>

#undef init_rwsem
#define init_rwsem(sem)                                                        \
	do {                                                                   \
		static struct lock_class_key ring3_none;                       \
		RING3_KEY;                                                     \
		struct rw_semaphore *ring3_lock = (sem);                       \
                                                                               \
		__init_rwsem(ring3_lock, #sem, &ring3_none);                   \
		__ring3_lock_class(ring3_lock, ring3_key, "", #sem, 0);        \
	} while (0)

#undef down_read_nested
#define down_read_nested(sem, subclass)                                        \
	RING3_TAKE_NESTED(down_read, sem, subclass)
#undef down_read_killable_nested
#define down_read_killable_nested(sem, subclass)                               \
	RING3_TAKE_NESTED(down_read_killable, sem, subclass)
#undef down_write_nested
#define down_write_nested(sem, subclass)                                       \
	RING3_TAKE_NESTED(down_write, sem, subclass)
#undef down_write_killable_nested
#define down_write_killable_nested(sem, subclass)                              \
	RING3_TAKE_NESTED(down_write_killable, sem, subclass)
#undef down_write_nest_lock
#define down_write_nest_lock(sem, nest_lock)                                   \
	RING3_TAKE_IN(down_write, sem, nest_lock)
#endif
#endif
