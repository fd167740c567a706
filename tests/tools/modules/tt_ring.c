// SPDX-License-Identifier: GPL-2.0-only
/*
 * Soft dependency on itself by way of an alias, and on one that is not there.
 *
 * Only read by the module tools' tests; never loaded.
 */
#include <linux/module.h>

MODULE_SOFTDEP("pre: tt-ring tt_not_there");
MODULE_ALIAS("tt-ring");
MODULE_DESCRIPTION("Round in a ring");
MODULE_LICENSE("GPL");
