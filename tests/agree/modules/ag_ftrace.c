// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traces the calls of a function by its name.
 */
#include <linux/ftrace.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/string.h>

static char *function = "ag_plain_function";
module_param(function, charp, 0444);

static int hits;
module_param(hits, int, 0444);

static void traced(unsigned long ip, unsigned long parent_ip,
		   struct ftrace_ops *op, struct ftrace_regs *regs)
{
	hits++;
}

static struct ftrace_ops ops = {.func = traced};

static int __init ag_ftrace_init(void)
{
	int err = ftrace_set_filter(&ops, function, strlen(function), 1);

	pr_info("ag_ftrace: filter %s: %d\n", function, err);
	if (err)
		return err;
	err = register_ftrace_function(&ops);
	pr_info("ag_ftrace: registered: %d\n", err);
	return err;
}

static void __exit ag_ftrace_exit(void)
{
	unregister_ftrace_function(&ops);
	ftrace_free_filter(&ops);
	pr_info("ag_ftrace: %d hits\n", hits);
}

module_init(ag_ftrace_init);
module_exit(ag_ftrace_exit);
MODULE_LICENSE("GPL");
