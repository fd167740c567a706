// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jumps into its own data, which may not be executed.
 */
#include <linux/init.h>
#include <linux/module.h>

static unsigned char data[] = {0xc3, 0xc3};

static int __init ag_execute_init(void)
{
	void (*volatile function)(void) = (void *)data;

	function();
	pr_info("ag_execute: data was executed\n");
	return 0;
}

static void __exit ag_execute_exit(void)
{
}

module_init(ag_execute_init);
module_exit(ag_execute_exit);
MODULE_LICENSE("GPL");
