// SPDX-License-Identifier: GPL-2.0-only
/*
 * Says that it is a live patch, and is none.
 */
#include <linux/init.h>
#include <linux/module.h>

static int __init ag_livepatch_init(void)
{
	pr_info("ag_livepatch: comes\n");
	return 0;
}

static void __exit ag_livepatch_exit(void)
{
}

module_init(ag_livepatch_init);
module_exit(ag_livepatch_exit);
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
