// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two kernel threads, of which one must be first: the flywheel waits for the
 * crank.
 *
 * A completion is an event that happens once: who waits before it sleeps, who
 * waits after it goes on at once. Module exit waits for both threads, or their
 * code would be freed under them.
 */
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kthread.h>
#include <linux/module.h>

static DECLARE_COMPLETION(crank_turned);
static DECLARE_COMPLETION(crank_ended);
static DECLARE_COMPLETION(flywheel_ended);

static int crank(void *unused)
{
	pr_info("completions: the crank turns\n");
	complete_all(&crank_turned);
	/* Says it is over and ends, in one step: no code of ours runs after. */
	kthread_complete_and_exit(&crank_ended, 0);
}

static int flywheel(void *unused)
{
	wait_for_completion(&crank_turned);
	pr_info("completions: the flywheel spins\n");
	kthread_complete_and_exit(&flywheel_ended, 0);
}

static int __init start(void)
{
	struct task_struct *crank_thread, *flywheel_thread;

	crank_thread = kthread_create(crank, NULL, "crank");
	if (IS_ERR(crank_thread))
		return PTR_ERR(crank_thread);
	flywheel_thread = kthread_create(flywheel, NULL, "flywheel");
	if (IS_ERR(flywheel_thread)) {
		kthread_stop(crank_thread); /* it never ran */
		return PTR_ERR(flywheel_thread);
	}
	/* In the wrong order, on purpose. */
	wake_up_process(flywheel_thread);
	wake_up_process(crank_thread);
	return 0;
}

static void __exit end(void)
{
	wait_for_completion(&crank_ended);
	wait_for_completion(&flywheel_ended);
	pr_info("completions: all have come to rest\n");
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Threads that wait for each other by completions");
