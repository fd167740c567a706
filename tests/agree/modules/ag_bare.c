// SPDX-License-Identifier: GPL-2.0-only
/*
 * Has neither init nor exit, only a function for others.
 */
#include <linux/module.h>

int ag_bare_function(void);
int ag_bare_function(void)
{
	return 1;
}
EXPORT_SYMBOL(ag_bare_function);
MODULE_LICENSE("GPL");
