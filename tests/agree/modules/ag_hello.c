// SPDX-License-Identifier: GPL-2.0-only
/*
 * The least: says when it comes and goes.
 */
#include <linux/init.h>
#include <linux/module.h>

static int __init ag_hello_init(void)
{
	pr_info("ag_hello: comes\n");
	return 0;
}

static void __exit ag_hello_exit(void)
{
	pr_info("ag_hello: goes\n");
}

module_init(ag_hello_init);
module_exit(ag_hello_exit);
MODULE_LICENSE("GPL");
