// SPDX-License-Identifier: GPL-2.0-only
/* A module's memory is in parts of their own, struct module_memory. */
#include <linux/module.h>

unsigned int probe(struct module *mod);
unsigned int probe(struct module *mod)
{
	return mod->mem[MOD_RO_AFTER_INIT].size;
}
