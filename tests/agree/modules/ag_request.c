// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks for a module by request_module.
 */
#include <linux/init.h>
#include <linux/kmod.h>
#include <linux/module.h>

static char *name = "loop";
module_param(name, charp, 0444);

static int __init ag_request_init(void)
{
	pr_info("ag_request: request_module: %d\n", request_module("%s", name));
	return 0;
}

static void __exit ag_request_exit(void)
{
}

module_init(ag_request_init);
module_exit(ag_request_exit);
MODULE_LICENSE("GPL");
