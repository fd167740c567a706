// SPDX-License-Identifier: GPL-2.0-only
/*
 * likely() and unlikely(): which way a branch mostly goes.
 *
 * The compiler lays the likely way out straight and moves the other one out of
 * it; the result is the same. Look at it with objdump -dr likely.ko. Worth it
 * only where it is always so, as for errors.
 */
#include <linux/compiler.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static int number = 7;
module_param(number, int, 0444);
MODULE_PARM_DESC(number, "to look at");

static noinline int check(int value)
{
	if (unlikely(value < 0)) {
		pr_info("likely: %d is negative\n", value);
		return -EINVAL;
	}
	return value * 2;
}

static int __init start(void)
{
	int ret = check(number);

	if (ret < 0)
		return ret;
	pr_info("likely: twice %d is %d\n", number, ret);
	return 0;
}

static void __exit end(void)
{
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Branches with a hint");
