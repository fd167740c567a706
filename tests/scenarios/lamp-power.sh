# SPDX-License-Identifier: GPL-2.0-only
# A driver's devices are suspended and resumed.
insmod lamp.ko
echo 1 >/sys/devices/platform/lamp.1/lit
dmesg -C
echo 1 >/sys/module/suspend/parameters/pm_test_delay
echo devices >/sys/power/pm_test
[ ! -e /sys/power/pm_test ] || echo freeze >/sys/power/state
echo none >/sys/power/pm_test
cat /sys/devices/platform/lamp.1/lit
dmesg | grep -o 'lamp lamp.*' | sort
rmmod lamp
dmesg -C
