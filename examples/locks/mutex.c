// SPDX-License-Identifier: GPL-2.0-only
/*
 * A mutex: two threads add to one sum, and none of it is lost.
 *
 * For process context only: who finds it locked sleeps. A holder may sleep as
 * well, as these do between reading and writing, where without the mutex the
 * other would read the same value.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>

#define ROUNDS 5

static DEFINE_MUTEX(sum_lock);
static int sum;

static int adder(void *unused)
{
	int i;

	for (i = 0; i < ROUNDS; i++) {
		int old;

		mutex_lock(&sum_lock);
		old = sum;
		msleep(1);
		sum = old + 1;
		mutex_unlock(&sum_lock);
	}
	/* The thread stays until it is asked to stop, so that whoever asks
	 * finds it. */
	set_current_state(TASK_INTERRUPTIBLE);
	while (!kthread_should_stop()) {
		schedule();
		set_current_state(TASK_INTERRUPTIBLE);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static struct task_struct *threads[2];

static int __init start(void)
{
	threads[0] = kthread_run(adder, NULL, "adder/0");
	if (IS_ERR(threads[0]))
		return PTR_ERR(threads[0]);
	threads[1] = kthread_run(adder, NULL, "adder/1");
	if (IS_ERR(threads[1])) {
		kthread_stop(threads[0]);
		return PTR_ERR(threads[1]);
	}
	return 0;
}

static void __exit end(void)
{
	kthread_stop(threads[0]);
	kthread_stop(threads[1]);
	pr_info("mutex: the sum is %d\n", sum);
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A mutex between two threads");
