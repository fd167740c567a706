// SPDX-License-Identifier: GPL-2.0-only
/*
 * As little as a module can have.
 *
 * Only read by the module tools' tests; never loaded.
 */
#include <linux/module.h>

MODULE_LICENSE("GPL");
