/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pieces of code that stand between an import and what it reaches, each with a
 * slot that says which.  They stay for the life of the instance.
 */
#ifndef KERNEL_CHECK_STUBS_H
#define KERNEL_CHECK_STUBS_H

#include <linux/types.h>

/* The first member of every slot: known to stub.S. */
struct stub_slot {
	unsigned long next; /* what the stub leads to */
};

/*
 * Code that goes to @entry with @slot in r11, or NULL without room.  Process
 * context; may sleep.
 */
void *stub_make(const struct stub_slot *slot, void (*entry)(void));

/* The same with @slot on the stack, and no register touched. */
void *stub_make_pushing(const struct stub_slot *slot, void (*entry)(void));

/* Whether @symbol is one of the functions of get_user() and put_user(), whose
 * callers keep what they like in nearly all registers. */
bool stub_must_push(const char *symbol);

#endif
