// SPDX-License-Identifier: GPL-2.0-only
/* The entry of the table of exported symbols is in a public header. */
#include <linux/export.h>

int probe(const struct kernel_symbol *sym);
int probe(const struct kernel_symbol *sym)
{
	return sym->value_offset;
}
