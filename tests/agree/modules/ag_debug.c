// SPDX-License-Identifier: GPL-2.0-only
/*
 * Debug messages, for dynamic debug.
 */
#include <linux/init.h>
#include <linux/module.h>

static noinline void one(void)
{
	pr_debug("ag_debug: one\n");
}

static noinline void two(void)
{
	pr_debug("ag_debug: two\n");
}

static int say(const char *value, const struct kernel_param *kp)
{
	one();
	two();
	return 0;
}

static const struct kernel_param_ops say_ops = {.set = say};
module_param_cb(say, &say_ops, NULL, 0200);

static int __init ag_debug_init(void)
{
	one();
	two();
	return 0;
}

static void __exit ag_debug_exit(void)
{
	one();
}

module_init(ag_debug_init);
module_exit(ag_debug_exit);
MODULE_LICENSE("GPL");
