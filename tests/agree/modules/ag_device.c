// SPDX-License-Identifier: GPL-2.0-only
/*
 * A character device, which holds the module while it is open.
 */
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

static ssize_t device_read(struct file *file, char __user *to, size_t n,
			   loff_t *at)
{
	char text[32];
	int m = snprintf(text, sizeof(text), "references %d\n",
			 module_refcount(THIS_MODULE));

	return simple_read_from_buffer(to, n, at, text, m);
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.read = device_read,
};
static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ag_device",
	.fops = &operations,
	.mode = 0644,
};
module_misc_device(device);
MODULE_LICENSE("GPL");
