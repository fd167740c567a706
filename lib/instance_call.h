/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A way to the module system of a ring3 instance that is no module system call.
 *
 * A container's own filter may answer those with EPERM before the instance's
 * supervisor sees them; it lets ioctl(2) pass.  On a file of the instance's,
 * /proc/modules, RING3_MODULE_CALL makes one of the calls in its place, with its
 * result.  Nothing but a supervisor knows it: elsewhere it is ENOTTY.
 */
#ifndef LIB_INSTANCE_CALL_H
#define LIB_INSTANCE_CALL_H

#include <stdint.h>

/* _IOW('3', 0, struct instance_call) */
#define RING3_MODULE_CALL 0x40203300u

struct instance_call {
	uint64_t nr; /* SYS_init_module, finit_module or delete_module */
	uint64_t args[3];
};

/* The call, directly, or where that is forbidden by way of the instance; its
 * result, or -1 with errno.  Any thread; blocks as the call does. */
long instance_call(long nr, unsigned long a, unsigned long b, unsigned long c);

#endif
