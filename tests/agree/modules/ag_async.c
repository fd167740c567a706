// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver whose probe is asynchronous, or not, and slow.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/platform_device.h>

static bool prefer;
module_param(prefer, bool, 0444);

static int slow_probe(struct platform_device *device)
{
	msleep(3000);
	pr_info("ag_async: probe ends\n");
	return 0;
}

static struct platform_driver driver = {
	.probe = slow_probe,
	.driver = {.name = "ag_async"},
};
static struct platform_device *device;

static int __init ag_async_init(void)
{
	int err;

	if (prefer)
		driver.driver.probe_type = PROBE_PREFER_ASYNCHRONOUS;
	device = platform_device_register_simple("ag_async", -1, NULL, 0);
	if (IS_ERR(device))
		return PTR_ERR(device);
	err = platform_driver_register(&driver);
	pr_info("ag_async: registered: %d\n", err);
	if (err)
		platform_device_unregister(device);
	return err;
}

static void __exit ag_async_exit(void)
{
	platform_driver_unregister(&driver);
	platform_device_unregister(device);
	pr_info("ag_async: goes\n");
}

module_init(ag_async_init);
module_exit(ag_async_exit);
MODULE_LICENSE("GPL");
