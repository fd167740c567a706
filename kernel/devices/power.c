// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sleep: suspend to idle, out of which a clock wakes the machine, as the alarm
 * of a real one does, or a key of the keyboard.
 *
 * /sys/devices/platform/ring3-power/wake_after is in milliseconds of the
 * machine's time; with 0 it sleeps until a key is pressed.  The operations are
 * called by the kernel's suspend code, under its lock.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kstrtox.h>
#include <linux/platform_device.h>
#include <linux/suspend.h>
#include <linux/sysfs.h>
#include <linux/timer.h>
#include "internal.h"

static unsigned int wake_after = 1000;

static void ring(struct timer_list *timer)
{
	pm_system_wakeup();
}

static DEFINE_TIMER(alarm, ring);

/* All devices sleep. */
static int set_alarm(void)
{
	if (wake_after)
		mod_timer(&alarm, jiffies + msecs_to_jiffies(wake_after));
	return 0;
}

static void take_alarm_back(void)
{
	del_timer(&alarm);
}

static const struct platform_s2idle_ops operations = {
	.prepare_late = set_alarm,
	.restore_early = take_alarm_back,
};

static ssize_t wake_after_show(struct device *dev,
			       struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", wake_after);
}

static ssize_t wake_after_store(struct device *dev,
				struct device_attribute *attr, const char *buf,
				size_t count)
{
	int err = kstrtouint(buf, 0, &wake_after);

	return err ? err : count;
}
static DEVICE_ATTR_RW(wake_after);

void power_set_up(void)
{
	struct platform_device *dev =
		platform_device_register_simple("ring3-power", -1, NULL, 0);
	int err = PTR_ERR_OR_ZERO(dev);

	if (!err)
		err = device_create_file(&dev->dev, &dev_attr_wake_after);
	if (err)
		pr_err("ring3: no alarm clock: error %d\n", err);
	s2idle_set_ops(&operations);
}
