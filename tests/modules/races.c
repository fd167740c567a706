// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/races: two races of well-known kinds, which only some schedules lose.
 * One ioctl replaces an object that another one is using; a timer counts what an
 * ioctl counts, without a lock.  For tests/kernel/schedules.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/timer.h>

#define RACES_USE     _IO('r', 1)
#define RACES_REPLACE _IO('r', 2)
#define RACES_COUNT   _IO('r', 3)
#define RACES_CHECK   _IO('r', 4)

#define MAGIC 0x600df00d

struct object {
	unsigned int magic;
	unsigned int value;
};

static struct object *object;

static struct timer_list timer;
static unsigned int count, by_ioctl, by_timer;

static struct object *new_object(void)
{
	struct object *o = kmalloc(sizeof(*o), GFP_KERNEL);

	if (o)
		*o = (struct object){MAGIC, 1};
	return o;
}

static noinline unsigned int use(const struct object *o)
{
	return o->value;
}

/* Between finding the object and using it, it may go. */
static long use_object(void)
{
	struct object *o = READ_ONCE(object);
	unsigned int value = use(o);

	if (WARN_ON(o->magic != MAGIC))
		return -EIO;
	return value;
}

static long replace_object(void)
{
	struct object *old = object, *new = new_object();

	if (!new)
		return -ENOMEM;
	WRITE_ONCE(object, new);
	old->magic = 0;
	kfree(old);
	return 0;
}

static noinline unsigned int next(unsigned int n)
{
	return n + 1;
}

static void tick(struct timer_list *t)
{
	count++;
	by_timer++;
}

static long count_one(void)
{
	mod_timer(&timer, jiffies + 2);
	WRITE_ONCE(count, next(READ_ONCE(count)));
	by_ioctl++;
	return 0;
}

static long check_count(void)
{
	msleep(50);
	return WARN_ON(count != by_ioctl + by_timer) ? -EIO : 0;
}

static long races_ioctl(struct file *file, unsigned int request,
			unsigned long argument)
{
	switch (request) {
	case RACES_USE:
		return use_object();
	case RACES_REPLACE:
		return replace_object();
	case RACES_COUNT:
		return count_one();
	case RACES_CHECK:
		return check_count();
	}
	return -ENOTTY;
}

static const struct file_operations races_operations = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = races_ioctl,
};

static struct miscdevice races_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "races",
	.fops = &races_operations,
};

static int __init races_init(void)
{
	int err;

	timer_setup(&timer, tick, 0);
	object = new_object();
	if (!object)
		return -ENOMEM;
	err = misc_register(&races_device);
	if (err)
		kfree(object);
	return err;
}

static void __exit races_exit(void)
{
	misc_deregister(&races_device);
	del_timer_sync(&timer);
	kfree(object);
}

module_init(races_init);
module_exit(races_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Two races");
