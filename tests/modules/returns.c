// SPDX-License-Identifier: GPL-2.0-only
/*
 * A return probe on any function: who called it, and with what result.
 */
#include <linux/init.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/sched.h>

static char *function = "kernel_clone";
module_param(function, charp, 0444);

static int on_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	pr_info("returns: %s in %s (%d): %ld\n", function, current->comm,
		current->pid, (long)regs_return_value(regs));
	return 0;
}

static struct kretprobe probe = {
	.handler = on_return,
	.maxactive = 32,
};

static int __init start(void)
{
	probe.kp.symbol_name = function;
	return register_kretprobe(&probe);
}

static void __exit end(void)
{
	unregister_kretprobe(&probe);
	pr_info("returns: %d missed\n", probe.nmissed);
}

module_init(start);
module_exit(end);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A return probe on any function");
