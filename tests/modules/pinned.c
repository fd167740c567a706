// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/pinned: pages of the program that writes to it, held directly.
 *
 * write() turns each byte of the buffer over, in place.  HOLD takes the page at
 * the argument, PUT writes a byte into what is held, GET returns the first, DROP
 * lets go.
 */
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/init.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>

#define HOLD _IO('p', 1)
#define PUT  _IO('p', 2)
#define GET  _IO('p', 3)
#define DROP _IO('p', 4)

#define MAX_PAGES 16

static struct page *held;

static void turn_over(struct page *page, size_t from, size_t to)
{
	u8 *at = kmap_local_page(page);

	for (; from < to; from++)
		at[from] ^= 0xff;
	kunmap_local(at);
}

static ssize_t pinned_write(struct file *file, const char __user *buffer,
			    size_t n, loff_t *pos)
{
	unsigned long first = (unsigned long)buffer & PAGE_MASK;
	size_t from = offset_in_page(buffer), end = from + n;
	int i, pages = DIV_ROUND_UP(end, PAGE_SIZE), got;
	struct page *page[MAX_PAGES];

	if (pages > MAX_PAGES)
		return -EINVAL;
	got = pin_user_pages_fast(first, pages, FOLL_WRITE, page);
	if (got <= 0)
		return got ? got : -EFAULT;
	for (i = 0; i < got; i++, from = 0)
		turn_over(page[i], from,
			  min_t(size_t, end - i * PAGE_SIZE, PAGE_SIZE));
	unpin_user_pages_dirty_lock(page, got, true);
	return got < pages ? -EFAULT : n;
}

static long hold(unsigned long address)
{
	int got;

	if (held)
		return -EBUSY;
	got = get_user_pages_fast(address, 1, FOLL_WRITE, &held);
	return got < 0 ? got : 0;
}

static long pinned_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (cmd == HOLD)
		return hold(arg);
	if (!held)
		return -ENXIO;
	switch (cmd) {
	case PUT:
		*((u8 *)page_address(held) + 1) = arg;
		return 0;
	case GET:
		return *(u8 *)page_address(held);
	case DROP:
		put_page(held);
		held = NULL;
		return 0;
	}
	return -ENOTTY;
}

static const struct file_operations pinned_fops = {
	.owner = THIS_MODULE,
	.write = pinned_write,
	.unlocked_ioctl = pinned_ioctl,
};

static struct miscdevice pinned_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "pinned",
	.fops = &pinned_fops,
};

module_misc_device(pinned_device);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Pages of a program, held directly");
