// SPDX-License-Identifier: GPL-2.0-only
/*
 * Branches on a key of another module, and turns it.
 */
#include <linux/init.h>
#include <linux/module.h>
#include "ag.h"

static noinline int branch(void)
{
	if (static_branch_unlikely(&ag_shared_key))
		return 1;
	return 0;
}

static int __init ag_key_init(void)
{
	pr_info("ag_key: %d\n", branch());
	static_branch_inc(&ag_shared_key);
	pr_info("ag_key: %d\n", branch());
	return 0;
}

static void __exit ag_key_exit(void)
{
	static_branch_dec(&ag_shared_key);
	pr_info("ag_key: %d\n", branch());
}

module_init(ag_key_init);
module_exit(ag_key_exit);
MODULE_LICENSE("GPL");
