// SPDX-License-Identifier: GPL-2.0-only
/*
 * Uses a symbol in a namespace of tt_space.
 *
 * Only read by the module tools' tests; never loaded.
 */
#include <linux/module.h>

#include "tt.h"

static int __init tenant_init(void)
{
	return tt_space_room();
}

static void __exit tenant_exit(void)
{
}

module_init(tenant_init);
module_exit(tenant_exit);
MODULE_IMPORT_NS(TT_ROOMS);
MODULE_DESCRIPTION("Imports a namespace");
MODULE_LICENSE("GPL");
