/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The run-time support of sanitizers: symbols that only modules compiled with
 * them are given, in front of what the kernel exports.
 *
 * The table is fixed at build; runtime.c looks names up in any context.
 */
#ifndef KERNEL_SANITIZE_RUNTIME_H
#define KERNEL_SANITIZE_RUNTIME_H

#include <linux/types.h>
#include <ring3/sanitizers.h>

/* What a module was compiled with, as its imports tell. */
#define RUNTIME_ADDRESS	  0x1u
#define RUNTIME_UNDEFINED 0x2u
#define RUNTIME_GCOV	  0x4u
#define RUNTIME_TRACE	  0x8u
#define RUNTIME_THREAD	  0x10u
#define RUNTIME_FENCES	  0x20u /* with none: its memory is fenced */
#define RUNTIME_LOCKS	  0x40u

struct runtime_symbol {
	const char *symbol;
	unsigned long address;
	unsigned int kinds; /* RUNTIME_*: any of them */
};

/* Modules of @kinds_ get @function for their import @sym. */
#define RUNTIME_SYMBOL(sym, function, kinds_)                                  \
	static const struct runtime_symbol runtime_##sym __used __aligned(8)   \
		__section(".ring3.runtime") = {                                \
			.symbol = #sym,                                        \
			.address = (unsigned long)(function),                  \
			.kinds = kinds_,                                       \
	}

/* A function of the name by which the compiler calls it. */
#define RUNTIME_DECLARE(sym) extern char runtime_at_##sym[] __asm__(#sym);
#define RUNTIME_ADDRESS_SYMBOL(sym)                                            \
	RUNTIME_SYMBOL(sym, runtime_at_##sym, RUNTIME_ADDRESS);
#define RUNTIME_UNDEFINED_SYMBOL(sym)                                          \
	RUNTIME_SYMBOL(sym, runtime_at_##sym, RUNTIME_UNDEFINED);
#define RUNTIME_GCOV_SYMBOL(sym)                                               \
	RUNTIME_SYMBOL(sym, runtime_at_##sym, RUNTIME_GCOV);
#define RUNTIME_LOCKS_SYMBOL(sym)                                              \
	RUNTIME_SYMBOL(sym, runtime_at_##sym, RUNTIME_LOCKS);
#define RUNTIME_THREAD_SYMBOL(sym)                                             \
	RUNTIME_SYMBOL(sym, runtime_at_##sym, RUNTIME_THREAD);

#endif
