// SPDX-License-Identifier: GPL-2.0-only
/*
 * Manners: no symbols, but others like it to be there first.
 */
#include <linux/init.h>
#include <linux/module.h>

static int __init polite_start(void)
{
	pr_info("polite: after you\n");
	return 0;
}

static void __exit polite_end(void)
{
	pr_info("polite: it was a pleasure\n");
}

module_init(polite_start);
module_exit(polite_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Manners");
