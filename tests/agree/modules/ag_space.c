// SPDX-License-Identifier: GPL-2.0-only
/*
 * Uses an export of a namespace, which it imports.
 */
#include <linux/init.h>
#include <linux/module.h>
#include "ag.h"

static int __init ag_space_init(void)
{
	pr_info("ag_space: %d\n", ag_space_function(4));
	return 0;
}

static void __exit ag_space_exit(void)
{
}

module_init(ag_space_init);
module_exit(ag_space_exit);
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS(AG_SPACE);
