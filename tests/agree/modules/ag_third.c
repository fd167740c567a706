// SPDX-License-Identifier: GPL-2.0-only
/*
 * Uses two modules, of which one uses the other.
 */
#include <linux/init.h>
#include <linux/module.h>
#include "ag.h"

static int __init ag_third_init(void)
{
	pr_info("ag_third: %d %d\n", ag_second_function(5),
		ag_plain_function(6));
	return 0;
}

static void __exit ag_third_exit(void)
{
	pr_info("ag_third: goes\n");
}

module_init(ag_third_init);
module_exit(ag_third_exit);
MODULE_LICENSE("GPL");
