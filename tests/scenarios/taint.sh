# SPDX-License-Identifier: GPL-2.0-only
# How modules taint a kernel.
cat /proc/sys/kernel/tainted
insmod hello.ko
cat /sys/module/hello/taint
awk '$1 == "hello" { print $7 }' /proc/modules
rmmod hello
cat /proc/sys/kernel/tainted
modprobe brd
cat /sys/module/brd/taint
rmmod brd
