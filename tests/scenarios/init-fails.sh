# SPDX-License-Identifier: GPL-2.0-only
# What a failed init returns.
insmod init-fails.ko
echo $?
lsmod | grep -c ^init_fails
ls /sys/module/init_fails
insmod init-fails.ko present=1
rmmod init-fails
