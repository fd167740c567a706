// SPDX-License-Identifier: GPL-2.0-only
/*
 * The clockwork: what a driver's core would be.
 *
 * IS_ENABLED(CONFIG_...) would ask for the kernel's options here; those of a
 * folder outside its tree are make's alone.
 */
#include <linux/init.h>
#include <linux/module.h>

static int __init clockwork_start(void)
{
	pr_info("clockwork: wound up\n");
	return 0;
}

static void __exit clockwork_end(void)
{
	pr_info("clockwork: run down\n");
}

module_init(clockwork_start);
module_exit(clockwork_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A clock without a purpose");
