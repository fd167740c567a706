// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers a probe on the tracepoint of ag_trace, and for points to come.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

static int coming(struct notifier_block *block, unsigned long event, void *data)
{
	struct tp_module *tp = data;
	unsigned int i;

	pr_info("ag_probe: event %lu of %s, %u tracepoints\n", event,
		tp->mod->name, tp->mod->num_tracepoints);
	for (i = 0; i < tp->mod->num_tracepoints; i++)
		pr_info("ag_probe: %s\n",
			tracepoint_ptr_deref(&tp->mod->tracepoints_ptrs[i])
				->name);
	return NOTIFY_OK;
}

static struct notifier_block block = {.notifier_call = coming};

static int __init ag_probe_init(void)
{
	return register_tracepoint_module_notifier(&block);
}

static void __exit ag_probe_exit(void)
{
	unregister_tracepoint_module_notifier(&block);
}

module_init(ag_probe_init);
module_exit(ag_probe_exit);
MODULE_LICENSE("GPL");
