// SPDX-License-Identifier: GPL-2.0-only
/*
 * One link of a chain of modules: tests/kernel/stress makes many of this one
 * by giving copies other names.  All import from chain_base, and each takes a
 * reference on the link before it, if there is one.
 *
 * The names chain_000 (this link) and chain_prv (the one before it) are as
 * long as those that replace them.
 */
#include <linux/module.h>
#include <linux/printk.h>

int chain_base_count(int change);
int chain_000_depth(void);

static int (*before)(void);

/* How many links there are before this one. */
int chain_000_depth(void)
{
	return before ? before() + 1 : 0;
}
EXPORT_SYMBOL_GPL(chain_000_depth);

static int __init chain_start(void)
{
	before = __symbol_get("chain_prv_depth");
	pr_info("chain_000: depth %d, count %d\n", chain_000_depth(),
		chain_base_count(1));
	return 0;
}

static void __exit chain_end(void)
{
	if (before)
		__symbol_put("chain_prv_depth");
	chain_base_count(-1);
}

module_init(chain_start);
module_exit(chain_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("chain_000, one of many");
