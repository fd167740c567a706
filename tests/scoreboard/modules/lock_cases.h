/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the two files of lock_cases share.
 */
#ifndef LOCK_CASES_H
#define LOCK_CASES_H

#include <linux/types.h>

#define NR_LOCKS 8

/* lock_ww.c: does what a step with wait/wound mutexes says; false: it is none.
 * @i: the lock. */
bool ww_step(char what, unsigned int i);
void ww_set_up(void);
/* What the other task still holds is given back. */
void ww_tear_down(void);

#endif
