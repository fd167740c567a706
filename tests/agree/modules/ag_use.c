// SPDX-License-Identifier: GPL-2.0-only
/*
 * Uses what ag_export exports, and exports in turn.
 */
#include <linux/init.h>
#include <linux/module.h>
#include "ag.h"

int ag_second_function(int n)
{
	return ag_plain_function(n) + 1;
}
EXPORT_SYMBOL_GPL(ag_second_function);

static int __init ag_use_init(void)
{
	pr_info("ag_use: %d %d percpu %d\n", ag_plain_function(4), ag_variable,
		this_cpu_read(ag_shared_percpu));
	return 0;
}

static void __exit ag_use_exit(void)
{
	pr_info("ag_use: goes\n");
}

module_init(ag_use_init);
module_exit(ag_use_exit);
MODULE_LICENSE("GPL");
