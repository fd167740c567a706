/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls of a module that fail on request (RING3_OPTION_FAULTS).
 */
#ifndef KERNEL_CHECK_FAULT_H
#define KERNEL_CHECK_FAULT_H

struct module;

/* What @mod is to reach by its import @symbol in place of @next: a stub that
 * may fail in its stead, or @next if that cannot fail.  Process context. */
unsigned long fault_redirect(struct module *mod, const char *symbol,
			     unsigned long next);

/* From now on, the @nth call, from 1, of the module called @name that can fail
 * does; 0: none.  Returns how many there were since the last time. */
unsigned int fault_arm(const char *name, unsigned int nth);

#endif
