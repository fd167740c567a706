// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls a function of ag_export whenever a parameter is written.
 */
#include <linux/init.h>
#include <linux/module.h>
#include "ag.h"

static int call(const char *value, const struct kernel_param *kp)
{
	int (*volatile function)(int n) = ag_plain_function;

	pr_info("ag_call: %d\n", function(value[0] - '0'));
	return 0;
}

static const struct kernel_param_ops call_ops = {.set = call};
module_param_cb(call, &call_ops, NULL, 0200);

static int __init ag_call_init(void)
{
	return 0;
}

static void __exit ag_call_exit(void)
{
}

module_init(ag_call_init);
module_exit(ag_call_exit);
MODULE_LICENSE("GPL");
