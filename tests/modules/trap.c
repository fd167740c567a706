// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that misbehaves as told: what=WHICH where=PLACE.
 *
 * Contract: the misdeed happens once, in the chosen context, and is announced
 * in the log right before. For all places but exit, init gives it time to
 * happen; if it comes back from it, init returns 0. A thread or work item
 * holds a reference, so one that never comes back keeps the module loaded.
 */
#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/panic.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

static char *what = "null-read";
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "the misdeed; \"list\" names them all");

static char *where = "init";
module_param(where, charp, 0444);
MODULE_PARM_DESC(where, "init, exit, kthread, timer, work or tasklet");

#define NON_CANONICAL 0xdead4ead00000000UL
#define UNMAPPED      0x2345678000UL

/* Volatile, or the compiler sees through the misdeeds. */
static volatile int zero;
static volatile unsigned long sink;
/* A constant that is volatile would not be among the read-only data. */
static const unsigned long constant[] = {0x600dc0de};
static u8 ret_in_data[16] = {0xc3};

static DEFINE_MUTEX(mutex);
static DEFINE_SPINLOCK(spinlock);
static DECLARE_WAIT_QUEUE_HEAD(never);

static noinline void peek(unsigned long addr)
{
	sink = *(volatile unsigned long *)addr;
}

static noinline void poke(unsigned long addr)
{
	*(volatile u32 *)addr = 0x5a5a5a5a;
}

static noinline void jump(unsigned long addr)
{
	void (*volatile target)(void) = (void (*)(void))addr;

	target();
}

static noinline unsigned long harmless(void)
{
	return sink + 1;
}

static void null_read(void)
{
	peek(0);
}

static void null_write(void)
{
	poke(0);
}

static void null_member(void)
{
	peek(0x128);
}

static void wild(void)
{
	peek(NON_CANONICAL);
}

static void wild_write(void)
{
	poke(NON_CANONICAL);
}

static void wild_low(void)
{
	peek(UNMAPPED);
}

static void wild_low_write(void)
{
	poke(UNMAPPED);
}

/* Mapped memory of the program that loads the module, without uaccess. */
static void user(void)
{
	poke(current->mm ? current->mm->start_stack & ~7UL : 0x400000UL);
}

static void jump_null(void)
{
	jump(0);
}

static void jump_wild(void)
{
	jump(NON_CANONICAL);
}

static void bug(void)
{
	BUG();
}

static void warn(void)
{
	WARN(1, "trap: a warning, number %d\n", zero + 7);
}

static void div0(void)
{
	sink = 1000 / zero;
}

static noinline unsigned long recurse(unsigned long depth)
{
	volatile unsigned long frame[32];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(frame); i++)
		frame[i] = depth + i;
	return recurse(depth + 1) + frame[depth % ARRAY_SIZE(frame)];
}

static void stack(void)
{
	sink = recurse(zero);
}

/* The jump hides from objtool that nothing comes after. */
static void ud2(void)
{
	asm volatile("test %0, %0\n\tjnz 1f\n\tud2\n1:" : : "r"(zero) : "cc");
}

static void loop(void)
{
	while (!zero)
		;
}

static void loop_irqoff(void)
{
	local_irq_disable();
	while (!zero)
		;
	local_irq_enable();
}

static void write_text(void)
{
	poke((unsigned long)harmless);
	sink = harmless();
}

static void write_rodata(void)
{
	poke((unsigned long)constant);
	peek((unsigned long)constant);
}

static void exec_data(void)
{
	jump((unsigned long)ret_in_data);
}

/* The idle task is what every CPU falls back to. */
static void corrupt_kernel(void)
{
	init_task.sched_class = (void *)NON_CANONICAL;
	memset(&init_task.tasks, 0x5a, sizeof(init_task.tasks));
	memset(&current->tasks, 0x5a, sizeof(current->tasks));
	if (!in_atomic() && !irqs_disabled())
		msleep(20);
}

static void do_panic(void)
{
	panic("trap: asked to");
}

static void deadlock(void)
{
	mutex_lock(&mutex);
	mutex_lock(&mutex);
}

static void spin_deadlock(void)
{
	spin_lock(&spinlock);
	spin_lock(&spinlock);
}

static void sleep_forever(void)
{
	wait_event(never, zero);
}

static void leak_lock(void)
{
	spin_lock(&spinlock);
}

static void leak_mutex(void)
{
	mutex_lock(&mutex);
}

