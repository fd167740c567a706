# SPDX-License-Identifier: GPL-2.0-only
# The first module, as a textbook loads it.
insmod ./hello.ko
echo $?
lsmod | grep -w ^hello
awk '$1 == "hello" { print $1, $3, $4, $5 }' /proc/modules
cat /sys/module/hello/refcnt /sys/module/hello/initstate /sys/module/hello/taint
ls /sys/module/hello
insmod ./hello.ko
rmmod hello
echo $?
lsmod | grep -c ^hello
ls /sys/module/hello
rmmod hello
dmesg | tail -n 1
