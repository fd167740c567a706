/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The instance's process, as seen by the supervisor of clients, which lives in
 * it (struct instance_clients).
 */
#ifndef MACHINE_GUEST_H
#define MACHINE_GUEST_H

#include <stdbool.h>

/* Makes the kernel take an interrupt soon.  Any thread; signal-safe. */
void guest_raise_interrupt(void);

/* Whether one is pending; the kernel's thread. */
bool guest_interrupt_is_pending(void);

/* ioctl(2), -errno on failure; -EINTR also if an interrupt is pending or comes
 * before the call has begun.  The kernel's thread. */
long guest_ioctl(int fd, unsigned long request, void *arg);

/* RAM from physical address @pa on becomes memory that other processes can
 * map: the file, and where in it that is.  The kernel's thread, in a host
 * operation; 0 or -errno. */
int guest_memory_share(unsigned long pa, unsigned long n);
int guest_memory_fd(void);
unsigned long guest_memory_offset(unsigned long pa);

#endif
