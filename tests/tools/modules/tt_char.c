// SPDX-License-Identifier: GPL-2.0-only
/*
 * A character device, for modules.devname.
 *
 * Only read by the module tools' tests; never loaded.
 */
#include <linux/module.h>
#include <linux/miscdevice.h>

MODULE_ALIAS_MISCDEV(201);
MODULE_ALIAS("devname:tt/char");
MODULE_DESCRIPTION("A node");
MODULE_LICENSE("GPL");
