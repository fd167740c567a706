// SPDX-License-Identifier: GPL-2.0-only
/*
 * Work, a timer and a thread of its own.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

static int worked, ticked, turned;
static struct task_struct *thread;

static void work(struct work_struct *unused)
{
	worked++;
}
static DECLARE_WORK(now, work);
static DECLARE_DELAYED_WORK(delayed, work);

static void tick(struct timer_list *unused)
{
	ticked++;
}
static DEFINE_TIMER(timer, tick);

static int turn(void *unused)
{
	while (!kthread_should_stop()) {
		turned++;
		msleep(1000);
	}
	return 0;
}

static int __init ag_work_init(void)
{
	thread = kthread_run(turn, NULL, "ag_work");
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	schedule_work(&now);
	schedule_delayed_work(&delayed, HZ / 50);
	mod_timer(&timer, jiffies + HZ / 50);
	return 0;
}

static void __exit ag_work_exit(void)
{
	kthread_stop(thread);
	cancel_work_sync(&now);
	cancel_delayed_work_sync(&delayed);
	del_timer_sync(&timer);
	pr_info("ag_work: worked %d ticked %d turned %d\n", worked, ticked,
		turned > 0);
}

module_init(ag_work_init);
module_exit(ag_work_exit);
MODULE_LICENSE("GPL");
