// SPDX-License-Identifier: GPL-2.0-only
/*
 * Schedules an asynchronous call in its init.
 */
#include <linux/async.h>
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/module.h>

static void later(void *data, async_cookie_t cookie)
{
	msleep(3000);
	pr_info("ag_schedule: called\n");
}

static int __init ag_schedule_init(void)
{
	async_schedule(later, NULL);
	pr_info("ag_schedule: init is over\n");
	return 0;
}

static void __exit ag_schedule_exit(void)
{
	async_synchronize_full();
}

module_init(ag_schedule_init);
module_exit(ag_schedule_exit);
MODULE_LICENSE("GPL");
