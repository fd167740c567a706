// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/fifo: what is written is read back in order; an ioctl empties it.  With
 * the parameter "trap" it follows a NULL pointer when it is given one word, for
 * a fuzzer to find.  For tests/kernel/fuzz.
 */
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#define SIZE	    1024u
#define FIFO_EMPTY  _IO('f', 1)
#define FIFO_LENGTH _IOR('f', 2, unsigned int)

static bool trap;
module_param(trap, bool, 0444);
MODULE_PARM_DESC(trap, "fail on one word");

static DEFINE_MUTEX(mutex);
static char *buffer;
static unsigned int head, tail; /* free-running */

/* Each its own function, so that entries tell how far an input came. */
static noinline void fourth(const char *s)
{
	if (s[3] == 'Z')
		*(volatile int *)NULL = 1;
}

static noinline void third(const char *s)
{
	if (s[2] == 'Z')
		fourth(s);
}

static noinline void second(const char *s)
{
	if (s[1] == 'U')
		third(s);
}

static ssize_t fifo_write(struct file *file, const char __user *from, size_t n,
			  loff_t *at)
{
	char piece[64];
	size_t i;

	n = min3(n, sizeof(piece), (size_t)(SIZE - (head - tail)));
	if (!n)
		return -ENOSPC;
	if (copy_from_user(piece, from, n))
		return -EFAULT;
	if (trap && n >= 4 && piece[0] == 'F')
		second(piece);
	mutex_lock(&mutex);
	for (i = 0; i < n; i++)
		buffer[head++ % SIZE] = piece[i];
	mutex_unlock(&mutex);
	return n;
}

static ssize_t fifo_read(struct file *file, char __user *to, size_t n,
			 loff_t *at)
{
	char piece[64];
	size_t i;

	mutex_lock(&mutex);
	n = min3(n, sizeof(piece), (size_t)(head - tail));
	for (i = 0; i < n; i++)
		piece[i] = buffer[tail++ % SIZE];
	mutex_unlock(&mutex);
	return copy_to_user(to, piece, n) ? -EFAULT : n;
}

static long fifo_ioctl(struct file *file, unsigned int request,
		       unsigned long argument)
{
	switch (request) {
	case FIFO_EMPTY:
		tail = head;
		return 0;
	case FIFO_LENGTH:
		return put_user(head - tail, (unsigned int __user *)argument);
	}
	return -ENOTTY;
}

static const struct file_operations fifo_operations = {
	.owner = THIS_MODULE,
	.read = fifo_read,
	.write = fifo_write,
	.unlocked_ioctl = fifo_ioctl,
};

static struct miscdevice fifo_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "fifo",
	.fops = &fifo_operations,
};

static int __init fifo_init(void)
{
	int err;

	buffer = kmalloc(SIZE, GFP_KERNEL);
	if (!buffer)
		return -ENOMEM;
	err = misc_register(&fifo_device);
	if (err)
		kfree(buffer);
	return err;
}

static void __exit fifo_exit(void)
{
	misc_deregister(&fifo_device);
	kfree(buffer);
}

module_init(fifo_init);
module_exit(fifo_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A first-in, first-out character device");
