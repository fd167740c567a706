// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file in /proc, the short way: one function that prints its content.
 *
 * The kernel's seq_file does the rest: readers may take it in small pieces,
 * seek, and come back.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

static int hello_show(struct seq_file *m, void *v)
{
	seq_puts(m, "good morning from /proc\n");
	return 0;
}

static int __init hello_start(void)
{
	return proc_create_single("hello", 0444, NULL, hello_show) ? 0
								   : -ENOMEM;
}

static void __exit hello_end(void)
{
	remove_proc_entry("hello", NULL);
}

module_init(hello_start);
module_exit(hello_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A file in /proc");
