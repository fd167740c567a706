// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/tally: counts what clients write, each for itself, and notices what does
 * not follow upon the last.  For tests/kernel/stress-clients.
 *
 * A write is a struct tally_mark; an ioctl gives the last number that a client
 * wrote.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>

#define CLIENTS	   16
#define TALLY_LAST _IOWR('T', 1, __u64)

struct tally_mark {
	__u32 client;
	__u32 sleeps; /* the call sleeps first, and can be interrupted */
	__u64 number;
};

static DEFINE_MUTEX(tally_lock);
static u64 last[CLIENTS];

static unsigned long total, doubled, lost;
module_param(total, ulong, 0444);
module_param(doubled, ulong, 0444);
module_param(lost, ulong, 0444);

static void count(const struct tally_mark *mark)
{
	u64 before = last[mark->client];

	if (mark->number <= before) {
		doubled++;
		return;
	}
	lost += mark->number - before - 1;
	total++;
	last[mark->client] = mark->number;
}

static ssize_t tally_write(struct file *file, const char __user *from, size_t n,
			   loff_t *pos)
{
	struct tally_mark mark;

	if (n != sizeof(mark))
		return -EINVAL;
	if (copy_from_user(&mark, from, n))
		return -EFAULT;
	if (mark.client >= CLIENTS)
		return -EINVAL;
	if (mark.sleeps && msleep_interruptible(1))
		return -ERESTARTSYS;
	if (mutex_lock_interruptible(&tally_lock))
		return -ERESTARTSYS;
	count(&mark);
	mutex_unlock(&tally_lock);
	return n;
}

/* The argument holds the client's index, and is given its last number. */
static long tally_ioctl(struct file *file, unsigned int request,
			unsigned long arg)
{
	u64 __user *at = (u64 __user *)arg;
	u64 value;

	if (request != TALLY_LAST)
		return -ENOTTY;
	if (get_user(value, at))
		return -EFAULT;
	if (value >= CLIENTS)
		return -EINVAL;
	mutex_lock(&tally_lock);
	value = last[value];
	mutex_unlock(&tally_lock);
	return put_user(value, at);
}

static const struct file_operations tally_fops = {
	.owner = THIS_MODULE,
	.write = tally_write,
	.unlocked_ioctl = tally_ioctl,
};

static struct miscdevice tally_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "tally",
	.fops = &tally_fops,
	.mode = 0666,
};
module_misc_device(tally_device);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Counts what clients write");
