// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that a .modinfo may have.
 */
#include <linux/init.h>
#include <linux/module.h>

static int __init ag_info_init(void)
{
	pr_info("ag_info: version %s\n", THIS_MODULE->version);
	return 0;
}

static void __exit ag_info_exit(void)
{
}

module_init(ag_info_init);
module_exit(ag_info_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_AUTHOR("One Person");
MODULE_AUTHOR("Another Person");
MODULE_DESCRIPTION("information of every kind");
MODULE_VERSION("1.2.3-ag");
MODULE_ALIAS("ag-other-name");
MODULE_SOFTDEP("pre: loop");
MODULE_FIRMWARE("ag/firmware.bin");
MODULE_INFO(agkey, "agvalue");
