// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shop's entry points; only one of a module's files can have them.
 *
 * Contract: process context, may sleep.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/printk.h>

#include "shop.h"

static int __init shop_open(void)
{
	int ret;

	ret = stock_fill(5);
	if (ret)
		return ret;
	ret = stock_take(2);
	if (ret)
		goto clear;
	till_add(2, 30);
	pr_info("shop: open, %u in the till\n", till_total());
	return 0;

clear:
	stock_clear();
	return ret;
}

static void __exit shop_close(void)
{
	stock_clear();
	pr_info("shop: closed, %u in the till\n", till_total());
}

module_init(shop_open);
module_exit(shop_close);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A module of several source files");
