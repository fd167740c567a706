// SPDX-License-Identifier: GPL-2.0-only
/*
 * Between tt_base, which it uses, and tt_top, which uses it.
 *
 * Only read by the module tools' tests; never loaded.
 */
#include <linux/module.h>

#include "tt.h"

int tt_middle_twice(int a)
{
	return tt_base_sum(a, a);
}
EXPORT_SYMBOL(tt_middle_twice);

MODULE_DESCRIPTION("In the middle");
MODULE_LICENSE("GPL v2");
