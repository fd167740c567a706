// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open files that clients hold: the supervisor's handle on a struct file, and
 * notices when its readiness changes.
 *
 * A wake-up of a file's queue, in any context, only notes the file; a work item
 * asks the driver and tells the host.
 */
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include "syscall/clients.h"

/* Drivers wait on one queue, seldom on more. */
#define MAX_QUEUES 4

struct watch {
	wait_queue_entry_t entry;
	wait_queue_head_t *queue;
	struct client_file *cf;
};

struct client_file {
	struct file *file;
	poll_table table;
	struct watch watches[MAX_QUEUES];
	unsigned int nr_watches;
	unsigned int events; /* asked for so far */
	unsigned int told; /* what the host knows */
	struct list_head changed; /* in changed_files */
};

static LIST_HEAD(changed_files);
static DEFINE_SPINLOCK(changed_lock);

int files_make(struct file *file, struct client_file **result)
{
	struct client_file *cf = kzalloc(sizeof(*cf), GFP_KERNEL);

	if (!cf)
		return -ENOMEM;
	cf->file = file;
	INIT_LIST_HEAD(&cf->changed);
	*result = cf;
	return 0;
}

struct file *files_file(struct client_file *cf)
{
	return cf->file;
}

static void tell(struct client_file *cf)
{
	unsigned int ready = vfs_poll(cf->file, NULL) & 0xffff;

	if (ready == cf->told)
		return;
	cf->told = ready;
	host_client_ready(cf, ready);
}

static struct client_file *take_changed(void)
{
	struct client_file *cf;

	spin_lock_irq(&changed_lock);
	cf = list_first_entry_or_null(&changed_files, struct client_file,
				      changed);
	if (cf)
		list_del_init(&cf->changed);
	spin_unlock_irq(&changed_lock);
	return cf;
}

static void tell_changed(struct work_struct *unused)
{
	struct client_file *cf;

	while ((cf = take_changed()))
		tell(cf);
}
static DECLARE_WORK(tell_work, tell_changed);

static int on_wake(wait_queue_entry_t *entry, unsigned int mode, int sync,
		   void *key)
{
	struct client_file *cf = container_of(entry, struct watch, entry)->cf;
	unsigned long flags;

	spin_lock_irqsave(&changed_lock, flags);
	if (list_empty(&cf->changed))
		list_add_tail(&cf->changed, &changed_files);
	spin_unlock_irqrestore(&changed_lock, flags);
	schedule_work(&tell_work);
	return 0;
}

static void on_queue(struct file *file, wait_queue_head_t *queue,
		     poll_table *table)
{
	struct client_file *cf = container_of(table, struct client_file, table);
	struct watch *w;

	if (!queue)
		return;
	if (cf->nr_watches == MAX_QUEUES) {
		pr_warn_once("ring3: a file waits on more than %d queues\n",
			     MAX_QUEUES);
		return;
	}
	w = &cf->watches[cf->nr_watches++];
	w->cf = cf;
	w->queue = queue;
	init_waitqueue_func_entry(&w->entry, on_wake);
	add_wait_queue(queue, &w->entry);
}

unsigned int files_poll(struct client_file *cf, unsigned int events)
{
	bool first = !cf->nr_watches;

	cf->events |= events;
	init_poll_funcptr(&cf->table, first ? on_queue : NULL);
	cf->table._key = ~(__poll_t)0;
	cf->told = vfs_poll(cf->file, first ? &cf->table : NULL) & 0xffff;
	return cf->told;
}

void files_touched(struct client_file *cf)
{
	if (cf->events)
		tell(cf);
}

void files_release(struct client_file *cf)
{
	unsigned int i;

	for (i = 0; i < cf->nr_watches; i++)
		remove_wait_queue(cf->watches[i].queue, &cf->watches[i].entry);
	spin_lock_irq(&changed_lock);
	list_del_init(&cf->changed);
	spin_unlock_irq(&changed_lock);
	if (i)
		flush_work(&tell_work);
	filp_close(cf->file, current->files);
	kfree(cf);
}
