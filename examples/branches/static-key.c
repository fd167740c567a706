// SPDX-License-Identifier: GPL-2.0-only
/*
 * A static key: a branch that costs nothing, since the code is patched when
 * the key changes.
 *
 * At the branch there is a jump or a no-op of the same length, and never a
 * look at a variable. Changing the key is dear, and may sleep: right for
 * debugging that is nearly always off.
 */
#include <linux/init.h>
#include <linux/jump_label.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static DEFINE_STATIC_KEY_FALSE(tracing);

static int set_trace(const char *val, const struct kernel_param *kp)
{
	bool wanted;
	int ret = kstrtobool(val, &wanted);

	if (ret)
		return ret;
	if (wanted)
		static_branch_enable(&tracing);
	else
		static_branch_disable(&tracing);
	return 0;
}

static int get_trace(char *buf, const struct kernel_param *kp)
{
	return sprintf(buf, "%d\n", static_key_enabled(&tracing));
}

static const struct kernel_param_ops trace_ops = {
	.set = set_trace,
	.get = get_trace,
};
module_param_cb(trace, &trace_ops, NULL, 0644);
MODULE_PARM_DESC(trace, "say what is done");

static noinline int add(int a, int b)
{
	if (static_branch_unlikely(&tracing))
		pr_info("static-key: adding %d and %d\n", a, b);
	return a + b;
}

static int set_add(const char *val, const struct kernel_param *kp)
{
	int a, b;

	if (sscanf(val, "%d,%d", &a, &b) != 2)
		return -EINVAL;
	pr_info("static-key: the sum is %d\n", add(a, b));
	return 0;
}

static const struct kernel_param_ops add_ops = {
	.set = set_add,
};
module_param_cb(add, &add_ops, NULL, 0200);
MODULE_PARM_DESC(add, "two numbers to add: 1,2");

static int __init start(void)
{
	pr_info("static-key: loaded, tracing is %s\n",
		static_key_enabled(&tracing) ? "on" : "off");
	return 0;
}

static void __exit end(void)
{
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A branch by a static key");
