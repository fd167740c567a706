// SPDX-License-Identifier: GPL-2.0-only
/*
 * Misbehaves in its init, its exit, or a parameter's write.
 */
#include <linux/bug.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>

static char *in_init = "", *in_exit = "";
module_param(in_init, charp, 0444);
module_param(in_exit, charp, 0644);

static noinline void misbehave(const char *how)
{
	static int *volatile nowhere = (int *)8;

	if (!strcmp(how, "oops"))
		*nowhere = 1;
	else if (!strcmp(how, "bug"))
		BUG();
	else if (!strcmp(how, "warn"))
		WARN(1, "ag_crash: warns of %s\n", how);
	else if (!strcmp(how, "warn-on"))
		WARN_ON(nowhere);
	else if (!strcmp(how, "once"))
		WARN_ONCE(1, "ag_crash: once\n");
	else if (!strcmp(how, "stack"))
		dump_stack();
	else if (!strcmp(how, "panic"))
		panic("ag_crash: panics");
	else if (*how)
		pr_err("ag_crash: cannot %s\n", how);
}

static int act(const char *value, const struct kernel_param *kp)
{
	char how[16];

	strscpy(how, value, sizeof(how));
	misbehave(strim(how));
	return 0;
}

static const struct kernel_param_ops act_ops = {.set = act};
module_param_cb(act, &act_ops, NULL, 0200);

static int __init ag_crash_init(void)
{
	misbehave(in_init);
	return 0;
}

static void __exit ag_crash_exit(void)
{
	misbehave(in_exit);
}

module_init(ag_crash_init);
module_exit(ag_crash_exit);
MODULE_LICENSE("GPL");
