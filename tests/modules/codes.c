// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/codes: warns of an order of seven bytes that nobody guesses, of which
 * each part is compared at once.  For tests/kernel/fuzz-files.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/uaccess.h>

struct order {
	u32 code;
	u16 size;
	u8 kind;
} __packed;

static ssize_t codes_write(struct file *file, const char __user *from, size_t n,
			   loff_t *at)
{
	struct order order;

	if (n < sizeof(order) || copy_from_user(&order, from, sizeof(order)))
		return -EINVAL;
	if (order.code != 0x1badc0de)
		return -EILSEQ;
	switch (order.size) {
	case 0x1234:
		return 1;
	case 0xa55a:
		if (order.kind == 0x77)
			WARN(1, "codes: the order is known\n");
		return 2;
	default:
		return n;
	}
}

static const struct file_operations codes_operations = {
	.owner = THIS_MODULE,
	.write = codes_write,
};

static struct miscdevice codes_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "codes",
	.fops = &codes_operations,
};

module_misc_device(codes_device);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Numbers to be found");
