// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file in /proc that shows a list, however long: seq_file, the full way.
 *
 * The four functions walk the list for the kernel, which calls start, show,
 * next, show, next, ... stop for each piece that a reader takes, and start
 * again with the position where it left off. The lock is held from start to
 * stop, so one piece is consistent; between pieces the list may change.
 */
#include <linux/init.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

static unsigned int items = 5;
module_param(items, uint, 0444);
MODULE_PARM_DESC(items, "how many the list has");

struct item {
	struct list_head link;
	unsigned int number;
};

static LIST_HEAD(list);
static DEFINE_MUTEX(list_lock);

static void *list_start(struct seq_file *m, loff_t *pos)
{
	mutex_lock(&list_lock);
	return seq_list_start_head(&list, *pos);
}

static void *list_next(struct seq_file *m, void *v, loff_t *pos)
{
	return seq_list_next(v, &list, pos);
}

static void list_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&list_lock);
}

/* The head stands for the title line. */
static int list_show(struct seq_file *m, void *v)
{
	struct item *item;

	if (v == &list) {
		seq_puts(m, "number square\n");
		return 0;
	}
	item = list_entry(v, struct item, link);
	seq_printf(m, "%6u %6u\n", item->number, item->number * item->number);
	return 0;
}

static const struct seq_operations list_ops = {
	.start = list_start,
	.next = list_next,
	.stop = list_stop,
	.show = list_show,
};

static void free_list(void)
{
	struct item *item, *next;

	list_for_each_entry_safe(item, next, &list, link)
		kfree(item);
}

static int fill_list(void)
{
	unsigned int i;

	for (i = 1; i <= items; i++) {
		struct item *item = kmalloc(sizeof(*item), GFP_KERNEL);

		if (!item)
			return -ENOMEM;
		item->number = i;
		list_add_tail(&item->link, &list);
	}
	return 0;
}

static int __init start(void)
{
	int ret = fill_list();

	if (!ret && !proc_create_seq("squares", 0444, NULL, &list_ops))
		ret = -ENOMEM;
	if (ret)
		free_list();
	return ret;
}

/* Waits until nobody is inside the file's functions any more. */
static void __exit end(void)
{
	remove_proc_entry("squares", NULL);
	free_list();
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A list in /proc, by seq_file");
