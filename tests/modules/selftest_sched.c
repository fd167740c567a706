// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads, what they wait for, and time.
 *
 * Contract: all from init, process context. Every thread and timer is gone
 * when init returns. No upper bounds on how long things take: machines are
 * slow; lower bounds are what the kernel promises.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>
#include <linux/semaphore.h>
#include <linux/slab.h>
#include <linux/srcu.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "check.h"

#define THREADS 4
#define ROUNDS	500
#define PATIENT (20 * HZ)

static DECLARE_COMPLETION(ping);
static DECLARE_COMPLETION(pong);
static int value;

static int echo(void *unused)
{
	while (!kthread_should_stop()) {
		if (!wait_for_completion_timeout(&ping, HZ / 10))
			continue;
		value++;
		complete(&pong);
	}
	return value;
}

static void test_kthread(void)
{
	struct task_struct *task = kthread_run(echo, NULL, "selftest/%d", 1);
	int i;

	if (!CHECK(!IS_ERR(task)))
		return;
	CHECK(!strcmp(task->comm, "selftest/1"));
	for (i = 0; i < ROUNDS; i++) {
		complete(&ping);
		if (!CHECK(wait_for_completion_timeout(&pong, PATIENT)))
			break;
		if (!CHECK_EQ(value, i + 1))
			break;
	}
	CHECK_EQ(kthread_stop(task), value);
	/* One that never ran does not start any more. */
	task = kthread_create(echo, NULL, "selftest");
	if (CHECK(!IS_ERR(task)))
		CHECK_EQ(kthread_stop(task), -EINTR);
}

static DECLARE_WAIT_QUEUE_HEAD(queue);
static int event;

static int wake_later(void *unused)
{
	msleep(20);
	WRITE_ONCE(event, 1);
	wake_up(&queue);
	return 0;
}

static void test_wait(void)
{
	ktime_t before = ktime_get();
	struct task_struct *task;

	CHECK_EQ(wait_event_timeout(queue, READ_ONCE(event), HZ / 10), 0);
	CHECK(ktime_ms_delta(ktime_get(), before) >= 90);
	task = kthread_run(wake_later, NULL, "selftest");
	if (!CHECK(!IS_ERR(task)))
		return;
	CHECK(wait_event_timeout(queue, READ_ONCE(event), PATIENT) > 0);
	CHECK_EQ(wait_event_interruptible(queue, READ_ONCE(event)), 0);
	CHECK(!try_wait_for_completion(&ping));
	CHECK(!completion_done(&ping));
	msleep(50); /* for the thread to leave the module's text */
}

static DEFINE_MUTEX(mutex);
static DEFINE_SPINLOCK(spinlock);
static DECLARE_RWSEM(rwsem);
static struct semaphore semaphore;

static struct {
	int by_mutex, by_spinlock, by_rwsem, by_semaphore;
} sums;

/* Read, let others run, write back: any hole in a lock loses a round. */
static void add_slowly(int *sum)
{
	int seen = READ_ONCE(*sum);

	cond_resched();
	if (seen % 16 == 0)
		schedule_timeout_uninterruptible(0);
	WRITE_ONCE(*sum, seen + 1);
}

static int count_up(void *arg)
{
	struct completion *done = arg;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		mutex_lock(&mutex);
		add_slowly(&sums.by_mutex);
		mutex_unlock(&mutex);
		down_write(&rwsem);
		add_slowly(&sums.by_rwsem);
		up_write(&rwsem);
		down(&semaphore);
		add_slowly(&sums.by_semaphore);
		up(&semaphore);
		spin_lock(&spinlock);
		sums.by_spinlock++;
		spin_unlock(&spinlock);
	}
	kthread_complete_and_exit(done, 0);
}

