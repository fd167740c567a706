/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mistakes that the module can make, each a function, by name.
 */
#ifndef SANITIZED_H
#define SANITIZED_H

struct mistake {
	const char *name;
	void (*make)(void);
};

extern const struct mistake address_mistakes[], undefined_mistakes[];

/* Numbers that the compiler does not know. */
extern volatile int zero, one;

#endif