static void leak_irqoff(void)
{
	local_irq_disable();
}

static void sleep_atomic(void)
{
	spin_lock(&spinlock);
	msleep(20);
	spin_unlock(&spinlock);
}

static const struct misdeed {
	const char *name;
	void (*commit)(void);
} misdeeds[] = {
	{"null-read", null_read},
	{"null-write", null_write},
	{"null-member", null_member},
	{"wild", wild},
	{"wild-write", wild_write},
	{"wild-low", wild_low},
	{"wild-low-write", wild_low_write},
	{"user", user},
	{"jump-null", jump_null},
	{"jump-wild", jump_wild},
	{"bug", bug},
	{"warn", warn},
	{"div0", div0},
	{"stack", stack},
	{"ud2", ud2},
	{"loop", loop},
	{"loop-irqoff", loop_irqoff},
	{"write-text", write_text},
	{"write-rodata", write_rodata},
	{"exec-data", exec_data},
	{"corrupt-kernel", corrupt_kernel},
	{"panic", do_panic},
	{"deadlock", deadlock},
	{"spin-deadlock", spin_deadlock},
	{"sleep-forever", sleep_forever},
	{"sleep-atomic", sleep_atomic},
	{"leak-lock", leak_lock},
	{"leak-mutex", leak_mutex},
	{"leak-irqoff", leak_irqoff},
};

static const struct misdeed *chosen;

static void act(void)
{
	pr_info("trap: about to: %s in %s\n", what, where);
	chosen->commit();
	pr_info("trap: came back: %s in %s\n", what, where);
}

static int act_in_kthread(void *unused)
{
	act();
	module_put_and_kthread_exit(0);
	return 0;
}

static int start_kthread(void)
{
	struct task_struct *task;

	__module_get(THIS_MODULE);
	task = kthread_run(act_in_kthread, NULL, "trap");
	if (!IS_ERR(task))
		return 0;
	module_put(THIS_MODULE);
	return PTR_ERR(task);
}

static void act_in_timer(struct timer_list *unused)
{
	act();
}

static DEFINE_TIMER(timer, act_in_timer);

static int start_timer(void)
{
	mod_timer(&timer, jiffies + 1);
	return 0;
}

static void act_in_work(struct work_struct *unused)
{
	act();
	module_put(THIS_MODULE);
}

static DECLARE_WORK(work, act_in_work);

static int start_work(void)
{
	__module_get(THIS_MODULE);
	schedule_work(&work);
	return 0;
}

static void act_in_tasklet(struct tasklet_struct *unused)
{
	act();
}

static DECLARE_TASKLET(tasklet, act_in_tasklet);

static int start_tasklet(void)
{
	tasklet_schedule(&tasklet);
	return 0;
}

static int start_here(void)
{
	act();
	return 0;
}

static int start_later(void)
{
	return 0;
}

static const struct place {
	const char *name;
	int (*start)(void);
} places[] = {
	{"init", start_here},	    {"exit", start_later},
	{"kthread", start_kthread}, {"timer", start_timer},
	{"work", start_work},	    {"tasklet", start_tasklet},
};

static int list_all(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(misdeeds); i++)
		pr_info("trap: what=%s\n", misdeeds[i].name);
	for (i = 0; i < ARRAY_SIZE(places); i++)
		pr_info("trap: where=%s\n", places[i].name);
	return -ECANCELED;
}

static int __init trap_start(void)
{
	const struct place *place = NULL;
	int i, ret;

	if (!strcmp(what, "list"))
		return list_all();
	for (i = 0; i < ARRAY_SIZE(misdeeds); i++)
		if (!strcmp(what, misdeeds[i].name))
			chosen = &misdeeds[i];
	for (i = 0; i < ARRAY_SIZE(places); i++)
		if (!strcmp(where, places[i].name))
			place = &places[i];
	if (!chosen || !place) {
		pr_err("trap: no what=%s or where=%s\n", what, where);
		return -EINVAL;
	}
	ret = place->start();
	if (!ret && place->start != start_here && place->start != start_later)
		msleep(50);
	return ret;
}

static void __exit trap_end(void)
{
	del_timer_sync(&timer);
	tasklet_kill(&tasklet);
	if (!strcmp(where, "exit"))
		act();
	pr_info("trap: gone\n");
}

module_init(trap_start);
module_exit(trap_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Misbehaves on request");
