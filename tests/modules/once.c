// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/once: each ioctl changes something that lasts, and warns when it has been
 * changed before.  For tests/kernel/fuzz-files: each input is to find it new.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#define ONCE_DATA  _IO('o', 1)
#define ONCE_HEAP  _IO('o', 2)
#define ONCE_AREA  _IO('o', 3)
#define ONCE_TIMER _IO('o', 4)
#define ONCE_WORK  _IO('o', 5)
#define ONCE_TIME  _IO('o', 6)
#define ONCE_SWAP  _IO('o', 7)

#define PAGES 64

static DEFINE_MUTEX(mutex);
static u8 data[PAGES * PAGE_SIZE];
static void *area;
static bool timer_fired, work_done;
static unsigned long began; /* jiffies at the first ONCE_TIME */

struct object {
	struct object *next;
	char text[500];
};
static struct object *objects, *first;

static void fire(struct timer_list *unused)
{
	timer_fired = true;
}
static DEFINE_TIMER(timer, fire);

static void work_fn(struct work_struct *unused)
{
	work_done = true;
}
static DECLARE_WORK(work, work_fn);

static long touch_data(void)
{
	unsigned int i;

	for (i = 0; i < PAGES; i++)
		WARN_ON_ONCE(data[i * PAGE_SIZE]++);
	return 0;
}

static long fill_heap(void)
{
	struct object *object;
	int i;

	WARN_ON_ONCE(objects);
	for (i = 0; i < 20; i++) {
		object = kzalloc(sizeof(*object), GFP_KERNEL);
		if (!object)
			return -ENOMEM;
		object->next = objects;
		objects = object;
	}
	return 0;
}

/* Memory that is mapped anew. */
static long map_area(void)
{
	WARN_ON_ONCE(area);
	vfree(area);
	area = vzalloc(3 * PAGE_SIZE);
	return area ? 0 : -ENOMEM;
}

/* It is pending when the input is over. */
static long start_timer(void)
{
	WARN_ON_ONCE(timer_fired || timer_pending(&timer));
	mod_timer(&timer, jiffies + 2);
	return 0;
}

/* By another task, while this one waits. */
static long do_work(void)
{
	WARN_ON_ONCE(work_done);
	schedule_work(&work);
	flush_work(&work);
	WARN_ON_ONCE(!work_done);
	return 0;
}

static long pass_time(void)
{
	WARN_ON_ONCE(began);
	began = jiffies;
	msleep(50);
	WARN_ON_ONCE(time_before(jiffies, began + msecs_to_jiffies(50)));
	return 0;
}

/* What was there from the beginning is freed. */
static long swap_first(void)
{
	struct object *second = kzalloc(sizeof(*second), GFP_KERNEL);

	if (!second)
		return -ENOMEM;
	WARN_ON_ONCE(first->text[0]);
	kfree(first);
	first = second;
	first->text[0] = 1;
	return 0;
}

static long once_ioctl(struct file *file, unsigned int request,
		       unsigned long argument)
{
	long ret = -ENOTTY;

	mutex_lock(&mutex);
	switch (request) {
	case ONCE_DATA:
		ret = touch_data();
		break;
	case ONCE_HEAP:
		ret = fill_heap();
		break;
	case ONCE_AREA:
		ret = map_area();
		break;
	case ONCE_TIMER:
		ret = start_timer();
		break;
	case ONCE_WORK:
		ret = do_work();
		break;
	case ONCE_TIME:
		ret = pass_time();
		break;
	case ONCE_SWAP:
		ret = swap_first();
		break;
	}
	mutex_unlock(&mutex);
	return ret;
}

static const struct file_operations once_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = once_ioctl,
};

static struct miscdevice once = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "once",
	.fops = &once_fops,
};

static int __init once_start(void)
{
	int err;

	first = kzalloc(sizeof(*first), GFP_KERNEL);
	if (!first)
		return -ENOMEM;
	err = misc_register(&once);
	if (err)
		kfree(first);
	return err;
}
module_init(once_start);

static void __exit once_stop(void)
{
	struct object *object;

	misc_deregister(&once);
	/* del_timer_sync() has another name in newer kernels. */
	while (timer_pending(&timer))
		msleep(20);
	flush_work(&work);
	vfree(area);
	kfree(first);
	while ((object = objects)) {
		objects = object->next;
		kfree(object);
	}
}
module_exit(once_stop);

MODULE_DESCRIPTION("warns of what was done before");
MODULE_LICENSE("GPL");
