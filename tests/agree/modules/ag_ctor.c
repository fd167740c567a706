// SPDX-License-Identifier: GPL-2.0-only
/*
 * A constructor, which kernels without CONFIG_CONSTRUCTORS do not call.
 */
#include <linux/init.h>
#include <linux/module.h>

static int constructed;

static void __attribute__((constructor)) construct(void)
{
	constructed = 1;
}

static int __init ag_ctor_init(void)
{
	pr_info("ag_ctor: constructed %d\n", constructed);
	return 0;
}

static void __exit ag_ctor_exit(void)
{
}

module_init(ag_ctor_init);
module_exit(ag_ctor_exit);
MODULE_LICENSE("GPL");
