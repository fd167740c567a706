// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the links of tests/modules/chain_000.c have in common: it counts them.
 */
#include <linux/atomic.h>
#include <linux/module.h>

int chain_base_count(int change);

static atomic_t links;

/* Links there are, with @change applied. */
int chain_base_count(int change)
{
	return atomic_add_return(change, &links);
}
EXPORT_SYMBOL_GPL(chain_base_count);

static int __init base_start(void)
{
	return 0;
}

static void __exit base_end(void)
{
	WARN_ON(atomic_read(&links));
}

module_init(base_start);
module_exit(base_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Counts the links of a chain of modules");
