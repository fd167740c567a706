// SPDX-License-Identifier: GPL-2.0-only
/*
 * A keyboard with three LEDs on the first virtual terminal, which is kept open
 * as a login program would.
 *
 * /sys/devices/platform/ring3-keyboard/leds shows the LEDs and tells pollers
 * of changes; "CODE 1" and "CODE 0" written to keys press and release a key of
 * linux/input-event-codes.h, and wake a machine that sleeps.  led_event() runs under the input core's lock,
 * interrupts off.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/input.h>
#include <linux/kernel.h>
#include <linux/platform_device.h>
#include <linux/suspend.h>
#include <linux/sysfs.h>
#include "internal.h"

static struct input_dev *keyboard;
static struct kernfs_node *leds_file;

static int led_event(struct input_dev *dev, unsigned int type,
		     unsigned int code, int value)
{
	if (leds_file)
		kernfs_notify(leds_file);
	return 0;
}

static ssize_t leds_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	return sysfs_emit(buf, "scroll %d num %d caps %d\n",
			  test_bit(LED_SCROLLL, keyboard->led),
			  test_bit(LED_NUML, keyboard->led),
			  test_bit(LED_CAPSL, keyboard->led));
}
static DEVICE_ATTR_RO(leds);

static ssize_t keys_store(struct device *dev, struct device_attribute *attr,
			  const char *buf, size_t count)
{
	unsigned int code, down;

	if (sscanf(buf, "%u %u", &code, &down) != 2 || down > 1)
		return -EINVAL;
	if (code > KEY_MAX || !test_bit(code, keyboard->keybit))
		return -ERANGE;
	pm_system_wakeup();
	input_report_key(keyboard, code, down);
	input_sync(keyboard);
	return count;
}
static DEVICE_ATTR_WO(keys);

static void set_abilities(struct input_dev *dev)
{
	unsigned int code;

	for (code = KEY_ESC; code <= KEY_COMPOSE; code++)
		__set_bit(code, dev->keybit);
	__set_bit(EV_KEY, dev->evbit);
	__set_bit(EV_REP, dev->evbit);
	__set_bit(EV_LED, dev->evbit);
	__set_bit(LED_NUML, dev->ledbit);
	__set_bit(LED_CAPSL, dev->ledbit);
	__set_bit(LED_SCROLLL, dev->ledbit);
	dev->event = led_event;
}

static int add_keyboard(struct device *parent)
{
	int err;

	keyboard = input_allocate_device();
	if (!keyboard)
		return -ENOMEM;
	keyboard->name = "ring3 keyboard";
	keyboard->phys = "ring3/input0";
	keyboard->id.bustype = BUS_HOST;
	keyboard->dev.parent = parent;
	set_abilities(keyboard);
	err = input_register_device(keyboard);
	if (err)
		input_free_device(keyboard);
	return err;
}

static int add_files(struct device *dev)
{
	int err = device_create_file(dev, &dev_attr_leds);

	if (!err)
		err = device_create_file(dev, &dev_attr_keys);
	if (!err)
		leds_file = sysfs_get_dirent(dev->kobj.sd, "leds");
	return err;
}

/* Where nobody has the terminal open, it has no tty, and textbooks' modules
 * that look for its driver find nothing. */
static void open_terminal(void)
{
	struct file *file = filp_open("/dev/tty1", O_RDWR | O_NOCTTY, 0);

	if (IS_ERR(file))
		pr_err("ring3: cannot open /dev/tty1: error %ld\n",
		       PTR_ERR(file));
}

void keyboard_set_up(void)
{
	struct platform_device *dev =
		platform_device_register_simple("ring3-keyboard", -1, NULL, 0);
	int err = PTR_ERR_OR_ZERO(dev);

	if (!err)
		err = add_keyboard(&dev->dev);
	if (!err)
		err = add_files(&dev->dev);
	if (err)
		pr_err("ring3: no keyboard: error %d\n", err);
	open_terminal();
}
