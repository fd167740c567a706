// SPDX-License-Identifier: GPL-2.0-only
/*
 * A character device that tells how often it has been opened.
 *
 * A device is a number, major and minor, by which a node in /dev finds the
 * module's functions. The kernel's devtmpfs makes the node when the device is
 * created in a class; one with the same number works as well if made by hand,
 * with mknod, anywhere.
 *
 * While a file is open, the kernel holds the module: .owner says whose code it
 * would otherwise pull away.
 */
#include <linux/atomic.h>
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>

/* What one open file says; made at open, so that it stays the same however
 * small the pieces in which it is read. */
struct message {
	size_t len;
	char text[48];
};

static atomic_t opened = ATOMIC_INIT(0);

static int counter_open(struct inode *inode, struct file *file)
{
	struct message *m = kmalloc(sizeof(*m), GFP_KERNEL);

	if (!m)
		return -ENOMEM;
	m->len = scnprintf(m->text, sizeof(m->text), "opened %d times\n",
			   atomic_inc_return(&opened));
	file->private_data = m;
	return 0;
}

/* Called when the last descriptor of this open file is closed. */
static int counter_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

static ssize_t counter_read(struct file *file, char __user *buf, size_t count,
			    loff_t *pos)
{
	struct message *m = file->private_data;

	return simple_read_from_buffer(buf, count, pos, m->text, m->len);
}

static ssize_t counter_write(struct file *file, const char __user *buf,
			     size_t count, loff_t *pos)
{
	pr_info("counter: nothing can be written here\n");
	return -EINVAL;
}

static const struct file_operations counter_fops = {
	.owner = THIS_MODULE,
	.open = counter_open,
	.release = counter_release,
	.read = counter_read,
	.write = counter_write,
};

static struct class counter_class = {
	.name = "counter",
};

static dev_t number;
static struct cdev cdev;

static int __init counter_start(void)
{
	struct device *device;
	int ret;

	ret = alloc_chrdev_region(&number, 0, 1, "counter");
	if (ret)
		return ret;
	ret = class_register(&counter_class);
	if (ret)
		goto unregister_number;
	cdev_init(&cdev, &counter_fops);
	cdev.owner = THIS_MODULE;
	ret = cdev_add(&cdev, number, 1);
	if (ret)
		goto unregister_class;
	device = device_create(&counter_class, NULL, number, NULL, "counter");
	if (IS_ERR(device)) {
		ret = PTR_ERR(device);
		goto delete_cdev;
	}
	pr_info("counter: /dev/counter is there\n");
	return 0;

delete_cdev:
	cdev_del(&cdev);
unregister_class:
	class_unregister(&counter_class);
unregister_number:
	unregister_chrdev_region(number, 1);
	return ret;
}

static void __exit counter_end(void)
{
	device_destroy(&counter_class, number);
	cdev_del(&cdev);
	class_unregister(&counter_class);
	unregister_chrdev_region(number, 1);
	pr_info("counter: opened %d times in all\n", atomic_read(&opened));
}

module_init(counter_start);
module_exit(counter_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A character device that counts how often it is opened");
