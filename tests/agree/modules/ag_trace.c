// SPDX-License-Identifier: GPL-2.0-only
/*
 * A tracepoint of its own, exported, with a probe of its own.
 */
#include <linux/init.h>
#include <linux/module.h>

#define CREATE_TRACE_POINTS
#include "ag_trace.h"

EXPORT_TRACEPOINT_SYMBOL_GPL(ag_event);

static int sum;

static void probe(void *unused, int number)
{
	sum += number;
}

static int __init ag_trace_init(void)
{
	int err;

	trace_ag_event(1);
	err = register_trace_ag_event(probe, NULL);
	trace_ag_event(2);
	pr_info("ag_trace: registered %d, sum %d, enabled %d\n", err, sum,
		trace_ag_event_enabled());
	return 0;
}

static void __exit ag_trace_exit(void)
{
	trace_ag_event(4);
	unregister_trace_ag_event(probe, NULL);
	tracepoint_synchronize_unregister();
	trace_ag_event(8);
	pr_info("ag_trace: sum %d\n", sum);
}

module_init(ag_trace_init);
module_exit(ag_trace_exit);
MODULE_LICENSE("GPL");
