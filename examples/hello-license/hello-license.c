// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a module says of itself, for people and for the kernel.
 *
 * The licence is more than a remark: without one that is compatible with the
 * GPL, the kernel refuses symbols exported with EXPORT_SYMBOL_GPL() and marks
 * itself as tainted. The rest is read by modinfo.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/printk.h>

static int __init hello_start(void)
{
	pr_info("%s: version %s, loaded\n", THIS_MODULE->name,
		THIS_MODULE->version);
	return 0;
}

static void __exit hello_end(void)
{
	pr_info("%s: removed\n", THIS_MODULE->name);
}

module_init(hello_start);
module_exit(hello_end);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The ring3 authors");
MODULE_DESCRIPTION("Says who it is");
MODULE_VERSION("1.2");
MODULE_INFO(motto, "any key will do");
