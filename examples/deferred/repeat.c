// SPDX-License-Identifier: GPL-2.0-only
/*
 * Delayed work that arms itself again: something to be done every so often,
 * in a thread, where it may sleep.
 *
 * cancel_delayed_work_sync() copes with work that re-arms itself: it waits for
 * a run that has begun, and keeps it from queueing the next.
 */
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/workqueue.h>

static unsigned int interval = 20;
module_param(interval, uint, 0644);
MODULE_PARM_DESC(interval, "milliseconds between two looks");

static unsigned int looks;

static void look(struct work_struct *work)
{
	looks++;
	if (looks <= 3)
		pr_info("repeat: look %u\n", looks);
	schedule_delayed_work(to_delayed_work(work),
			      msecs_to_jiffies(interval));
}

static DECLARE_DELAYED_WORK(look_work, look);

static int __init start(void)
{
	schedule_delayed_work(&look_work, msecs_to_jiffies(interval));
	return 0;
}

static void __exit end(void)
{
	cancel_delayed_work_sync(&look_work);
	pr_info("repeat: looked %s\n", looks >= 3 ? "often" : "too seldom");
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Delayed work that arms itself again");
