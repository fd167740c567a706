// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that uses what another one exports.
 *
 * Contract: process context. The kernel keeps lender.ko loaded for as long as
 * this module is.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/printk.h>

#include "lender.h"

static int __init borrower_start(void)
{
	int ret = lender_get();

	if (ret < 0) {
		pr_info("borrower: nothing left to borrow\n");
		return ret;
	}
	pr_info("borrower: got ticket %d\n", ret);
	return 0;
}

static void __exit borrower_end(void)
{
	lender_put();
	pr_info("borrower: gave it back\n");
}

module_init(borrower_start);
module_exit(borrower_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Needs lender");
