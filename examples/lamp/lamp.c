// SPDX-License-Identifier: GPL-2.0-only
/*
 * A platform driver: a lamp that the device model gives to its driver, takes
 * away, and puts to sleep with the machine.
 *
 * The bus matches device and driver by name and calls probe(). What a driver
 * knows of a device hangs on the device, not in global variables: there may be
 * several. The devm_ functions undo themselves after remove(), or when probe()
 * fails.
 *
 * The device would come from the firmware's description of the board; here the
 * module makes two of them itself.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/pm.h>
#include <linux/sysfs.h>

struct lamp {
	bool lit;
	bool lit_before_suspend;
};

static ssize_t lit_show(struct device *dev, struct device_attribute *attr,
			char *buf)
{
	struct lamp *lamp = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%d\n", lamp->lit);
}

static ssize_t lit_store(struct device *dev, struct device_attribute *attr,
			 const char *buf, size_t count)
{
	struct lamp *lamp = dev_get_drvdata(dev);
	int ret = kstrtobool(buf, &lamp->lit);

	return ret ? ret : count;
}
static DEVICE_ATTR_RW(lit);

/* There as long as the driver is bound. */
static struct attribute *lamp_attrs[] = {
	&dev_attr_lit.attr,
	NULL,
};
ATTRIBUTE_GROUPS(lamp);

static int lamp_probe(struct platform_device *pdev)
{
	struct lamp *lamp;

	lamp = devm_kzalloc(&pdev->dev, sizeof(*lamp), GFP_KERNEL);
	if (!lamp)
		return -ENOMEM;
	platform_set_drvdata(pdev, lamp);
	dev_info(&pdev->dev, "probed\n");
	return 0;
}

static void lamp_remove(struct platform_device *pdev)
{
	struct lamp *lamp = platform_get_drvdata(pdev);

	lamp->lit = false;
	dev_info(&pdev->dev, "removed\n");
}

static int lamp_suspend(struct device *dev)
{
	struct lamp *lamp = dev_get_drvdata(dev);

	lamp->lit_before_suspend = lamp->lit;
	lamp->lit = false;
	dev_info(dev, "suspended\n");
	return 0;
}

static int lamp_resume(struct device *dev)
{
	struct lamp *lamp = dev_get_drvdata(dev);

	lamp->lit = lamp->lit_before_suspend;
	dev_info(dev, "resumed, %s\n", lamp->lit ? "lit" : "dark");
	return 0;
}

static DEFINE_SIMPLE_DEV_PM_OPS(lamp_pm, lamp_suspend, lamp_resume);

static struct platform_driver lamp_driver = {
	.probe = lamp_probe,
	/* The name that remove() has where it returns nothing in all kernels
	 * from 6.1 to 6.12; see the example "versions". */
	.remove_new = lamp_remove,
	.driver =
		{
			.name = "lamp",
			.dev_groups = lamp_groups,
			.pm = pm_sleep_ptr(&lamp_pm),
		},
};

static struct platform_device *lamps[2];

static int __init lamp_start(void)
{
	int ret = platform_driver_register(&lamp_driver);

	if (ret)
		return ret;
	lamps[0] = platform_device_register_simple("lamp", 0, NULL, 0);
	if (IS_ERR(lamps[0])) {
		ret = PTR_ERR(lamps[0]);
		goto unregister_driver;
	}
	lamps[1] = platform_device_register_simple("lamp", 1, NULL, 0);
	if (IS_ERR(lamps[1])) {
		ret = PTR_ERR(lamps[1]);
		goto unregister_first;
	}
	return 0;

unregister_first:
	platform_device_unregister(lamps[0]);
unregister_driver:
	platform_driver_unregister(&lamp_driver);
	return ret;
}

static void __exit lamp_end(void)
{
	platform_device_unregister(lamps[1]);
	platform_device_unregister(lamps[0]);
	platform_driver_unregister(&lamp_driver);
}

module_init(lamp_start);
module_exit(lamp_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A platform driver and its devices");
MODULE_ALIAS("platform:lamp");
