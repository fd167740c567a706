/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pieces of code that stand between an import and what it reaches, each with a
 * slot that says which.  They stay for the life of the instance.
 */
#ifndef KERNEL_CHECK_STUBS_H
#define KERNEL_CHECK_STUBS_H

/* The first member of every slot: known to stub.S. */
struct stub_slot {
	unsigned long next; /* what the stub leads to */
};

/*
 * Code that goes to @entry with @slot in r11, or NULL without room.  Process
 * context; may sleep.
 */
void *stub_make(const struct stub_slot *slot, void (*entry)(void));

#endif
