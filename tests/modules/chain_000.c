// SPDX-License-Identifier: GPL-2.0-only
/*
 * One link of a chain of modules: tests/kernel/stress makes many of this one
 * by giving copies other names, so that each uses the one before.
 *
 * The names chain_000 (this link) and chain_prv (the one before it) are as
 * long as those that replace them.
 */
#include <linux/module.h>
#include <linux/printk.h>

int chain_000_depth(void);
/* Weak: the first link has none before it. */
int chain_prv_depth(void) __weak;

/* How many links there are before this one. */
int chain_000_depth(void)
{
	return chain_prv_depth ? chain_prv_depth() + 1 : 0;
}
EXPORT_SYMBOL_GPL(chain_000_depth);

static int __init chain_start(void)
{
	pr_info("chain_000: depth %d\n", chain_000_depth());
	return 0;
}

static void __exit chain_end(void)
{
}

module_init(chain_start);
module_exit(chain_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("chain_000, one of many");
