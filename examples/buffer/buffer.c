// SPDX-License-Identifier: GPL-2.0-only
/*
 * A character device that is a piece of memory: read, written, sought in.
 *
 * It behaves as a file of fixed size does: reading stops at the end, writing
 * there is ENOSPC, and seeking beyond it is refused. A misc device is the
 * short way to a node: one major number, 10, serves them all.
 */
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/vmalloc.h>

static unsigned long size = 4096;
module_param(size, ulong, 0444);
MODULE_PARM_DESC(size, "of the buffer, in bytes");

static char *memory;
static DEFINE_MUTEX(memory_lock);

static ssize_t buffer_read(struct file *file, char __user *buf, size_t count,
			   loff_t *pos)
{
	ssize_t ret;

	if (mutex_lock_interruptible(&memory_lock))
		return -ERESTARTSYS;
	ret = simple_read_from_buffer(buf, count, pos, memory, size);
	mutex_unlock(&memory_lock);
	return ret;
}

static ssize_t buffer_write(struct file *file, const char __user *buf,
			    size_t count, loff_t *pos)
{
	ssize_t ret;

	if (*pos >= size)
		return -ENOSPC;
	if (mutex_lock_interruptible(&memory_lock))
		return -ERESTARTSYS;
	ret = simple_write_to_buffer(memory, size, pos, buf, count);
	mutex_unlock(&memory_lock);
	return ret;
}

static loff_t buffer_llseek(struct file *file, loff_t offset, int whence)
{
	return fixed_size_llseek(file, offset, whence, size);
}

static const struct file_operations buffer_fops = {
	.owner = THIS_MODULE,
	.read = buffer_read,
	.write = buffer_write,
	.llseek = buffer_llseek,
};

static struct miscdevice buffer_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "buffer",
	.fops = &buffer_fops,
	.mode = 0666,
};

static int __init buffer_start(void)
{
	int ret;

	if (!size)
		return -EINVAL;
	memory = vzalloc(size);
	if (!memory)
		return -ENOMEM;
	ret = misc_register(&buffer_device);
	if (ret)
		vfree(memory);
	return ret;
}

static void __exit buffer_end(void)
{
	misc_deregister(&buffer_device);
	vfree(memory);
}

module_init(buffer_start);
module_exit(buffer_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A character device that is a piece of memory");
