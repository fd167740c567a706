// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts: disabling them, and the contexts that they make.
 *
 * Contract: all from init, process context; callbacks check their own context.
 * Nothing is pending when init returns.
 */
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

#include "check.h"

#ifdef CONFIG_X86
#define FLAG_IF 0x200UL
#endif

static DEFINE_SPINLOCK(lock);

static void test_flags(void)
{
	unsigned long outer, inner, raw;

	CHECK(!irqs_disabled());
	local_irq_save(outer);
	CHECK(irqs_disabled());
	CHECK(!irqs_disabled_flags(outer));
	local_irq_save(inner);
	CHECK(irqs_disabled_flags(inner));
	local_irq_restore(inner);
	CHECK(irqs_disabled());
	raw_local_save_flags(raw);
	CHECK(raw_irqs_disabled_flags(raw));
#ifdef FLAG_IF
	CHECK_EQ(raw & FLAG_IF, 0);
	CHECK_EQ(outer & FLAG_IF, FLAG_IF);
#endif
	local_irq_restore(outer);
	CHECK(!irqs_disabled());
	local_irq_disable();
	CHECK(irqs_disabled());
	local_irq_enable();
	CHECK(!irqs_disabled());
	spin_lock_irqsave(&lock, outer);
	CHECK(irqs_disabled());
	CHECK(spin_is_locked(&lock));
	CHECK(!spin_trylock(&lock));
	spin_unlock_irqrestore(&lock, outer);
	CHECK(!irqs_disabled());
	CHECK(!spin_is_locked(&lock));
	spin_lock_irq(&lock);
	CHECK(irqs_disabled());
	spin_unlock_irq(&lock);
	CHECK(!irqs_disabled());
}

static void test_counts(void)
{
	CHECK(in_task());
	CHECK(!in_interrupt());
	CHECK_EQ(preempt_count(), 0);
	preempt_disable();
	CHECK(in_atomic());
	CHECK_EQ(preempt_count(), 1);
	preempt_enable();
	CHECK(!in_atomic());
	local_bh_disable();
	CHECK(in_softirq());
	CHECK(!in_serving_softirq());
	CHECK(in_interrupt());
	local_bh_enable();
	CHECK(!in_interrupt());
	spin_lock(&lock);
	CHECK_EQ(preempt_count(), 1);
	spin_unlock(&lock);
	spin_lock_bh(&lock);
	CHECK(in_softirq());
	spin_unlock_bh(&lock);
	CHECK_EQ(preempt_count(), 0);
}

/* How often each callback ran. */
static atomic_t in_timer = ATOMIC_INIT(0);
static atomic_t in_hrtimer = ATOMIC_INIT(0);
static atomic_t in_tasklet = ATOMIC_INIT(0);
static atomic_t in_irq_work = ATOMIC_INIT(0);

static bool comes(atomic_t *count, int wanted)
{
	int i;

	for (i = 0; i < 5000 && atomic_read(count) < wanted; i++)
		msleep(1);
	return atomic_read(count) == wanted;
}

static void run_timer(struct timer_list *unused)
{
	CHECK(in_interrupt());
	CHECK(in_serving_softirq());
	CHECK(!in_hardirq());
	CHECK(!in_task());
	CHECK(!irqs_disabled());
	atomic_inc(&in_timer);
}

static DEFINE_TIMER(timer, run_timer);

static void test_timer(void)
{
	mod_timer(&timer, jiffies + 2);
	CHECK(comes(&in_timer, 1));
	del_timer_sync(&timer);
}

static enum hrtimer_restart run_hrtimer(struct hrtimer *unused)
{
	CHECK(in_interrupt());
	CHECK(in_hardirq());
	CHECK(irqs_disabled());
	atomic_inc(&in_hrtimer);
	return HRTIMER_NORESTART;
}

/* One that is due while interrupts are off must wait, and not be lost. */
static void test_held_back(void)
{
	static struct hrtimer hrtimer;
	unsigned long flags;
	int meanwhile;

	hrtimer_init(&hrtimer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
	hrtimer.function = run_hrtimer;
	local_irq_save(flags);
	hrtimer_start(&hrtimer, ms_to_ktime(1), HRTIMER_MODE_REL_PINNED);
	mdelay(8);
	meanwhile = atomic_read(&in_hrtimer);
	local_irq_restore(flags);
	CHECK_EQ(meanwhile, 0);
	CHECK(comes(&in_hrtimer, 1));
	hrtimer_cancel(&hrtimer);
}

static void run_tasklet(struct tasklet_struct *unused)
{
	CHECK(in_serving_softirq());
	CHECK(!in_hardirq());
	atomic_inc(&in_tasklet);
}

static DECLARE_TASKLET(tasklet, run_tasklet);

static void test_tasklet(void)
{
	int meanwhile;

	local_bh_disable();
	tasklet_schedule(&tasklet);
	tasklet_schedule(&tasklet);
	udelay(200);
	meanwhile = atomic_read(&in_tasklet);
	local_bh_enable();
	CHECK_EQ(meanwhile, 0);
	CHECK(comes(&in_tasklet, 1));
	tasklet_disable(&tasklet);
	tasklet_schedule(&tasklet);
	msleep(20);
	CHECK_EQ(atomic_read(&in_tasklet), 1);
	tasklet_enable(&tasklet);
	CHECK(comes(&in_tasklet, 2));
	tasklet_kill(&tasklet);
}

static void run_irq_work(struct irq_work *unused)
{
	CHECK(in_hardirq());
	CHECK(irqs_disabled());
	atomic_inc(&in_irq_work);
}

static void test_irq_work(void)
{
	static struct irq_work work;
	unsigned long flags;
	int meanwhile;

	init_irq_work(&work, run_irq_work);
	local_irq_save(flags);
	CHECK(irq_work_queue(&work));
	CHECK(!irq_work_queue(&work));
	udelay(100);
	meanwhile = atomic_read(&in_irq_work);
	local_irq_restore(flags);
	CHECK_EQ(meanwhile, 0);
	irq_work_sync(&work);
	CHECK_EQ(atomic_read(&in_irq_work), 1);
}

static void run_call(void *arg)
{
	CHECK(irqs_disabled());
	atomic_inc(arg);
}

static void test_calls(void)
{
	atomic_t calls = ATOMIC_INIT(0);
	int cpu;

	for_each_online_cpu(cpu)
		CHECK_EQ(smp_call_function_single(cpu, run_call, &calls, 1), 0);
	CHECK_EQ(atomic_read(&calls), num_online_cpus());
	CHECK(!irqs_disabled());
	CHECK(smp_call_function_single(nr_cpu_ids, run_call, &calls, 1) < 0);
}

/* The tick interrupts what does not sleep. */
static void test_tick(void)
{
	unsigned long start = jiffies;
	int i;

	for (i = 0; i < 2000 && jiffies - start < 5; i++)
		mdelay(1);
	CHECK(jiffies - start >= 5);
}

static int __init selftest_start(void)
{
	test_flags();
	test_counts();
	test_timer();
	test_held_back();
	test_tasklet();
	test_irq_work();
	test_calls();
	test_tick();
	return check_report("irq");
}

static void __exit selftest_end(void)
{
}

module_init(selftest_start);
module_exit(selftest_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Checks interrupt state and contexts");
