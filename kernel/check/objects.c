// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel would still call in a module that is about to go: timers,
 * work, threads, interrupts, open files.
 *
 * Process context.  Timers and work are stopped once they are told of, since
 * they would run into memory that is gone.
 */
#include <linux/fdtable.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/sched/signal.h>
#include <linux/timer.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>
#include "check/leaks.h"

DECLARE_PER_CPU(struct hrtimer_cpu_base, hrtimer_bases);

/* ---- timers and work, which have records ---- */

static bool take_pending(struct check_record *record, void *arg)
{
	if (record->import)
		return false;
	*(struct check_record *)arg = *record;
	return true;
}

static void stop_timer(const struct module *mod, struct timer_list *timer)
{
	struct delayed_work *work;

	if (timer->function == delayed_work_timer_fn) {
		work = container_of(timer, struct delayed_work, timer);
		check_say(
			mod,
			"left behind: delayed work at 0x%lx is pending, its function is %pS",
			(unsigned long)work, work->work.func);
		cancel_delayed_work(work);
		return;
	}
	check_say(mod,
		  "left behind: timer at 0x%lx is armed, its function is %pS",
		  (unsigned long)timer, timer->function);
	del_timer(timer);
}

/* Work that was taken back is not told of, and its memory may be another's. */
static bool is_pending(const struct work_struct *work, unsigned long function)
{
	const unsigned long queued = WORK_STRUCT_PENDING | WORK_STRUCT_PWQ;
	struct work_struct copy;

	return !copy_from_kernel_nofault(&copy, work, sizeof(copy)) &&
	       (unsigned long)copy.func == function &&
	       (atomic_long_read(&copy.data) & queued) == queued;
}

static unsigned int stop_work(const struct module *mod,
			      struct work_struct *work, unsigned long function)
{
	if (!is_pending(work, function))
		return 0;
	check_say(mod,
		  "left behind: work at 0x%lx is pending, its function is %pS",
		  (unsigned long)work, work->func);
	cancel_work(work);
	return 1;
}

static unsigned int stop(const struct module *mod,
			 const struct check_record *record)
{
	void *key = (void *)record->key;

	switch (record->space) {
	case SPACE_TIMER:
		stop_timer(mod, key);
		return 1;
	case SPACE_WORK:
		return stop_work(mod, key, record->size);
	default:
		check_say(
			mod,
			"left behind: work at 0x%lx is running, its function is %pS",
			record->key, (void *)record->size);
		return 1;
	}
}

static unsigned int report_pending(const struct module *mod)
{
	struct check_record record;
	unsigned int n = 0;

	for (;;) {
		record.key = 0;
		record_each(mod, take_pending, &record);
		if (!record.key)
			return n;
		n += stop(mod, &record);
		record_remove(record.space, record.key);
	}
}

/* ---- high-resolution timers ---- */

static struct hrtimer *find_hrtimer(const struct module *mod, int cpu)
{
	struct hrtimer_cpu_base *base = per_cpu_ptr(&hrtimer_bases, cpu);
	struct timerqueue_node *node;
	struct hrtimer *timer, *found = NULL;
	unsigned long flags;
	int i;

	raw_spin_lock_irqsave(&base->lock, flags);
	for (i = 0; i < HRTIMER_MAX_CLOCK_BASES && !found; i++) {
		node = timerqueue_getnext(&base->clock_base[i].active);
		for (; node && !found; node = timerqueue_iterate_next(node)) {
			timer = container_of(node, struct hrtimer, node);
			if (check_is_inside(mod, timer->function))
				found = timer;
		}
	}
	raw_spin_unlock_irqrestore(&base->lock, flags);
	return found;
}

static unsigned int report_hrtimers(const struct module *mod)
{
	struct hrtimer *timer;
	unsigned int n = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		while ((timer = find_hrtimer(mod, cpu))) {
			check_say(
				mod,
				"left behind: high-resolution timer at 0x%lx is armed, its function is %pS",
				(unsigned long)timer, timer->function);
			hrtimer_cancel(timer);
			n++;
		}
	return n;
}

/* ---- threads, interrupts, files ---- */

static unsigned int report_threads(const struct module *mod)
{
	struct task_struct *process, *task;
	unsigned int n = 0;
	void *function;

	rcu_read_lock();
	for_each_process_thread(process, task)
	{
		if (!(task->flags & PF_KTHREAD) || task->flags & PF_EXITING)
			continue;
		function = kthread_func(task);
		if (!check_is_inside(mod, function))
			continue;
		check_say(
			mod,
			"left behind: kernel thread %s[%d] is alive, its function is %pS",
			task->comm, task_pid_nr(task), function);
		n++;
	}
	rcu_read_unlock();
	return n;
}

static unsigned int report_irq(const struct module *mod, unsigned int irq,
			       struct irq_desc *desc)
{
	const struct irqaction *action;
	unsigned int n = 0;

	for (action = desc->action; action; action = action->next) {
		if (!check_is_inside(mod, action->handler) &&
		    !check_is_inside(mod, action->thread_fn))
			continue;
		check_say(
			mod,
			"left behind: interrupt %u (%s) is requested, its handler is %pS",
			irq, action->name ? action->name : "no name",
			action->handler);
		n++;
	}
	return n;
}

static unsigned int report_irqs(const struct module *mod)
{
	struct irq_desc *desc;
	unsigned int irq, n = 0;

	for_each_irq_desc(irq, desc) n += report_irq(mod, irq, desc);
	return n;
}

struct files {
	const struct module *mod;
	const struct task_struct *task;
	const struct file *found[LINES_MAX];
	unsigned int n;
};

/* Tasks may share their files. */
static bool is_new(struct files *files, const struct file *file)
{
	unsigned int i;

	for (i = 0; i < files->n; i++)
		if (files->found[i] == file)
			return false;
	if (files->n == LINES_MAX)
		return false;
	files->found[files->n++] = file;
	return true;
}

static int report_file(const void *arg, struct file *file, unsigned int fd)
{
	struct files *files = (struct files *)arg;

	if (!check_is_inside(files->mod, file->f_op) || !is_new(files, file))
		return 0;
	check_say(
		files->mod,
		"left behind: file %pD4 is open in %s[%d], its operations are %pS",
		file, files->task->comm,
		task_pid_nr((struct task_struct *)files->task), file->f_op);
	return 0;
}

static unsigned int report_files(const struct module *mod)
{
	struct files files = {.mod = mod};
	struct task_struct *task;

	rcu_read_lock();
	for_each_process(task)
	{
		task_lock(task);
		files.task = task;
		iterate_fd(task->files, 0, report_file, &files);
		task_unlock(task);
	}
	rcu_read_unlock();
	return files.n;
}

unsigned int objects_report(struct module *mod)
{
	return report_pending(mod) + rcu_report(mod) + report_hrtimers(mod) +
	       report_threads(mod) + report_irqs(mod) + report_files(mod);
}
