// SPDX-License-Identifier: GPL-2.0-only
/*
 * Work queues: a function that runs later, in a thread, and may sleep.
 *
 * Most work goes to the kernel's shared threads, by schedule_work(). A queue of
 * one's own, as here, is for work that must keep an order (alloc_ordered...),
 * or that one has to wait for as a whole: destroying the queue does.
 */
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

static struct workqueue_struct *kitchen;

struct dish {
	struct work_struct work;
	const char *name;
};

static void cook(struct work_struct *work)
{
	struct dish *dish = container_of(work, struct dish, work);

	msleep(10);
	pr_info("kitchen: %s is done, in a thread: %s\n", dish->name,
		current->flags & PF_WQ_WORKER ? "yes" : "no");
}

static struct dish soup = {.name = "soup"};
static struct dish roast = {.name = "roast"};

static int __init start(void)
{
	kitchen = alloc_ordered_workqueue("kitchen", 0);
	if (!kitchen)
		return -ENOMEM;
	INIT_WORK(&soup.work, cook);
	INIT_WORK(&roast.work, cook);
	queue_work(kitchen, &soup.work);
	queue_work(kitchen, &roast.work);
	/* What is queued already is not queued again: false. */
	pr_info("kitchen: roast once more: %s\n",
		queue_work(kitchen, &roast.work) ? "yes" : "no");
	return 0;
}

static void __exit end(void)
{
	destroy_workqueue(kitchen);
	pr_info("kitchen: the kitchen is closed\n");
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Work in a queue of its own");
