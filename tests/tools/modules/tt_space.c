// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exports into a namespace, which tt_tenant imports.
 *
 * Only read by the module tools' tests; never loaded.
 */
#include <linux/module.h>

#include "tt.h"

int tt_space_room(void)
{
	return 101;
}
EXPORT_SYMBOL_NS_GPL(tt_space_room, TT_ROOMS);

MODULE_DESCRIPTION("A namespace");
MODULE_LICENSE("GPL");
