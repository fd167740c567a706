// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file of sysfs that programs can wait for, with poll().
 *
 * A write to /sys/kernel/doorbell/ring rings; who polls /sys/kernel/doorbell/
 * rings for POLLPRI wakes up, and reads how often it has rung.
 */
#include <linux/atomic.h>
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/sysfs.h>

static atomic_t count = ATOMIC_INIT(0);
static struct kobject *doorbell;

static ssize_t rings_show(struct kobject *kobj, struct kobj_attribute *attr,
			  char *buf)
{
	return sysfs_emit(buf, "%d\n", atomic_read(&count));
}

static ssize_t ring_store(struct kobject *kobj, struct kobj_attribute *attr,
			  const char *buf, size_t len)
{
	atomic_inc(&count);
	sysfs_notify(kobj, NULL, "rings");
	return len;
}

static struct kobj_attribute rings_attribute = __ATTR_RO(rings);
static struct kobj_attribute ring_attribute = __ATTR_WO(ring);

static struct attribute *doorbell_attrs[] = {
	&rings_attribute.attr,
	&ring_attribute.attr,
	NULL,
};
ATTRIBUTE_GROUPS(doorbell);

static int __init notify_start(void)
{
	int ret;

	doorbell = kobject_create_and_add("doorbell", kernel_kobj);
	if (!doorbell)
		return -ENOMEM;
	ret = sysfs_create_groups(doorbell, doorbell_groups);
	if (ret)
		kobject_put(doorbell);
	return ret;
}

static void __exit notify_end(void)
{
	kobject_put(doorbell);
}

module_init(notify_start);
module_exit(notify_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A file of sysfs to wait for");
