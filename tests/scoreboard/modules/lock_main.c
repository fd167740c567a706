// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does with locks what the parameter "does" says, a word for each step: what is
 * done, to which lock, as "l:A u:A".  For the scoreboard.
 *
 *   l u    take, give back          (spin lock)
 *   w W    take, give back, to write (read-write lock)
 *   r R    the same, to read
 *   m M    take, give back          (mutex)
 *   s S    take, give back, to write (read-write semaphore)
 *   q Q    the same, to read
 *   t      try to take a mutex
 *   p P    take, give back          (mutex with priority inheritance)
 *   x X    the same                 (raw spin lock)
 *   k K    the same                 (local lock; which one is all the same)
 *   T      take a spin lock nested in another, which comes behind it: T:BA
 *   i      make anew: im: a mutex, is: a semaphore, il: a spin lock, iw, ip
 *   - +    interrupts off, on;  [ ] the steps between run in an interrupt
 *   b d    bottom halves off, on;  ( ) the same in a softirq
 *   c C    into RCU's read side, out of it;  e E: its BH side;  h H: sched;
 *          c:A: with a mutex's address where arguments are, of which it has none
 *   z      sleep
 *   f F    into reclaim of memory, out of it;  N O: no file systems, again
 *   J      allocate, if need be by way of file systems;  I: not so
 * and those of lock_ww.c.  Locks A and E are of one class, as are B and F, C and
 * G, D and H.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/local_lock.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/rtmutex.h>
#include <linux/rwlock.h>
#include <linux/rwsem.h>
#include <linux/sched/mm.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include "lock_cases.h"

static char *does = "";
module_param(does, charp, 0444);
MODULE_PARM_DESC(does, "the steps");

static struct {
	spinlock_t spin;
	raw_spinlock_t raw;
	rwlock_t rw;
	struct mutex mutex;
	struct rw_semaphore sem;
	struct rt_mutex rt;
} locks[NR_LOCKS];

struct local {
	local_lock_t lock;
};

static DEFINE_PER_CPU(struct local, local) = {
	.lock = INIT_LOCAL_LOCK(lock),
};

static const char *next; /* what an interrupt does, and what is behind */
static struct completion done;

static void spin_step(char what, spinlock_t *lock)
{
	if (what == 'l')
		spin_lock(lock);
	else
		spin_unlock(lock);
}

static void nest(unsigned int i, unsigned int in)
{
	spin_lock_nest_lock(&locks[i].spin, &locks[in].spin);
}

static void rw_step(char what, rwlock_t *lock)
{
	switch (what) {
	case 'w':
		write_lock(lock);
		break;
	case 'W':
		write_unlock(lock);
		break;
	case 'r':
		read_lock(lock);
		break;
	case 'R':
		read_unlock(lock);
		break;
	}
}

static void mutex_step(char what, struct mutex *lock)
{
	switch (what) {
	case 'm':
		mutex_lock(lock);
		break;
	case 'M':
		mutex_unlock(lock);
		break;
	case 't':
		if (!mutex_trylock(lock))
			pr_info("lock_cases: not to be had\n");
	}
}

static void other_step(char what, unsigned int i)
{
	switch (what) {
	case 'p':
		rt_mutex_lock(&locks[i].rt);
		break;
	case 'P':
		rt_mutex_unlock(&locks[i].rt);
		break;
	case 'x':
		raw_spin_lock(&locks[i].raw);
		break;
	case 'X':
		raw_spin_unlock(&locks[i].raw);
		break;
	case 'k':
		local_lock(&local.lock);
		break;
	case 'K':
		local_unlock(&local.lock);
		break;
	}
}

static void sem_step(char what, struct rw_semaphore *sem)
{
	switch (what) {
	case 's':
		down_write(sem);
		break;
	case 'S':
		up_write(sem);
		break;
	case 'q':
		down_read(sem);
		break;
	case 'Q':
		up_read(sem);
		break;
	}
}

/* A class of all that it is called for. */
#define MAKER(name)                                                            \
	static noinline void make_##name(char what, unsigned int i)            \
	{                                                                      \
		switch (what) {                                                \
		case 'm':                                                      \
			mutex_init(&locks[i].mutex);                           \
			break;                                                 \
		case 's':                                                      \
			init_rwsem(&locks[i].sem);                             \
			break;                                                 \
		case 'l':                                                      \
			spin_lock_init(&locks[i].spin);                        \
			break;                                                 \
		case 'x':                                                      \
			raw_spin_lock_init(&locks[i].raw);                     \
			break;                                                 \
		case 'w':                                                      \
			rwlock_init(&locks[i].rw);                             \
			break;                                                 \
		case 'p':                                                      \
			rt_mutex_init(&locks[i].rt);                           \
			break;                                                 \
		}                                                              \
	}

