// SPDX-License-Identifier: GPL-2.0-only
/*
 * Uses an export that is for GPL modules only.
 */
#include <linux/init.h>
#include <linux/module.h>
#include "ag.h"

static int __init ag_gpl_init(void)
{
	pr_info("ag_gpl: %d\n", ag_gpl_function(4));
	return 0;
}

static void __exit ag_gpl_exit(void)
{
}

module_init(ag_gpl_init);
module_exit(ag_gpl_exit);
MODULE_LICENSE("GPL v2");
