// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file name with a dash, which becomes a line below in the module.
 */
#include <linux/init.h>
#include <linux/module.h>

static int some_number;
module_param_named(some_number, some_number, int, 0644);

static int __init ag_dash_init(void)
{
	pr_info("%s: %d\n", THIS_MODULE->name, some_number);
	return 0;
}

static void __exit ag_dash_exit(void)
{
}

module_init(ag_dash_init);
module_exit(ag_dash_exit);
MODULE_LICENSE("GPL");
