/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Functions that stand in front of the kernel's for checked modules.
 */
#ifndef KERNEL_SANITIZE_WRAP_H
#define KERNEL_SANITIZE_WRAP_H

#include "sanitize/runtime.h"

/* A wrapper of @sym, defined behind it: "WRAP(kfree, void, const void *p) {".
 * Names that a kernel does not have are never asked for. */
#define WRAP(sym, type, ...)                                                   \
	static type wrap_##sym(__VA_ARGS__);                                   \
	RUNTIME_SYMBOL(sym, wrap_##sym, RUNTIME_ADDRESS | RUNTIME_FENCES);     \
	static type wrap_##sym(__VA_ARGS__)

/* The kernel's function of the name; NULL where it has none. */
#define NATIVE_OF(sym)                                                         \
	({                                                                     \
		extern char native_##sym[] __asm__(#sym) __weak;               \
		(typeof(&wrap_##sym))native_##sym;                             \
	})

#endif
