// SPDX-License-Identifier: GPL-2.0-only
/*
 * A weak dependency, as MODULE_WEAKDEP of newer kernels writes it.
 *
 * Only read by the module tools' tests; never loaded.
 */
#include <linux/module.h>

MODULE_INFO(weakdep, "tt_base");
MODULE_INFO(weakdep, "tt_lone");
MODULE_ALIAS("tt-shared");
MODULE_DESCRIPTION("Weak dependencies");
MODULE_LICENSE("GPL");
