// SPDX-License-Identifier: GPL-2.0-only
/*
 * Uses symbols that may be missing.
 */
#include <linux/init.h>
#include <linux/module.h>

int ag_plain_function(int n) __weak;
int ag_nowhere_function(int n) __weak;
extern int ag_nowhere_variable __weak;

static int __init ag_weak_init(void)
{
	int (*volatile plain)(int n) = ag_plain_function;
	int (*volatile nowhere)(int n) = ag_nowhere_function;

	pr_info("ag_weak: plain %d, nowhere %d, variable %d\n",
		plain ? plain(4) : -1, nowhere ? 1 : -1,
		&ag_nowhere_variable ? 1 : -1);
	return 0;
}

static void __exit ag_weak_exit(void)
{
}

module_init(ag_weak_init);
module_exit(ag_weak_exit);
MODULE_LICENSE("GPL");
