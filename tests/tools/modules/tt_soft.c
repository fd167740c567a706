// SPDX-License-Identifier: GPL-2.0-only
/*
 * Soft dependencies, in two lines.
 *
 * Only read by the module tools' tests; never loaded.
 */
#include <linux/module.h>

MODULE_SOFTDEP("pre: tt_base tt-dash post: tt_bare");
MODULE_SOFTDEP("post: tt_lone");
MODULE_DESCRIPTION("Soft dependencies");
MODULE_LICENSE("GPL");
