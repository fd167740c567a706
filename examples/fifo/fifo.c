// SPDX-License-Identifier: GPL-2.0-only
/*
 * A pipe between processes: readers wait for data, writers for room.
 *
 * Who waits sleeps on a wait queue and looks again whenever it is woken, since
 * another may have been faster. With O_NONBLOCK it gets EAGAIN instead, and
 * with poll() it learns when the next try will succeed.
 */
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kfifo.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/wait.h>

#define FIFO_SIZE 64 /* a power of two; small, so that it is soon full */

static DEFINE_KFIFO(fifo, char, FIFO_SIZE);
static DEFINE_MUTEX(fifo_lock);
static DECLARE_WAIT_QUEUE_HEAD(readers);
static DECLARE_WAIT_QUEUE_HEAD(writers);

/*
 * Returns with fifo_lock held and something to read. The lock is not held
 * while sleeping: a writer needs it to end the wait.
 */
static int wait_for_data(struct file *file)
{
	for (;;) {
		if (mutex_lock_interruptible(&fifo_lock))
			return -ERESTARTSYS;
		if (!kfifo_is_empty(&fifo))
			return 0;
		mutex_unlock(&fifo_lock);
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(readers, !kfifo_is_empty(&fifo)))
			return -ERESTARTSYS;
	}
}

static int wait_for_room(struct file *file)
{
	for (;;) {
		if (mutex_lock_interruptible(&fifo_lock))
			return -ERESTARTSYS;
		if (!kfifo_is_full(&fifo))
			return 0;
		mutex_unlock(&fifo_lock);
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(writers, !kfifo_is_full(&fifo)))
			return -ERESTARTSYS;
	}
}

static ssize_t fifo_read(struct file *file, char __user *buf, size_t count,
			 loff_t *pos)
{
	unsigned int copied;
	int ret;

	if (!count)
		return 0;
	ret = wait_for_data(file);
	if (ret)
		return ret;
	ret = kfifo_to_user(&fifo, buf, count, &copied);
	mutex_unlock(&fifo_lock);
	if (ret)
		return ret;
	wake_up_interruptible(&writers);
	return copied;
}

static ssize_t fifo_write(struct file *file, const char __user *buf,
			  size_t count, loff_t *pos)
{
	unsigned int copied;
	int ret;

	if (!count)
		return 0;
	ret = wait_for_room(file);
	if (ret)
		return ret;
	ret = kfifo_from_user(&fifo, buf, count, &copied);
	mutex_unlock(&fifo_lock);
	if (ret)
		return ret;
	wake_up_interruptible(&readers);
	return copied;
}

/* poll_wait() does not wait: it says who will wake the caller. */
static __poll_t fifo_poll(struct file *file, poll_table *table)
{
	__poll_t events = 0;

	poll_wait(file, &readers, table);
	poll_wait(file, &writers, table);
	if (!kfifo_is_empty(&fifo))
		events |= EPOLLIN | EPOLLRDNORM;
	if (!kfifo_is_full(&fifo))
		events |= EPOLLOUT | EPOLLWRNORM;
	return events;
}

static int fifo_open(struct inode *inode, struct file *file)
{
	return stream_open(inode, file); /* no position to seek to */
}

static const struct file_operations fifo_fops = {
	.owner = THIS_MODULE,
	.open = fifo_open,
	.read = fifo_read,
	.write = fifo_write,
	.poll = fifo_poll,
};

static struct miscdevice fifo_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "fifo",
	.fops = &fifo_fops,
	.mode = 0666,
};
module_misc_device(fifo_device);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A pipe whose readers and writers sleep and poll");