MAKER(first)
MAKER(second)
MAKER(third)
MAKER(fourth)

static void make(char what, unsigned int i)
{
	static void (*const makers[])(char, unsigned int) = {
		make_first, make_second, make_third, make_fourth};

	makers[i % ARRAY_SIZE(makers)](what, i);
}

static void memory_step(char what)
{
	static unsigned int flags;

	switch (what) {
	case 'f':
		fs_reclaim_acquire(GFP_KERNEL);
		break;
	case 'F':
		fs_reclaim_release(GFP_KERNEL);
		break;
	case 'N':
		flags = memalloc_nofs_save();
		break;
	case 'O':
		memalloc_nofs_restore(flags);
		break;
	case 'J':
		might_alloc(GFP_KERNEL);
		break;
	case 'I':
		might_alloc(GFP_NOFS);
		break;
	}
}

static void rcu_step(char what)
{
	switch (what) {
	case 'c':
		rcu_read_lock();
		break;
	case 'C':
		rcu_read_unlock();
		break;
	case 'e':
		rcu_read_lock_bh();
		break;
	case 'E':
		rcu_read_unlock_bh();
		break;
	case 'h':
		rcu_read_lock_sched();
		break;
	case 'H':
		rcu_read_unlock_sched();
		break;
	}
}

static void rcu_step_beside(struct mutex *lock)
{
#ifdef CONFIG_PREEMPT_RCU
	((void (*)(struct mutex *))__rcu_read_lock)(lock);
#else
	rcu_read_lock();
#endif
}

static void context_step(char what)
{
	switch (what) {
	case '-':
		local_irq_disable();
		break;
	case '+':
		local_irq_enable();
		break;
	case 'b':
		local_bh_disable();
		break;
	case 'd':
		local_bh_enable();
		break;
	case 'z':
		msleep(1);
		break;
	default:
		rcu_step(what);
		memory_step(what);
	}
}

static void lock_step(const char *step)
{
	const char *at = memchr(step, ':', strcspn(step, " "));
	unsigned int i = at ? (at[1] - 'A') % NR_LOCKS : 0;

	if (ww_step(*step, i))
		return;
	if (!at)
		return context_step(*step);
	if (*step == 'T')
		return nest(i, (at[2] - 'A') % NR_LOCKS);
	if (strchr("lu", *step))
		return spin_step(*step, &locks[i].spin);
	if (strchr("wWrR", *step))
		return rw_step(*step, &locks[i].rw);
	if (strchr("mMt", *step))
		return mutex_step(*step, &locks[i].mutex);
	if (*step == 'c')
		return rcu_step_beside(&locks[i].mutex);
	if (strchr("sSqQ", *step))
		return sem_step(*step, &locks[i].sem);
	if (*step == 'i')
		return make(step[1], i);
	other_step(*step, i);
}

static const char *behind(const char *step)
{
	step += strcspn(step, " ");
	return step + strspn(step, " ");
}

/* Up to the end of the interrupt. */
static void do_in_interrupt(void)
{
	for (; *next && *next != ']' && *next != ')'; next = behind(next))
		lock_step(next);
	complete(&done);
}

static enum hrtimer_restart in_hardirq_step(struct hrtimer *timer)
{
	do_in_interrupt();
	return HRTIMER_NORESTART;
}

static void in_softirq_step(struct tasklet_struct *tasklet)
{
	do_in_interrupt();
}

static DECLARE_TASKLET(tasklet, in_softirq_step);

static void interrupt(char what)
{
	struct hrtimer timer;

	init_completion(&done);
	if (what == '(') {
		tasklet_schedule(&tasklet);
		wait_for_completion(&done);
		return;
	}
	hrtimer_init_on_stack(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	timer.function = in_hardirq_step;
	hrtimer_start(&timer, ms_to_ktime(1), HRTIMER_MODE_REL_HARD);
	wait_for_completion(&done);
	hrtimer_cancel(&timer);
	destroy_hrtimer_on_stack(&timer);
}

static int __init lock_cases_init(void)
{
	const char *what;
	unsigned int i;

	for (i = 0; i < NR_LOCKS; i++)
		for (what = "lxpwms"; *what; what++)
			make(*what, i);
	ww_set_up();
	for (next = does; *next; next = behind(next)) {
		if (*next == '[' || *next == '(') {
			char what = *next;

			next = behind(next);
			interrupt(what);
		} else {
			lock_step(next);
		}
	}
	ww_tear_down();
	return 0;
}

static void __exit lock_cases_exit(void)
{
}

module_init(lock_cases_init);
module_exit(lock_cases_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Does with locks what it is told");
