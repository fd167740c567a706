// SPDX-License-Identifier: GPL-2.0-only
/*
 * A timer: a function that the kernel calls when a time has come, in a
 * softirq, so it cannot sleep.
 *
 * Time is counted in jiffies, of which HZ make a second; a timer comes at the
 * first tick after its time, never before.
 */
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/timer.h>

static unsigned long armed_at;

static void ring(struct timer_list *unused)
{
	/* Signed difference: right even when jiffies have wrapped around. */
	pr_info("timer: rings, %s\n",
		time_after_eq(jiffies, armed_at + msecs_to_jiffies(50))
			? "not too early"
			: "too early");
}

static DEFINE_TIMER(alarm, ring);

static int __init start(void)
{
	armed_at = jiffies;
	mod_timer(&alarm, armed_at + msecs_to_jiffies(50));
	pr_info("timer: set\n");
	return 0;
}

/* Takes it back, or waits if it is just running on another CPU. */
static void __exit end(void)
{
	if (del_timer_sync(&alarm))
		pr_info("timer: taken back before it rang\n");
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A timer that rings once");
