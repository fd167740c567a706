/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Imports that are redirected: a symbol that modules name and that resolves to
 * a function of ours instead, while an option asks for it.
 *
 * The table is fixed at build; import.c looks names up in any context.
 */
#ifndef KERNEL_MODULE_IMPORT_H
#define KERNEL_MODULE_IMPORT_H

#include <linux/types.h>

struct module_import {
	const char *symbol;
	unsigned long replacement;
	unsigned long options; /* RING3_OPTION_*: any of them */
};

/* @sym: the exported symbol; @function: ours, of the same signature;
 * @options_: RING3_OPTION_*, one of which must be set at load. */
#define MODULE_IMPORT(sym, function, options_)                                 \
	static const struct module_import import_##sym __used __aligned(8)     \
		__section(".ring3.imports") = {                                \
			.symbol = #sym,                                        \
			.replacement = (unsigned long)(function),              \
			.options = options_,                                   \
	}

/* What @symbol is redirected to now, or NULL. */
const struct module_import *import_find(const char *symbol);

#endif
