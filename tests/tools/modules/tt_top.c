// SPDX-License-Identifier: GPL-2.0-only
/*
 * Uses tt_middle, tt-dash and tt_base: a diamond.
 *
 * Only read by the module tools' tests; never loaded.
 */
#include <linux/module.h>

#include "tt.h"

static int __init top_init(void)
{
	pr_info("%d\n", tt_middle_twice(tt_dash_square(tt_base_value)));
	return 0;
}

static void __exit top_exit(void)
{
}

module_init(top_init);
module_exit(top_exit);
MODULE_DESCRIPTION("On top of a diamond");
MODULE_LICENSE("GPL");
MODULE_ALIAS("tt-roof");