static void test_locks(void)
{
	static struct completion done[THREADS];
	struct task_struct *task;
	int i, started = 0;

	sema_init(&semaphore, 1);

	for (i = 0; i < THREADS; i++) {
		init_completion(&done[i]);
		task = kthread_run(count_up, &done[i], "selftest");
		if (CHECK(!IS_ERR(task)))
			started++;
		else
			complete(&done[i]);
	}
	for (i = 0; i < THREADS; i++)
		wait_for_completion(&done[i]);
	CHECK_EQ(sums.by_mutex, started * ROUNDS);
	CHECK_EQ(sums.by_rwsem, started * ROUNDS);
	CHECK_EQ(sums.by_semaphore, started * ROUNDS);
	CHECK_EQ(sums.by_spinlock, started * ROUNDS);
	CHECK(mutex_trylock(&mutex));
	CHECK(!mutex_trylock(&mutex));
	CHECK(mutex_is_locked(&mutex));
	mutex_unlock(&mutex);
	CHECK(down_read_trylock(&rwsem));
	CHECK(down_read_trylock(&rwsem));
	CHECK(!down_write_trylock(&rwsem));
	up_read(&rwsem);
	up_read(&rwsem);
}

static int awake;

static int spin(void *arg)
{
	ktime_t end = ktime_add_ms(ktime_get(), 10000);
	bool preemptible = preempt_model_full();

	while (!READ_ONCE(awake) && ktime_before(ktime_get(), end))
		if (!preemptible)
			cond_resched();
	CHECK(READ_ONCE(awake));
	kthread_complete_and_exit(arg, 0);
}

/* Threads that do not sleep must not keep one that does from waking up. */
static void test_preemption(void)
{
	static struct completion done[THREADS];
	int i;

	for (i = 0; i < THREADS; i++) {
		init_completion(&done[i]);
		if (!CHECK(!IS_ERR(kthread_run(spin, &done[i], "selftest"))))
			complete(&done[i]);
	}
	msleep(30);
	WRITE_ONCE(awake, 1);
	for (i = 0; i < THREADS; i++)
		wait_for_completion(&done[i]);
}

static int order[8];
static atomic_t ordered = ATOMIC_INIT(0);

static void note_order(int which)
{
	int at = atomic_inc_return(&ordered) - 1;

	if (at < ARRAY_SIZE(order))
		order[at] = which;
}

struct numbered_work {
	struct work_struct work;
	int number;
};

static void run_work(struct work_struct *work)
{
	struct numbered_work *w;

	w = container_of(work, struct numbered_work, work);
	if (w->number == 0)
		msleep(10);
	note_order(w->number);
}

static void test_ordered_work(void)
{
	static struct numbered_work works[5];
	struct workqueue_struct *wq;
	int i;

	wq = alloc_ordered_workqueue("selftest", 0);
	if (!CHECK(wq))
		return;
	atomic_set(&ordered, 0);
	for (i = 0; i < ARRAY_SIZE(works); i++) {
		INIT_WORK(&works[i].work, run_work);
		works[i].number = i;
		CHECK(queue_work(wq, &works[i].work));
	}
	CHECK(!queue_work(wq, &works[4].work));
	flush_workqueue(wq);
	CHECK_EQ(atomic_read(&ordered), ARRAY_SIZE(works));
	for (i = 0; i < ARRAY_SIZE(works); i++)
		CHECK_EQ(order[i], i);
	destroy_workqueue(wq);
}

static ktime_t worked_at;
static int worked;

static void note_time(struct work_struct *unused)
{
	CHECK(in_task() && !in_atomic() && !irqs_disabled());
	CHECK(current->flags & PF_WQ_WORKER);
	worked_at = ktime_get();
	worked++;
}

static DECLARE_WORK(plain_work, note_time);
static DECLARE_DELAYED_WORK(delayed_work, note_time);

static void test_work(void)
{
	unsigned long start;

	CHECK(schedule_work(&plain_work));
	flush_work(&plain_work);
	CHECK_EQ(worked, 1);
	CHECK(queue_work(system_unbound_wq, &plain_work));
	CHECK(flush_work(&plain_work) || worked == 2);
	CHECK_EQ(worked, 2);

	start = jiffies;
	CHECK(schedule_delayed_work(&delayed_work, HZ / 20));
	CHECK(delayed_work_pending(&delayed_work));
	msleep(20);
	CHECK(worked == 2 || jiffies - start >= HZ / 20);
	msleep(500);
	CHECK_EQ(worked, 3);
	CHECK(!cancel_delayed_work_sync(&delayed_work));
	schedule_delayed_work(&delayed_work, 100 * HZ);
	CHECK(cancel_delayed_work_sync(&delayed_work));
	CHECK_EQ(worked, 3);
	schedule_delayed_work(&delayed_work, 100 * HZ);
	CHECK(flush_delayed_work(&delayed_work));
	CHECK_EQ(worked, 4);
}

