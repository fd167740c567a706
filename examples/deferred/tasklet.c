// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasklets: a function that an interrupt handler leaves for right after.
 *
 * It runs in a softirq, so it cannot sleep. There are two ways to set one up:
 * the old function gets a number, the new one the tasklet itself, from which
 * it finds the structure that the tasklet is part of. Both are deprecated for
 * new code, where threaded interrupts and work queues have taken their place.
 */
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/module.h>

struct order {
	struct tasklet_struct tasklet;
	const char *what;
};

static void serve(struct tasklet_struct *tasklet)
{
	struct order *order = from_tasklet(order, tasklet, tasklet);

	pr_info("tasklet: new way, %s, in a softirq: %s\n", order->what,
		in_softirq() ? "yes" : "no");
}

static void serve_number(unsigned long number)
{
	pr_info("tasklet: old way, number %lu\n", number);
}

static struct order order = {.what = "one coffee"};
static struct tasklet_struct old_tasklet;

static int __init start(void)
{
	tasklet_setup(&order.tasklet, serve);
	tasklet_init(&old_tasklet, serve_number, 42);
	tasklet_schedule(&order.tasklet);
	tasklet_schedule(&old_tasklet);
	/* Once more before it ran is as good as once. */
	tasklet_schedule(&old_tasklet);
	return 0;
}

/* Waits for those that are still to run. */
static void __exit end(void)
{
	tasklet_kill(&order.tasklet);
	tasklet_kill(&old_tasklet);
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Tasklets, the old way and the new");
