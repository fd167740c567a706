// SPDX-License-Identifier: GPL-2.0-only
/*
 * likely() and unlikely(): which way a branch mostly goes.
 *
 * The compiler lays the likely way out straight and moves the other one out of
 * it; the result is the same. Where it cannot know, it guesses: that a branch
 * which prints is the unlikely one, for instance. The two functions below
 * differ in nothing but the hint: compare them with objdump -dr likely.ko.
 * Worth it only where it is always so, as for errors.
 *
 * They are also called when a parameter is written. What only init calls is laid
 * out to be small, hints or not.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static unsigned int negatives, others;

static noinline int mostly_good(int value)
{
	if (unlikely(value < 0)) {
		negatives++;
		return -EINVAL;
	}
	others++;
	return value * 2;
}

static noinline int mostly_bad(int value)
{
	if (likely(value < 0)) {
		negatives++;
		return -EINVAL;
	}
	others++;
	return value * 2;
}

static int look_at(int value)
{
	int ret = mostly_good(value);

	if (ret < 0)
		pr_info("likely: %d is negative\n", value);
	else if (mostly_bad(value) == ret)
		pr_info("likely: twice %d is %d\n", value, ret);
	return min(ret, 0);
}

static int set_look(const char *val, const struct kernel_param *kp)
{
	int value, ret = kstrtoint(val, 0, &value);

	return ret ? ret : look_at(value);
}

static const struct kernel_param_ops look_ops = {
	.set = set_look,
};
module_param_cb(look, &look_ops, NULL, 0200);
MODULE_PARM_DESC(look, "a number to look at now");

static int number = 7;
module_param(number, int, 0444);
MODULE_PARM_DESC(number, "to look at");

static int __init start(void)
{
	return look_at(number);
}

static void __exit end(void)
{
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Branches with a hint");
