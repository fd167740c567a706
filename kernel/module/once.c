// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasks that ask finit_module(2) for the same file at the same time: newer
 * kernels let the first load it, and give its result to all.
 *
 * Process context; who comes second sleeps until the first is through.
 */
#include <linux/completion.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include "module/internal.h"

/* The kernel's own table of such files, in one that has it. */
extern char idem_hash[] __weak;

/* A task at work on a file, or waiting for it.  Not on the task's stack, which
 * goes if the module's init takes the task along. */
struct once {
	struct list_head list;
	const void *file; /* what tells one from another */
	struct task_struct *worker; /* NULL: it waits */
	struct completion done;
	long result;
};

static LIST_HEAD(all);
static DEFINE_SPINLOCK(lock);

static void free_once(struct once *once)
{
	if (once->worker)
		put_task_struct(once->worker);
	kfree(once);
}

/* What tasks that died at work left behind; needs the lock. */
static void forget_dead(struct list_head *dead)
{
	struct once *once, *next;

	list_for_each_entry_safe(once, next, &all, list)
		if (once->worker && once->worker->flags & PF_EXITING)
			list_move(&once->list, dead);
}

static bool is_at_work(const void *file)
{
	struct once *once;

	list_for_each_entry(once, &all, list)
		if (once->file == file && once->worker)
			return true;
	return false;
}

/* Whether the calling task is the one to do the work. */
static bool enter(struct once *once)
{
	struct once *old, *next;
	LIST_HEAD(dead);

	spin_lock(&lock);
	forget_dead(&dead);
	if (!is_at_work(once->file))
		once->worker = get_task_struct(current);
	list_add(&once->list, &all);
	spin_unlock(&lock);
	list_for_each_entry_safe(old, next, &dead, list)
		free_once(old);
	return once->worker;
}

/* Tells those who wait for the same. */
static void tell(const struct once *once)
{
	struct once *other, *next;

	list_for_each_entry_safe(other, next, &all, list) {
		if (other->file != once->file || other->worker)
			continue;
		list_del_init(&other->list);
		other->result = once->result;
		complete(&other->done);
	}
}

long load_once(const void *file, long (*load)(void *arg), void *arg)
{
	struct once *once;
	long result;
	bool first;

	if (!idem_hash)
		return load(arg);
	once = kmalloc(sizeof(*once), GFP_KERNEL);
	if (!once)
		return -ENOMEM;
	*once = (struct once){.file = file, .result = -EINTR};
	init_completion(&once->done);
	first = enter(once);
	if (first)
		once->result = load(arg);
	else
		wait_for_completion_interruptible(&once->done);
	spin_lock(&lock);
	/* Told at the last moment: then that counts. */
	result = once->result;
	list_del(&once->list);
	if (first)
		tell(once);
	spin_unlock(&lock);
	free_once(once);
	return result;
}
