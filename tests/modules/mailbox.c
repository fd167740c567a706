// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/mailbox: two races of the kinds that are published again and again, and
 * nothing in it that looks for them.  A read() uses a page that an ioctl() of
 * another task replaces and frees; an interrupt takes letters from a list to
 * which write() adds them under a lock that the interrupt does not take.
 * For tests/kernel/races.
 *
 * The interrupt is a line of its own, which a timer raises as a device would.
 */
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>

#define MAILBOX_TURN _IO('m', 1)

static bool right;
module_param(right, bool, 0444);
MODULE_PARM_DESC(right, "with the locks that are missing");

struct page_of_text {
	size_t size;
	char text[32];
};

struct letter {
	struct list_head list;
	char first;
};

static DEFINE_MUTEX(page_mutex);
static struct page_of_text *page;

static DEFINE_SPINLOCK(letters_lock);
static LIST_HEAD(letters);
static unsigned int delivered;

static struct hrtimer postman;
static int line;

static struct page_of_text *new_page(const char *text)
{
	struct page_of_text *p = kzalloc(sizeof(*p), GFP_KERNEL);

	if (p)
		p->size = strscpy(p->text, text, sizeof(p->text));
	return p;
}

/* ---- a page, read and replaced ---- */

static noinline size_t size_of_page(const struct page_of_text *p, size_t n)
{
	return min(n, p->size);
}

static ssize_t read_page(char __user *to, size_t n)
{
	struct page_of_text *p = READ_ONCE(page);

	n = size_of_page(p, n);
	return copy_to_user(to, p->text, n) ? -EFAULT : (ssize_t)n;
}

static ssize_t mailbox_read(struct file *file, char __user *to, size_t n,
			    loff_t *at)
{
	ssize_t done;

	if (right)
		mutex_lock(&page_mutex);
	done = read_page(to, n);
	if (right)
		mutex_unlock(&page_mutex);
	return done;
}

static long mailbox_ioctl(struct file *file, unsigned int request,
			  unsigned long argument)
{
	struct page_of_text *old, *new;

	if (request != MAILBOX_TURN)
		return -ENOTTY;
	new = new_page("the next page");
	if (!new)
		return -ENOMEM;
	if (right)
		mutex_lock(&page_mutex);
	old = page;
	WRITE_ONCE(page, new);
	kfree(old);
	if (right)
		mutex_unlock(&page_mutex);
	return 0;
}

/* ---- letters, added and taken ---- */

static ssize_t mailbox_write(struct file *file, const char __user *from,
			     size_t n, loff_t *at)
{
	struct letter *letter = kzalloc(sizeof(*letter), GFP_KERNEL);
	unsigned long flags = 0;

	if (!letter)
		return -ENOMEM;
	if (n && get_user(letter->first, from)) {
		kfree(letter);
		return -EFAULT;
	}
	if (right)
		spin_lock_irqsave(&letters_lock, flags);
	else
		spin_lock(&letters_lock);
	list_add_tail(&letter->list, &letters);
	if (right)
		spin_unlock_irqrestore(&letters_lock, flags);
	else
		spin_unlock(&letters_lock);
	hrtimer_start(&postman, ms_to_ktime(3), HRTIMER_MODE_REL_HARD);
	return n;
}

static void deliver_all(void)
{
	struct letter *letter, *next;

	list_for_each_entry_safe(letter, next, &letters, list) {
		list_del(&letter->list);
		kfree(letter);
		delivered++;
	}
}

static irqreturn_t mailbox_interrupt(int irq, void *unused)
{
	if (right)
		spin_lock(&letters_lock);
	deliver_all();
	if (right)
		spin_unlock(&letters_lock);
	return IRQ_HANDLED;
}

static enum hrtimer_restart ring(struct hrtimer *timer)
{
	generic_handle_irq(line);
	return HRTIMER_NORESTART;
}

/* ---- beginning and end ---- */

static const struct file_operations mailbox_operations = {
	.owner = THIS_MODULE,
	.read = mailbox_read,
	.write = mailbox_write,
	.unlocked_ioctl = mailbox_ioctl,
};

static struct miscdevice mailbox_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "mailbox",
	.fops = &mailbox_operations,
};

static int make_line(void)
{
	int err;

	/* Nobody's: one of the module's own would keep it from being unloaded. */
	line = __irq_alloc_descs(-1, 0, 1, NUMA_NO_NODE, NULL, NULL);
	if (line < 0)
		return line;
	irq_set_chip_and_handler(line, &dummy_irq_chip, handle_simple_irq);
	err = request_irq(line, mailbox_interrupt, 0, "mailbox", &letters);
	if (err)
		irq_free_desc(line);
	return err;
}

static void remove_line(void)
{
	hrtimer_cancel(&postman);
	free_irq(line, &letters);
	irq_free_desc(line);
}

static int __init mailbox_init(void)
{
	int err;

	hrtimer_init(&postman, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	postman.function = ring;
	page = new_page("the first page");
	if (!page)
		return -ENOMEM;
	err = make_line();
	if (err)
		goto free_page;
	err = misc_register(&mailbox_device);
	if (!err)
		return 0;
	remove_line();
free_page:
	kfree(page);
	return err;
}

static void __exit mailbox_exit(void)
{
	misc_deregister(&mailbox_device);
	remove_line();
	deliver_all();
	kfree(page);
}

module_init(mailbox_init);
module_exit(mailbox_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Two races without locks");
