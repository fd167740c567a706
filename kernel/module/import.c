// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of redirected imports.
 *
 * Reads only what is fixed at build and ring3_kernel.options: any context.
 */
#include <linux/string.h>
#include "../internal.h"
#include "module/import.h"

extern const struct module_import ring3_imports[], ring3_imports_end[];

const struct module_import *import_find(const char *symbol)
{
	const struct module_import *import;

	for (import = ring3_imports; import < ring3_imports_end; import++)
		if (import->options & ring3_kernel.options &&
		    !strcmp(import->symbol, symbol))
			return import;
	return NULL;
}
