// SPDX-License-Identifier: GPL-2.0-only
/*
 * Spin locks, against other CPUs and against interrupts on one's own.
 *
 * Who finds a spin lock taken waits in a loop, and who holds one must not
 * sleep. If an interrupt handler takes the same lock, the others have to take
 * it with interrupts off, by _irqsave: else the handler could interrupt the
 * holder on its CPU, and spin there for ever. A timer's function, as here,
 * runs in a softirq, for which _bh is enough.
 */
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

#define TICKS 3

static DEFINE_SPINLOCK(count_lock);
static unsigned int count;

static void on_tick(struct timer_list *timer)
{
	bool again;

	/* In a softirq already: no other of this CPU can come between. */
	spin_lock(&count_lock);
	again = ++count < TICKS;
	spin_unlock(&count_lock);
	if (again)
		mod_timer(timer, jiffies + msecs_to_jiffies(10));
}

static DEFINE_TIMER(timer, on_tick);

/* What it takes against a handler of a hard interrupt. */
static unsigned int read_with_irqs_off(void)
{
	unsigned long flags;
	unsigned int now;

	spin_lock_irqsave(&count_lock, flags);
	now = count;
	/* Restored, not switched on: the caller may have had them off. */
	spin_unlock_irqrestore(&count_lock, flags);
	return now;
}

static int __init start(void)
{
	mod_timer(&timer, jiffies + msecs_to_jiffies(10));
	spin_lock_bh(&count_lock);
	pr_info("spinlock: %u ticks yet\n", count);
	spin_unlock_bh(&count_lock);
	return 0;
}

static void __exit end(void)
{
	del_timer_sync(&timer);
	pr_info("spinlock: %u ticks\n", read_with_irqs_off());
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A spin lock in process and softirq context");
