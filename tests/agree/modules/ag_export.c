// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exports of every kind.
 */
#include <linux/init.h>
#include <linux/module.h>
#include "ag.h"

int ag_variable = 3;
EXPORT_SYMBOL(ag_variable);
DEFINE_PER_CPU(int, ag_shared_percpu) = 30;
EXPORT_PER_CPU_SYMBOL(ag_shared_percpu);
DEFINE_STATIC_KEY_FALSE(ag_shared_key);
EXPORT_SYMBOL(ag_shared_key);

noinline int ag_plain_function(int n)
{
	return n + ag_variable;
}
EXPORT_SYMBOL(ag_plain_function);

noinline int ag_gpl_function(int n)
{
	return 2 * n;
}
EXPORT_SYMBOL_GPL(ag_gpl_function);

noinline int ag_space_function(int n)
{
	return 3 * n;
}
EXPORT_SYMBOL_NS_GPL(ag_space_function, AG_SPACE);

static int __init ag_export_init(void)
{
	pr_info("ag_export: comes\n");
	return 0;
}

static void __exit ag_export_exit(void)
{
	pr_info("ag_export: goes\n");
}

module_init(ag_export_init);
module_exit(ag_export_exit);
MODULE_LICENSE("GPL");
