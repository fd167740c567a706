/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What may sleep, and what may not.
 *
 * Found before the kernel's header of this name, which it includes; what it
 * redefines is for what comes behind that, and behind the first inclusion, since
 * the kernel's headers include each other.
 */
#ifdef RING3_KERNEL_H
#include_next <linux/kernel.h>
#else
#define RING3_KERNEL_H
#include_next <linux/kernel.h>
#ifndef __ASSEMBLY__
#include <ring3/annotate.h>

#undef might_sleep
#define might_sleep()                                                          \
	do {                                                                   \
		__ring3_lock_sleep(__FILE__, __LINE__);                        \
		might_resched();                                               \
	} while (0)
#undef cant_sleep
#define cant_sleep() __ring3_lock_no_sleep(__FILE__, __LINE__)
#endif
#endif
