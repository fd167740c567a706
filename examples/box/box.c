// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioctl: requests of a device that are neither reading nor writing.
 *
 * The argument is a number or a pointer into the program's memory, which is
 * never followed, only copied from and to. A request that is not known is
 * ENOTTY, by tradition.
 */
#include <linux/compat.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "box.h"

#define WEIGHT_MAX 1000

static struct box_state state;
static char label[BOX_LABEL_MAX] = "no label";
static DEFINE_MUTEX(box_lock);

static long set_weight(unsigned long weight)
{
	if (weight > WEIGHT_MAX)
		return -EINVAL;
	state.weight = weight;
	state.changes++;
	return 0;
}

static long get_state(void __user *to)
{
	return copy_to_user(to, &state, sizeof(state)) ? -EFAULT : 0;
}

static long set_label(const char __user *from)
{
	char text[BOX_LABEL_MAX];
	long len = strncpy_from_user(text, from, sizeof(text));

	if (len < 0)
		return len;
	if (len == sizeof(text))
		return -ENAMETOOLONG;
	strscpy(label, text, sizeof(label));
	state.changes++;
	return 0;
}

static long get_label(void __user *to)
{
	return copy_to_user(to, label, strlen(label) + 1) ? -EFAULT : 0;
}

static long do_request(unsigned int request, unsigned long arg)
{
	switch (request) {
	case BOX_EMPTY:
		return set_weight(0);
	case BOX_SET_WEIGHT:
		return set_weight(arg);
	case BOX_GET_STATE:
		return get_state((void __user *)arg);
	case BOX_SET_LABEL:
		return set_label((const char __user *)arg);
	case BOX_GET_LABEL:
		return get_label((void __user *)arg);
	}
	return -ENOTTY;
}

static long box_ioctl(struct file *file, unsigned int request,
		      unsigned long arg)
{
	long ret;

	if (mutex_lock_interruptible(&box_lock))
		return -ERESTARTSYS;
	ret = do_request(request, arg);
	mutex_unlock(&box_lock);
	return ret;
}

static const struct file_operations box_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = box_ioctl,
	/* For 32-bit programs, whose structures are laid out the same here. */
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice box_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "box",
	.fops = &box_fops,
	.mode = 0666,
};
module_misc_device(box_device);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Requests by ioctl, with numbers, structures and strings");
