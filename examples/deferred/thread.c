// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kernel thread: a process without a program, for what goes on for long.
 *
 * It sleeps when there is nothing to do and looks for kthread_should_stop().
 * The order in the loop matters: the state is set before the question is
 * asked, so that a wake-up in between is not lost.
 */
#include <linux/err.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>

static struct task_struct *watchman;

static int watch(void *data)
{
	unsigned int rounds = 0;

	pr_info("thread: %s begins\n", current->comm);
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		schedule_timeout(msecs_to_jiffies(20));
		rounds++;
	}
	__set_current_state(TASK_RUNNING);
	pr_info("thread: %s ends after %s rounds\n", current->comm,
		rounds > 1 ? "some" : "no");
	return 0;
}

static int __init start(void)
{
	watchman = kthread_run(watch, NULL, "watchman");
	return PTR_ERR_OR_ZERO(watchman);
}

/* Asks it to stop, wakes it, and waits until it has returned. */
static void __exit end(void)
{
	pr_info("thread: it returned %d\n", kthread_stop(watchman));
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A thread that makes its rounds");
