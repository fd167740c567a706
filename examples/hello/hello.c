// SPDX-License-Identifier: GPL-2.0-only
/*
 * The smallest module that is of any use: it says so when it comes and goes.
 *
 * The kernel calls the first function when the module is loaded and the second
 * before it is taken out, both in the context of the process that asked for
 * it, where sleeping is allowed.
 */
#include <linux/module.h>
#include <linux/printk.h>

static int hello_start(void)
{
	pr_info("hello: good morning\n");
	return 0; /* anything but 0 would be a refusal to load */
}

static void hello_end(void)
{
	pr_info("hello: good night\n");
}

module_init(hello_start);
module_exit(hello_end);

MODULE_LICENSE("GPL");
