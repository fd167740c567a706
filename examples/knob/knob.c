// SPDX-License-Identifier: GPL-2.0-only
/*
 * A virtual input device: a knob that can be turned and pressed.
 *
 * Where a driver would report what its hardware says, this one is told by a
 * file, /sys/devices/platform/knob/turn: "3" and "-3" turn it, "press" presses
 * it. Programs read the events from /dev/input/eventN.
 */
#include <linux/err.h>
#include <linux/init.h>
#include <linux/input.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/string.h>
#include <linux/sysfs.h>

static struct platform_device *parent;
static struct input_dev *knob;

/* A sync ends each group of events that belong together. */
static void press(void)
{
	input_report_key(knob, BTN_0, 1);
	input_sync(knob);
	input_report_key(knob, BTN_0, 0);
	input_sync(knob);
}

static ssize_t turn_store(struct device *dev, struct device_attribute *attr,
			  const char *buf, size_t count)
{
	int clicks, ret;

	if (sysfs_streq(buf, "press")) {
		press();
		return count;
	}
	ret = kstrtoint(buf, 0, &clicks);
	if (ret)
		return ret;
	input_report_rel(knob, REL_DIAL, clicks);
	input_sync(knob);
	return count;
}
static DEVICE_ATTR_WO(turn);

static int __init knob_start(void)
{
	int ret;

	parent = platform_device_register_simple("knob", -1, NULL, 0);
	if (IS_ERR(parent))
		return PTR_ERR(parent);
	knob = input_allocate_device();
	if (!knob) {
		ret = -ENOMEM;
		goto unregister_parent;
	}
	knob->name = "Virtual knob";
	knob->id.bustype = BUS_VIRTUAL;
	knob->dev.parent = &parent->dev;
	input_set_capability(knob, EV_REL, REL_DIAL);
	input_set_capability(knob, EV_KEY, BTN_0);
	ret = input_register_device(knob);
	if (ret) {
		input_free_device(knob); /* only if it was not registered */
		goto unregister_parent;
	}
	ret = device_create_file(&parent->dev, &dev_attr_turn);
	if (ret)
		goto unregister_knob;
	return 0;

unregister_knob:
	input_unregister_device(knob);
unregister_parent:
	platform_device_unregister(parent);
	return ret;
}

static void __exit knob_end(void)
{
	device_remove_file(&parent->dev, &dev_attr_turn);
	input_unregister_device(knob);
	platform_device_unregister(parent);
}

module_init(knob_start);
module_exit(knob_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A virtual input device");
