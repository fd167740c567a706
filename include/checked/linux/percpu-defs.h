/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Accesses to per-CPU memory, which are assembly that compilers
 * do not check.
 *
 * Found before the kernel's header of this name, which it includes; what it
 * redefines is for what comes behind that, and behind the first inclusion, since
 * the kernel's headers include each other.
 */
#ifdef RING3_PERCPU_DEFS_H
#include_next <linux/percpu-defs.h>
#else
#define RING3_PERCPU_DEFS_H
#include_next <linux/percpu-defs.h>
#ifndef __ASSEMBLY__

void __asan_ring3_percpu(const void *p, unsigned int size, _Bool write);

#define RING3_PERCPU(pcp, write)                                               \
	__asan_ring3_percpu((const void *)&(pcp), sizeof(pcp), write)
#define RING3_PERCPU_DO(op, pcp, val)                                          \
	do {                                                                   \
		RING3_PERCPU(pcp, 1);                                          \
		__pcpu_size_call(op, pcp, val);                                \
	} while (0)
#define RING3_PERCPU_GET(op, pcp, val)                                         \
	({                                                                     \
		RING3_PERCPU(pcp, 1);                                          \
		__pcpu_size_call_return2(op, pcp, val);                        \
	})
#define RING3_PERCPU_READ(op, pcp)                                             \
	({                                                                     \
		RING3_PERCPU(pcp, 0);                                          \
		__pcpu_size_call_return(op, pcp);                              \
	})
#define RING3_PERCPU_EXCHANGE(op, pcp, old, new)                               \
	({                                                                     \
		RING3_PERCPU(pcp, 1);                                          \
		__pcpu_size_call_return2(op, pcp, old, new);                   \
	})

#undef raw_cpu_read
#define raw_cpu_read(pcp) RING3_PERCPU_READ(raw_cpu_read_, pcp)
#undef raw_cpu_write
#define raw_cpu_write(pcp, val) RING3_PERCPU_DO(raw_cpu_write_, pcp, val)
#undef raw_cpu_add
#define raw_cpu_add(pcp, val) RING3_PERCPU_DO(raw_cpu_add_, pcp, val)
#undef raw_cpu_and
#define raw_cpu_and(pcp, val) RING3_PERCPU_DO(raw_cpu_and_, pcp, val)
#undef raw_cpu_or
#define raw_cpu_or(pcp, val) RING3_PERCPU_DO(raw_cpu_or_, pcp, val)
#undef raw_cpu_add_return
#define raw_cpu_add_return(pcp, val)                                           \
	RING3_PERCPU_GET(raw_cpu_add_return_, pcp, val)
#undef raw_cpu_xchg
#define raw_cpu_xchg(pcp, val) RING3_PERCPU_GET(raw_cpu_xchg_, pcp, val)
#undef raw_cpu_cmpxchg
#define raw_cpu_cmpxchg(pcp, old, new)                                         \
	RING3_PERCPU_EXCHANGE(raw_cpu_cmpxchg_, pcp, old, new)

#undef this_cpu_read
#define this_cpu_read(pcp) RING3_PERCPU_READ(this_cpu_read_, pcp)
#undef this_cpu_write
#define this_cpu_write(pcp, val) RING3_PERCPU_DO(this_cpu_write_, pcp, val)
#undef this_cpu_add
#define this_cpu_add(pcp, val) RING3_PERCPU_DO(this_cpu_add_, pcp, val)
#undef this_cpu_and
#define this_cpu_and(pcp, val) RING3_PERCPU_DO(this_cpu_and_, pcp, val)
#undef this_cpu_or
#define this_cpu_or(pcp, val) RING3_PERCPU_DO(this_cpu_or_, pcp, val)
#undef this_cpu_add_return
#define this_cpu_add_return(pcp, val)                                          \
	RING3_PERCPU_GET(this_cpu_add_return_, pcp, val)
#undef this_cpu_xchg
#define this_cpu_xchg(pcp, val) RING3_PERCPU_GET(this_cpu_xchg_, pcp, val)
#undef this_cpu_cmpxchg
#define this_cpu_cmpxchg(pcp, old, new)                                        \
	RING3_PERCPU_EXCHANGE(this_cpu_cmpxchg_, pcp, old, new)

#endif
#endif
