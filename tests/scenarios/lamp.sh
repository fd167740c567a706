# SPDX-License-Identifier: GPL-2.0-only
# A platform driver, bound and unbound by hand.
insmod lamp.ko
ls -l /sys/bus/platform/drivers/lamp | awk 'NR > 1 { print $1, $9, $10, $11 }' | sort
cat /sys/devices/platform/lamp.0/lit
echo on >/sys/devices/platform/lamp.0/lit
cat /sys/devices/platform/lamp.0/lit
echo perhaps >/sys/devices/platform/lamp.0/lit
cd /sys/bus/platform/drivers/lamp
echo lamp.0 >unbind
ls
cat lamp.0/lit
echo lamp.0 >bind
cat lamp.0/lit
echo lamp.7 >bind
echo lamp.0 >bind
readlink /sys/devices/platform/lamp.1/driver
cat /sys/devices/platform/lamp.1/modalias /sys/devices/platform/lamp.1/uevent
cd /
rmmod lamp
ls /sys/bus/platform/drivers/lamp
