// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jump labels and static calls of its own.
 */
#include <linux/init.h>
#include <linux/jump_label.h>
#include <linux/module.h>
#include <linux/static_call.h>

static DEFINE_STATIC_KEY_FALSE(off);
static DEFINE_STATIC_KEY_TRUE(on);

static noinline int first(int n)
{
	return n + 100;
}

static noinline int second(int n)
{
	return n + 200;
}

DEFINE_STATIC_CALL(ag_static_call, first);
DEFINE_STATIC_CALL_NULL(ag_static_none, first);

static noinline void say(const char *when)
{
	int a = 0, b = 0;

	if (static_branch_unlikely(&off))
		a = 1;
	if (static_branch_likely(&on))
		b = 1;
	pr_info("ag_static: %s: off %d on %d call %d\n", when, a, b,
		static_call(ag_static_call)(1));
}

static int toggle(const char *value, const struct kernel_param *kp)
{
	if (*value == '1') {
		static_branch_enable(&off);
		static_branch_disable(&on);
		static_call_update(ag_static_call, second);
	} else {
		static_branch_disable(&off);
		static_branch_enable(&on);
		static_call_update(ag_static_call, first);
	}
	say("toggled");
	return 0;
}

static const struct kernel_param_ops toggle_ops = {.set = toggle};
module_param_cb(toggle, &toggle_ops, NULL, 0200);

static int __init ag_static_init(void)
{
	say("first");
	return 0;
}

static void __exit ag_static_exit(void)
{
	say("last");
}

module_init(ag_static_init);
module_exit(ag_static_exit);
MODULE_LICENSE("GPL");
