// SPDX-License-Identifier: GPL-2.0-only
/*
 * An init that fails half-way and leaves nothing behind.
 *
 * When init returns an error, the kernel frees the module's memory and does
 * not call its exit function. What init had set up by then must be undone by
 * init, last thing first: a ladder of labels, entered at the rung that fits.
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

static bool present;
module_param(present, bool, 0444);
MODULE_PARM_DESC(present, "pretend that the device is there");

static char *buffer;

static int show(struct seq_file *m, void *v)
{
	seq_printf(m, "%s\n", buffer);
	return 0;
}

static int __init find_device(void)
{
	return present ? 0 : -ENODEV;
}

static int __init start(void)
{
	int ret;

	buffer = kstrdup("found", GFP_KERNEL);
	if (!buffer)
		return -ENOMEM;
	if (!proc_create_single("init-fails", 0444, NULL, show)) {
		ret = -ENOMEM;
		goto free_buffer;
	}
	ret = find_device();
	if (ret) {
		pr_info("init-fails: no device, giving up\n");
		goto remove_proc;
	}
	pr_info("init-fails: device found\n");
	return 0;

remove_proc:
	remove_proc_entry("init-fails", NULL);
free_buffer:
	kfree(buffer);
	return ret;
}

static void __exit end(void)
{
	remove_proc_entry("init-fails", NULL);
	kfree(buffer);
	pr_info("init-fails: removed\n");
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Fails, and cleans up after itself");
