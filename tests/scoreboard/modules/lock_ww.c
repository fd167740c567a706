// SPDX-License-Identifier: GPL-2.0-only
/*
 * The steps of lock_cases with wait/wound mutexes, of which the last lock is of
 * a class of its own:
 *
 *   1 2    begin context 1, 2;  3: context 1 is done and over
 *   4 5    context 1 is done;  it is over
 *   0      context 1 forgets how many locks it has
 *   a n    take, in context 1, 2;  j: in context 1, the slow way
 *   o y    take, try to take without a context;  V: give back
 *   v      the lock is said to be in context 2
 *   g G    another task takes it, in an older context;  gives it back
 *   B D    take, give back as a plain mutex
 *
 * Process context.
 */
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/ww_mutex.h>
#include "lock_cases.h"

static DEFINE_WD_CLASS(first_class);
static DEFINE_WD_CLASS(other_class);

#define NR_WW_LOCKS 4

static struct ww_mutex locks[NR_WW_LOCKS];
static struct ww_acquire_ctx contexts[2];

/* The other task: takes the lock, and waits until it is to give it back. */
static struct {
	struct task_struct *task;
	struct ww_mutex *lock;
	struct completion has, gives;
} other;

static int hold(void *unused)
{
	struct ww_acquire_ctx context;

	ww_acquire_init(&context, &first_class);
	if (ww_mutex_lock(other.lock, &context))
		pr_info("lock_cases: the other task cannot have it\n");
	ww_acquire_done(&context);
	complete(&other.has);
	wait_for_completion(&other.gives);
	ww_mutex_unlock(other.lock);
	ww_acquire_fini(&context);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void other_takes(struct ww_mutex *lock)
{
	other.lock = lock;
	init_completion(&other.has);
	init_completion(&other.gives);
	other.task = kthread_run(hold, NULL, "lock_cases");
	if (IS_ERR(other.task))
		other.task = NULL;
	else
		wait_for_completion(&other.has);
}

void ww_tear_down(void)
{
	if (!other.task)
		return;
	complete(&other.gives);
	kthread_stop(other.task);
	other.task = NULL;
}

static void take(struct ww_mutex *lock, struct ww_acquire_ctx *context)
{
	int err = ww_mutex_lock(lock, context);

	if (err)
		pr_info("lock_cases: not to be had: %d\n", err);
}

static bool context_step(char what)
{
	switch (what) {
	case '0':
		contexts[0].acquired = 0;
		return true;
	case '1':
	case '2':
		ww_acquire_init(&contexts[what - '1'], &first_class);
		return true;
	case '3':
		ww_acquire_done(&contexts[0]);
		ww_acquire_fini(&contexts[0]);
		return true;
	case '4':
		ww_acquire_done(&contexts[0]);
		return true;
	case '5':
		ww_acquire_fini(&contexts[0]);
		return true;
	}
	return false;
}

static bool lock_step(char what, struct ww_mutex *lock)
{
	switch (what) {
	case 'a':
	case 'n':
		take(lock, &contexts[what == 'n']);
		return true;
	case 'j':
		ww_mutex_lock_slow(lock, &contexts[0]);
		return true;
	case 'o':
		take(lock, NULL);
		return true;
	case 'y':
		if (!ww_mutex_trylock(lock, NULL))
			pr_info("lock_cases: not to be had\n");
		return true;
	case 'V':
		ww_mutex_unlock(lock);
		return true;
	case 'v':
		lock->ctx = &contexts[1];
		return true;
	case 'g':
		other_takes(lock);
		return true;
	case 'G':
		ww_tear_down();
		return true;
	case 'B':
		mutex_lock(&lock->base);
		return true;
	case 'D':
		mutex_unlock(&lock->base);
		return true;
	}
	return false;
}

bool ww_step(char what, unsigned int i)
{
	return context_step(what) || lock_step(what, &locks[i % NR_WW_LOCKS]);
}

void ww_set_up(void)
{
	unsigned int i;

	for (i = 0; i < NR_WW_LOCKS - 1; i++)
		ww_mutex_init(&locks[i], &first_class);
	ww_mutex_init(&locks[i], &other_class);
}
