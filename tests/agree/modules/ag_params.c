// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parameters of every type.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static unsigned char octet = 1;
static short small = -2;
static unsigned short usmall = 3;
static int number = -4;
static unsigned int unumber = 5;
static long big = -6;
static unsigned long ubig = 7;
static unsigned long long huge = 8;
static unsigned int hex = 9;
static bool flag, inverted;
static int bint;
static char *text = "default";
static char fixed[8] = "fixed";
static int list[4] = {1, 2, 3, 4};
static unsigned int list_count;
static char *words[3];
static int words_count;
static bool flags[3];
static int hidden = 10, readonly = 11, internal_name = 12, writeonly = 13;
static int risky = 14, with_dash = 15;

module_param(octet, byte, 0644);
module_param(small, short, 0644);
module_param(usmall, ushort, 0644);
module_param(number, int, 0644);
module_param(unumber, uint, 0644);
module_param(big, long, 0644);
module_param(ubig, ulong, 0644);
module_param(huge, ullong, 0644);
module_param(hex, hexint, 0644);
module_param(flag, bool, 0644);
module_param(inverted, invbool, 0644);
module_param(bint, bint, 0644);
module_param(text, charp, 0644);
module_param_string(fixed, fixed, sizeof(fixed), 0644);
module_param_array(list, int, &list_count, 0644);
module_param_array(words, charp, &words_count, 0444);
module_param_array(flags, bool, NULL, 0644);
module_param(hidden, int, 0);
module_param(readonly, int, 0444);
module_param(writeonly, int, 0200);
module_param_named(outer_name, internal_name, int, 0644);
module_param_unsafe(risky, int, 0644);
module_param(with_dash, int, 0644);
MODULE_PARM_DESC(number, "a number");

static int set_called(const char *value, const struct kernel_param *kp)
{
	int err = value ? param_set_int(value, kp) : 0;

	pr_info("ag_params: set %s to %s: %d\n", kp->name,
		value ? value : "nothing", err);
	return err;
}

static int get_called(char *buffer, const struct kernel_param *kp)
{
	return sprintf(buffer, "called %d\n", *(int *)kp->arg);
}

static const struct kernel_param_ops called_ops = {
	.set = set_called,
	.get = get_called,
};

/* May stand without a value. */
static const struct kernel_param_ops alone_ops = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = set_called,
	.get = get_called,
};

static int set_limited(const char *value, const struct kernel_param *kp)
{
	return param_set_uint_minmax(value, kp, 10, 20);
}

static const struct kernel_param_ops limited_ops = {
	.set = set_limited,
	.get = param_get_uint,
};

static int called = 16;
static unsigned int limited = 12;

module_param_cb(called, &called_ops, &called, 0644);
module_param_cb(limited, &limited_ops, &limited, 0644);
device_param_cb(late, &called_ops, &called, 0444);
static int alone = 1;
module_param_cb(alone, &alone_ops, &alone, 0644);

static int __init ag_params_init(void)
{
	pr_info("ag_params: %u %d %u %d %u %ld %lu %llu %x\n", octet, small,
		usmall, number, unumber, big, ubig, huge, hex);
	pr_info("ag_params: flag %d inverted %d bint %d '%s' '%s'\n", flag,
		inverted, bint, text, fixed);
	pr_info("ag_params: list %d %d %d %d (%u), words '%s' '%s' '%s' (%d)\n",
		list[0], list[1], list[2], list[3], list_count, words[0],
		words[1], words[2], words_count);
	pr_info("ag_params: flags %d %d %d, %d %d %d %d %d %d, %d %u\n",
		flags[0], flags[1], flags[2], hidden, readonly, writeonly,
		internal_name, risky, with_dash, called, limited);
	return 0;
}

static void __exit ag_params_exit(void)
{
	pr_info("ag_params: goes with number %d, text '%s', list %d (%u)\n",
		number, text, list[0], list_count);
}

module_init(ag_params_init);
module_exit(ag_params_exit);
MODULE_LICENSE("GPL");
