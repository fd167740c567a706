// SPDX-License-Identifier: GPL-2.0-only
/*
 * A variable in a file of sysfs: /sys/kernel/ring3-example/level.
 *
 * A directory of sysfs is a kobject, a file one of its attributes. One file
 * holds one value, as text. Whoever writes gets the kernel's usual errors back
 * if it is no number, or too large.
 */
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/sysfs.h>

#define LEVEL_MAX 100

static unsigned int level = 10;

static ssize_t level_show(struct kobject *kobj, struct kobj_attribute *attr,
			  char *buf)
{
	return sysfs_emit(buf, "%u\n", level);
}

static ssize_t level_store(struct kobject *kobj, struct kobj_attribute *attr,
			   const char *buf, size_t count)
{
	unsigned int wanted;
	int ret = kstrtouint(buf, 0, &wanted);

	if (ret)
		return ret;
	if (wanted > LEVEL_MAX)
		return -ERANGE;
	level = wanted;
	return count;
}

static struct kobj_attribute level_attribute = __ATTR_RW(level);

static struct kobject *directory;

static int __init value_start(void)
{
	int ret;

	directory = kobject_create_and_add("ring3-example", kernel_kobj);
	if (!directory)
		return -ENOMEM;
	ret = sysfs_create_file(directory, &level_attribute.attr);
	if (ret)
		kobject_put(directory);
	return ret;
}

/* The files go with their directory. */
static void __exit value_end(void)
{
	kobject_put(directory);
}

module_init(value_start);
module_exit(value_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A variable in a file of sysfs");