struct guarded {
	struct rcu_head rcu;
	int state;
};

static struct guarded __rcu *shared;
static atomic_t freed = ATOMIC_INIT(0);
static int readers_ready, readers_wrong;
DEFINE_STATIC_SRCU(srcu);

static void free_guarded(struct rcu_head *rcu)
{
	struct guarded *g = container_of(rcu, struct guarded, rcu);

	g->state = 0xdead;
	kfree(g);
	atomic_inc(&freed);
}

static int read_on(void *unused)
{
	struct guarded *g;
	int before;

	while (!kthread_should_stop()) {
		rcu_read_lock();
		g = rcu_dereference(shared);
		before = READ_ONCE(g->state);
		udelay(20);
		if (before != 1 || READ_ONCE(g->state) != 1)
			readers_wrong++;
		rcu_read_unlock();
		readers_ready = 1;
		schedule_timeout_interruptible(1);
	}
	return 0;
}

static void replace(int how)
{
	struct guarded *new = kzalloc(sizeof(*new), GFP_KERNEL), *old;

	if (!CHECK(new))
		return;
	new->state = 1;
	old = rcu_replace_pointer(shared, new, true);
	if (!old)
		return;
	if (how == 0) {
		call_rcu(&old->rcu, free_guarded);
		return;
	}
	synchronize_rcu();
	old->state = 0xdead;
	kfree(old);
	atomic_inc(&freed);
}

static void test_rcu(void)
{
	struct task_struct *task;
	int i, index;

	replace(0);
	task = kthread_run(read_on, NULL, "selftest");
	if (!CHECK(!IS_ERR(task)))
		return;
	for (i = 0; i < 50; i++) {
		replace(i & 1);
		if (i % 8 == 0)
			msleep(1);
	}
	rcu_barrier();
	CHECK_EQ(atomic_read(&freed), 50);
	kthread_stop(task);
	CHECK(readers_ready);
	CHECK_EQ(readers_wrong, 0);
	kfree(rcu_dereference_protected(shared, true));
	index = srcu_read_lock(&srcu);
	srcu_read_unlock(&srcu, index);
	synchronize_srcu(&srcu);
}

struct numbered_timer {
	struct timer_list timer;
	unsigned long due;
	int number;
};

static void run_timer(struct timer_list *timer)
{
	struct numbered_timer *t;

	t = container_of(timer, struct numbered_timer, timer);
	CHECK(time_after_eq(jiffies, t->due));
	CHECK(in_softirq() && !in_task());
	note_order(t->number);
}

static void test_timers(void)
{
	static struct numbered_timer timers[5];
	static const int delays[] = {30, 10, 40, 20, 2000};
	static const int expected[] = {1, 3, 0, 2};
	int i;

	atomic_set(&ordered, 0);
	for (i = 0; i < ARRAY_SIZE(timers); i++) {
		timer_setup(&timers[i].timer, run_timer, 0);
		timers[i].number = i;
		timers[i].due = jiffies + delays[i];
		CHECK_EQ(mod_timer(&timers[i].timer, timers[i].due), 0);
		CHECK(timer_pending(&timers[i].timer));
	}
	msleep(jiffies_to_msecs(80));
	CHECK_EQ(atomic_read(&ordered), ARRAY_SIZE(expected));
	for (i = 0; i < ARRAY_SIZE(expected); i++)
		CHECK_EQ(order[i], expected[i]);
	CHECK_EQ(mod_timer(&timers[4].timer, jiffies + 3000), 1);
	CHECK_EQ(del_timer_sync(&timers[4].timer), 1);
	CHECK_EQ(del_timer_sync(&timers[0].timer), 0);
	CHECK_EQ(atomic_read(&ordered), ARRAY_SIZE(expected));
}

struct numbered_hrtimer {
	struct hrtimer timer;
	ktime_t due;
	int number;
	int left;
};

