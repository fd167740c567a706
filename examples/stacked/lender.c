// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that exports functions for others.
 *
 * Contract: as lender.h says; the count is atomic, nothing is locked.
 */
#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>

#include "lender.h"

static int tickets = 1;
module_param(tickets, int, 0444);
MODULE_PARM_DESC(tickets, "how many there are to lend");

static atomic_t out = ATOMIC_INIT(0);

int lender_get(void)
{
	int now = atomic_inc_return(&out);

	if (now <= tickets)
		return now;
	atomic_dec(&out);
	return -EBUSY;
}
EXPORT_SYMBOL_GPL(lender_get);

void lender_put(void)
{
	atomic_dec(&out);
}
EXPORT_SYMBOL_GPL(lender_put);

static int __init lender_start(void)
{
	pr_info("lender: %d to lend\n", tickets);
	return 0;
}

/* Only reached when nobody who uses the exports is loaded. */
static void __exit lender_end(void)
{
	pr_info("lender: %d still out\n", atomic_read(&out));
}

module_init(lender_start);
module_exit(lender_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Exports two functions");
