// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that needs nobody, with a parameter for modprobe to give.
 *
 * Only read by the module tools' tests; never loaded.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>

static int depth;
module_param(depth, int, 0);
MODULE_PARM_DESC(depth, "How deep");

static int __init lone_init(void)
{
	return depth;
}

static void __exit lone_exit(void)
{
}

module_init(lone_init);
module_exit(lone_exit);
MODULE_DESCRIPTION("Alone");
MODULE_LICENSE("GPL");
