# SPDX-License-Identifier: GPL-2.0-only
# The same without a dimmer.
insmod sysfs-groups.ko dimmable=0
find /sys/kernel/room | sort
cat /sys/kernel/room/lamp/brightness
rmmod sysfs-groups
