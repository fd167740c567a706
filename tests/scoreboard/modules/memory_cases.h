/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cases of the scoreboard that touch memory: each by its name.
 */
#ifndef MEMORY_CASES_H
#define MEMORY_CASES_H

#include <linux/types.h>

struct memory_case {
	const char *name;
	void (*run)(void);
};

extern const struct memory_case slab_cases[], other_cases[];

/* What the compiler does not know to be 0. */
extern volatile int zero;

/* Accesses of one byte that the compiler leaves alone. */
static noinline __maybe_unused void put(volatile char *p)
{
	*p = 'x';
}

static noinline __maybe_unused char get(volatile char *p)
{
	return *p;
}

#endif
