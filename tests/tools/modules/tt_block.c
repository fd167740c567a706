// SPDX-License-Identifier: GPL-2.0-only
/*
 * A block device for modules.devname, and a second name without a number.
 *
 * Only read by the module tools' tests; never loaded.
 */
#include <linux/module.h>
#include <linux/blkdev.h>

MODULE_ALIAS_BLOCKDEV(240, 7);
MODULE_ALIAS("devname:tt/block");
MODULE_DESCRIPTION("A block node");
MODULE_LICENSE("GPL");
