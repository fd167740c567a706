# SPDX-License-Identifier: GPL-2.0-only
# A program that waits for a file of sysfs to change.
insmod sysfs-notify.ko
./listen 2 >heard & sleep 0.5
echo >/sys/kernel/doorbell/ring; sleep 0.5; echo >/sys/kernel/doorbell/ring
wait
cat heard
cat /sys/kernel/doorbell/rings
echo x >/sys/kernel/doorbell/rings
cat /sys/kernel/doorbell/ring
ls -l /sys/kernel/doorbell | awk 'NR > 1 { print $1, $NF }'
rmmod sysfs-notify
