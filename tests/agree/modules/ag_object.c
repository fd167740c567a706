// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of its own in its folder of /sys/module.
 */
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/sysfs.h>

static ssize_t own_show(struct module_attribute *attribute,
			struct module_kobject *object, char *buffer)
{
	return sysfs_emit(buffer, "in %s\n", kobject_name(&object->kobj));
}
static struct module_attribute own = __ATTR_RO(own);

static int __init ag_object_init(void)
{
	return sysfs_create_file(&THIS_MODULE->mkobj.kobj, &own.attr);
}

static void __exit ag_object_exit(void)
{
	sysfs_remove_file(&THIS_MODULE->mkobj.kobj, &own.attr);
}

module_init(ag_object_init);
module_exit(ag_object_exit);
MODULE_LICENSE("GPL");
