// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attributes in groups: a room with a lamp, /sys/kernel/room/lamp.
 *
 * Groups make all files of an object in one step, and undo it in one. A group
 * with a name is a directory below. is_visible() leaves out what this object
 * does not have, here the dimmer of a lamp that cannot be dimmed.
 */
#include <linux/container_of.h>
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

static bool dimmable = true;
module_param(dimmable, bool, 0444);
MODULE_PARM_DESC(dimmable, "the lamp has a dimmer");

struct room {
	struct kobject kobj;
	unsigned int doors;
	bool lit;
	unsigned int brightness;
};

static struct room *to_room(struct kobject *kobj)
{
	return container_of(kobj, struct room, kobj);
}

static ssize_t doors_show(struct kobject *kobj, struct kobj_attribute *attr,
			  char *buf)
{
	return sysfs_emit(buf, "%u\n", to_room(kobj)->doors);
}

static ssize_t lit_show(struct kobject *kobj, struct kobj_attribute *attr,
			char *buf)
{
	return sysfs_emit(buf, "%s\n", to_room(kobj)->lit ? "on" : "off");
}

static ssize_t lit_store(struct kobject *kobj, struct kobj_attribute *attr,
			 const char *buf, size_t count)
{
	int ret = kstrtobool(buf, &to_room(kobj)->lit);

	return ret ? ret : count;
}

static ssize_t brightness_show(struct kobject *kobj,
			       struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", to_room(kobj)->brightness);
}

static ssize_t brightness_store(struct kobject *kobj,
				struct kobj_attribute *attr, const char *buf,
				size_t count)
{
	int ret = kstrtouint(buf, 0, &to_room(kobj)->brightness);

	return ret ? ret : count;
}

static struct kobj_attribute doors_attribute = __ATTR_RO(doors);
static struct kobj_attribute lit_attribute = __ATTR_RW(lit);
static struct kobj_attribute brightness_attribute = __ATTR_RW(brightness);

static struct attribute *room_attrs[] = {
	&doors_attribute.attr,
	NULL,
};

static struct attribute *lamp_attrs[] = {
	&lit_attribute.attr,
	&brightness_attribute.attr,
	NULL,
};

static umode_t lamp_is_visible(struct kobject *kobj, struct attribute *attr,
			       int n)
{
	if (attr == &brightness_attribute.attr && !dimmable)
		return 0;
	return attr->mode;
}

static const struct attribute_group room_group = {
	.attrs = room_attrs,
};

static const struct attribute_group lamp_group = {
	.name = "lamp",
	.attrs = lamp_attrs,
	.is_visible = lamp_is_visible,
};

static const struct attribute_group *room_groups[] = {
	&room_group,
	&lamp_group,
	NULL,
};

/* The last reference is gone, perhaps long after our own: only now free. */
static void room_release(struct kobject *kobj)
{
	kfree(to_room(kobj));
}

static struct kobj_type room_type = {
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = room_groups,
	.release = room_release,
};

static struct room *room;

static int __init groups_start(void)
{
	int ret;

	room = kzalloc(sizeof(*room), GFP_KERNEL);
	if (!room)
		return -ENOMEM;
	room->doors = 2;
	room->brightness = 50;
	ret = kobject_init_and_add(&room->kobj, &room_type, kernel_kobj,
				   "room");
	if (ret)
		kobject_put(&room->kobj); /* frees the room, as below */
	return ret;
}

static void __exit groups_end(void)
{
	kobject_put(&room->kobj);
}

module_init(groups_start);
module_exit(groups_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Groups of attributes in sysfs");
