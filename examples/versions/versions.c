// SPDX-License-Identifier: GPL-2.0-only
/*
 * One module for several kernels, whose interfaces differ.
 *
 * Differences belong in one place: a small function with one meaning for each,
 * so that the rest of the module has no #if in it. Three ways to ask what a
 * kernel has, from the best to the worst:
 *
 * - what it defines: a macro that came with the interface;
 * - what compiles: a trial in the Makefile, as large modules do;
 * - its version, as below. Distributions take changes into older kernels, so a
 *   version says what the interface was upstream, not what it is here. Test
 *   the module on each.
 */
#include <linux/device.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/utsname.h>
#include <linux/version.h>

/* class_create() lost its first argument in 6.4. */
static struct class *make_class(const char *name)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
	return class_create(name);
#else
	return class_create(THIS_MODULE, name);
#endif
}

static void forget(struct platform_device *pdev)
{
	dev_info(&pdev->dev, "removed\n");
}

/* A platform driver's remove() returns nothing since 6.11. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
#define remove_of(fn) fn
#else
static int forget_and_return(struct platform_device *pdev)
{
	forget(pdev);
	return 0;
}
#define remove_of(fn) fn##_and_return
#endif

static int look(struct platform_device *pdev)
{
	dev_info(&pdev->dev, "found\n");
	return 0;
}

static struct platform_driver driver = {
	.probe = look,
	.remove = remove_of(forget),
	.driver.name = "versions",
};

static struct class *class;
static struct platform_device *device;

static int __init start(void)
{
	int ret;

	/* The headers' version, fixed when it was built, and the running one;
	 * vermagic sees to it that they fit. */
	pr_info("versions: built for %d.%d, runs on %s\n", LINUX_VERSION_MAJOR,
		LINUX_VERSION_PATCHLEVEL, init_utsname()->release);
	class = make_class("versions");
	if (IS_ERR(class))
		return PTR_ERR(class);
	ret = platform_driver_register(&driver);
	if (ret)
		goto destroy_class;
	device = platform_device_register_simple("versions", -1, NULL, 0);
	if (IS_ERR(device)) {
		ret = PTR_ERR(device);
		goto unregister_driver;
	}
	return 0;

unregister_driver:
	platform_driver_unregister(&driver);
destroy_class:
	class_destroy(class);
	return ret;
}

static void __exit end(void)
{
	platform_device_unregister(device);
	platform_driver_unregister(&driver);
	class_destroy(class);
}

module_init(start);
module_exit(end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("One module for several kernels");
