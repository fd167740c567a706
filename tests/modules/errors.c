// SPDX-License-Identifier: GPL-2.0-only
/*
 * Error paths: of an init that makes several things, of a write, and of ioctls
 * that read and write a number.  With the parameter "wrong" some of them leave
 * things behind, or go on with what is not there.  For tests/kernel/fail-each.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

static bool wrong;
module_param(wrong, bool, 0444);
MODULE_PARM_DESC(wrong, "make mistakes when calls fail");

static char *first, *second;
static struct proc_dir_entry *entry;

static ssize_t errors_write(struct file *file, const char __user *from,
			    size_t n, loff_t *at)
{
	char *copy = kmalloc(n + 1, GFP_KERNEL);

	if (!copy && !wrong)
		return -ENOMEM;
	if (copy_from_user(copy, from, n)) {
		kfree(copy);
		return -EFAULT;
	}
	copy[n] = 0;
	kfree(copy);
	return n;
}

/* Adds one to a number of the program's. */
static long errors_ioctl(struct file *file, unsigned int request,
			 unsigned long argument)
{
	int __user *at = (int __user *)argument;
	int *number = kmalloc(sizeof(*number), GFP_KERNEL);
	long err;

	if (!number)
		return -ENOMEM;
	err = get_user(*number, at);
	if (err && wrong)
		return err;
	if (!err)
		err = put_user(*number + 1, at);
	if (err && wrong)
		return err;
	kfree(number);
	return err;
}

static const struct file_operations errors_operations = {
	.owner = THIS_MODULE,
	.write = errors_write,
	.unlocked_ioctl = errors_ioctl,
};

static struct miscdevice errors_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "errors",
	.fops = &errors_operations,
};

static int __init errors_init(void)
{
	int err = -ENOMEM;

	first = kmalloc(100, GFP_KERNEL);
	if (!first)
		return -ENOMEM;
	second = kstrdup("second", GFP_KERNEL);
	if (!second)
		goto free_first;
	entry = proc_mkdir("errors", NULL);
	if (!entry)
		goto free_second;
	err = misc_register(&errors_device);
	if (!err)
		return 0;
	proc_remove(entry);
free_second:
	if (!wrong)
		kfree(second);
free_first:
	kfree(first);
	return err;
}

static void __exit errors_exit(void)
{
	misc_deregister(&errors_device);
	proc_remove(entry);
	kfree(second);
	kfree(first);
}

module_init(errors_init);
module_exit(errors_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("What happens when calls fail");
