// SPDX-License-Identifier: GPL-2.0-only
/*
 * Has an init and no exit: it is there to stay.
 */
#include <linux/init.h>
#include <linux/module.h>

static int __init ag_noexit_init(void)
{
	pr_info("ag_noexit: comes\n");
	return 0;
}

module_init(ag_noexit_init);
MODULE_LICENSE("GPL");
