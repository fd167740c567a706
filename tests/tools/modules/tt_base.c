// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exports symbols of both kinds, for tt_middle, tt_top and tt-dash.
 *
 * Only read by the module tools' tests; never loaded.
 */
#include <linux/module.h>

#include "tt.h"

int tt_base_sum(int a, int b)
{
	return a + b;
}
EXPORT_SYMBOL(tt_base_sum);

int tt_base_product(int a, int b)
{
	return a * b;
}
EXPORT_SYMBOL_GPL(tt_base_product);

int tt_base_value = 42;
EXPORT_SYMBOL_GPL(tt_base_value);

MODULE_DESCRIPTION("What the others are built upon");
MODULE_AUTHOR("The ring3 project");
MODULE_LICENSE("GPL");
MODULE_VERSION("1.2.3");
