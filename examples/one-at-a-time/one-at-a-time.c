// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file in /proc that one process at a time may have open; others wait.
 *
 * Who waits sleeps on a wait queue, in a state that signals end: Ctrl-C works.
 * Whoever opens with O_NONBLOCK does not want to sleep, and gets EAGAIN.
 */
#include <linux/atomic.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#define TEXT_MAX 80

static atomic_t taken = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(waiting);

/* Of whoever has the file open; its threads may still be several. */
static char text[TEXT_MAX] = "nothing yet\n";
static size_t text_len = 12;
static DEFINE_MUTEX(text_lock);

/* True for the one who found it free; it is not free any more then. */
static bool take(void)
{
	return !atomic_cmpxchg(&taken, 0, 1);
}

static int file_open(struct inode *inode, struct file *file)
{
	if (take())
		return 0;
	if (file->f_flags & O_NONBLOCK)
		return -EAGAIN;
	pr_info("one-at-a-time: %s waits\n", current->comm);
	/* Woken, it tries again: another may have been faster. */
	if (wait_event_interruptible(waiting, take())) {
		pr_info("one-at-a-time: %s gives up\n", current->comm);
		return -EINTR;
	}
	return 0;
}

static int file_release(struct inode *inode, struct file *file)
{
	atomic_set(&taken, 0);
	wake_up(&waiting);
	return 0;
}

static ssize_t file_read(struct file *file, char __user *buf, size_t count,
			 loff_t *pos)
{
	ssize_t ret;

	mutex_lock(&text_lock);
	ret = simple_read_from_buffer(buf, count, pos, text, text_len);
	mutex_unlock(&text_lock);
	return ret;
}

static ssize_t file_write(struct file *file, const char __user *buf,
			  size_t count, loff_t *pos)
{
	ssize_t ret;

	mutex_lock(&text_lock);
	*pos = 0;
	ret = simple_write_to_buffer(text, sizeof(text), pos, buf, count);
	if (ret > 0)
		text_len = ret;
	mutex_unlock(&text_lock);
	return ret;
}

static const struct proc_ops file_ops = {
	.proc_open = file_open,
	.proc_release = file_release,
	.proc_read = file_read,
	.proc_write = file_write,
	.proc_lseek = default_llseek,
};

static int __init start(void)
{
	return proc_create("one-at-a-time", 0666, NULL, &file_ops) ? 0
								   : -ENOMEM;
}

static void __exit end(void)
{
	remove_proc_entry("one-at-a-time", NULL);
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A file that one process at a time may open");
