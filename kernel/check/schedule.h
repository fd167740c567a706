/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who runs when, decided by a number: tasks lose the CPU, and interrupts come,
 * at places in modules' code that the schedule chooses (RING3_OPTION_SCHEDULES).
 */
#ifndef KERNEL_CHECK_SCHEDULE_H
#define KERNEL_CHECK_SCHEDULE_H

#include <linux/types.h>

struct module;

/* What @mod is to reach by its import @symbol in place of @next, if @native,
 * which the kernel exports, is a function: a stub that is a place to be chosen.
 * Process context. */
unsigned long schedule_redirect(struct module *mod, const char *symbol,
				unsigned long native, unsigned long next);

/* From now on, schedule @number.  Returns how many places were passed since
 * the last time. */
unsigned int schedule_arm(unsigned long number);
void schedule_end(void);

/* Whether tasks are to start in reverse order. */
bool schedule_reverses(void);

#endif
