// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sleeps in init and says how long that took by the kernel's clock: ms=HOWLONG.
 *
 * Contract: init may block and does; nothing is left behind.
 */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static unsigned int ms = 1000;
module_param(ms, uint, 0444);
MODULE_PARM_DESC(ms, "how long, in milliseconds");

static int __init sleeps_start(void)
{
	ktime_t start = ktime_get();

	msleep(ms);
	pr_info("sleeps: slept %lld ms\n", ktime_ms_delta(ktime_get(), start));
	return 0;
}

static void __exit sleeps_end(void)
{
}

module_init(sleeps_start);
module_exit(sleeps_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Sleeps");