static enum hrtimer_restart run_hrtimer(struct hrtimer *timer)
{
	struct numbered_hrtimer *t;

	t = container_of(timer, struct numbered_hrtimer, timer);
	CHECK(ktime_compare(ktime_get(), t->due) >= 0);
	if (t->left-- > 0) {
		t->due = ktime_add_ms(t->due, 1);
		hrtimer_set_expires(timer, t->due);
		return HRTIMER_RESTART;
	}
	note_order(t->number);
	return HRTIMER_NORESTART;
}

static void start_hrtimer(struct numbered_hrtimer *t, int number, int us,
			  int repeats)
{
	hrtimer_init(&t->timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
	t->timer.function = run_hrtimer;
	t->number = number;
	t->left = repeats;
	t->due = ktime_add_us(ktime_get(), us);
	hrtimer_start(&t->timer, t->due, HRTIMER_MODE_ABS);
}

static void test_hrtimers(void)
{
	static struct numbered_hrtimer timers[6];
	static const int delays[] = {60000, 20000, 80000, 40000};
	static const int expected[] = {1, 3, 0, 2, 4};
	int i;

	atomic_set(&ordered, 0);
	for (i = 0; i < ARRAY_SIZE(delays); i++)
		start_hrtimer(&timers[i], i, delays[i], 0);
	start_hrtimer(&timers[4], 4, 50000, 50);
	start_hrtimer(&timers[5], 5, 100000000, 0);
	for (i = 0; i < 500 && atomic_read(&ordered) < 5; i++)
		msleep(10);
	CHECK_EQ(atomic_read(&ordered), ARRAY_SIZE(expected));
	for (i = 0; i < ARRAY_SIZE(expected); i++)
		CHECK_EQ(order[i], expected[i]);
	CHECK_EQ(timers[4].left, -1);
	CHECK_EQ(hrtimer_cancel(&timers[5].timer), 1);
	for (i = 0; i < 5; i++)
		CHECK_EQ(hrtimer_cancel(&timers[i].timer), 0);
}

static void test_sleep(void)
{
	static const int naps[] = {1, 5, 20, 50, 100};
	unsigned long ticks;
	ktime_t start;
	int i;

	for (i = 0; i < ARRAY_SIZE(naps); i++) {
		start = ktime_get();
		ticks = jiffies;
		msleep(naps[i]);
		CHECK(ktime_to_us(ktime_sub(ktime_get(), start)) >=
		      naps[i] * USEC_PER_MSEC);
		CHECK(jiffies - ticks >= msecs_to_jiffies(naps[i]));
		start = ktime_get();
		usleep_range(naps[i] * 100, naps[i] * 200);
		CHECK(ktime_to_us(ktime_sub(ktime_get(), start)) >=
		      naps[i] * 100);
	}
	start = ktime_get();
	set_current_state(TASK_UNINTERRUPTIBLE);
	CHECK_EQ(schedule_timeout(HZ / 20), 0);
	CHECK(ktime_ms_delta(ktime_get(), start) >= 40);
	CHECK_EQ(msleep_interruptible(10), 0);
}

static void test_clock(void)
{
	ktime_t last = ktime_get(), now, start = last;
	u64 raw = ktime_get_raw_ns(), local = local_clock();
	int i, backwards = 0;

	for (i = 0; i < 20000; i++) {
		now = ktime_get();
		backwards += ktime_before(now, last);
		last = now;
	}
	CHECK_EQ(backwards, 0);
	mdelay(5);
	udelay(500);
	CHECK(ktime_to_us(ktime_sub(ktime_get(), start)) >= 5400);
	CHECK(ktime_get_raw_ns() - raw >= 5400 * NSEC_PER_USEC);
	CHECK(local_clock() > local);
	CHECK(ktime_get_real_seconds() > 1500000000);
}

static int __init selftest_start(void)
{
	test_kthread();
	test_wait();
	test_locks();
	test_preemption();
	test_ordered_work();
	test_work();
	test_rcu();
	test_timers();
	test_hrtimers();
	test_sleep();
	test_clock();
	return check_report("sched");
}

static void __exit selftest_end(void)
{
}

module_init(selftest_start);
module_exit(selftest_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Checks threads, waiting and time");
