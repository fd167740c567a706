/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reclaim of memory, as a lock that allocations take.
 *
 * Found before the kernel's header of this name, which it includes; what it
 * redefines is for what comes behind that, and behind the first inclusion, since
 * the kernel's headers include each other.
 */
#ifdef RING3_SCHED_MM_H
#include_next <linux/sched/mm.h>
#else
#define RING3_SCHED_MM_H
#include_next <linux/sched/mm.h>
#ifndef __ASSEMBLY__
#include <ring3/annotate.h>

#define fs_reclaim_acquire(flags)                                              \
	__ring3_lock_reclaim((__force unsigned int)(flags), 1)
#define fs_reclaim_release(flags)                                              \
	__ring3_lock_reclaim((__force unsigned int)(flags), 0)
#define might_alloc(flags)                                                     \
	__ring3_lock_alloc((__force unsigned int)(flags), __FILE__, __LINE__)
#endif
#endif
