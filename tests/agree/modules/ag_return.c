// SPDX-License-Identifier: GPL-2.0-only
/*
 * An init that returns what it is told.
 */
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/module.h>

static int ret = -EINVAL;
module_param(ret, int, 0644);
static int sleep;
module_param(sleep, int, 0444);

static int __init ag_return_init(void)
{
	msleep(sleep);
	pr_info("ag_return: returns %d\n", ret);
	return ret;
}

static void __exit ag_return_exit(void)
{
	pr_info("ag_return: goes\n");
}

module_init(ag_return_init);
module_exit(ag_return_exit);
MODULE_LICENSE("GPL");
