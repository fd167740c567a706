// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module whose file's name has a dash, which its own name must not.
 *
 * Only read by the module tools' tests; never loaded.
 */
#include <linux/module.h>

#include "tt.h"

int tt_dash_square(int a)
{
	return tt_base_product(a, a);
}
EXPORT_SYMBOL_GPL(tt_dash_square);

MODULE_DESCRIPTION("A dash in the name");
MODULE_LICENSE("GPL");
