# SPDX-License-Identifier: GPL-2.0-only
# Files of the kernel's in /proc.
insmod counter.ko
insmod fifo.ko
grep -w counter /proc/devices | awk '{ print $2 }'
grep -w fifo /proc/misc | awk '{ print $2 }'
grep -w counter_open /proc/kallsyms | awk '{ print $2, $3, $4 }'
grep -c 'T printk$\|T _printk$' /proc/kallsyms
grep -w -e tmpfs -e proc -e sysfs /proc/filesystems
awk '{ print $1, $2, $3 }' /proc/version | sed 's/[0-9].*/RELEASE/'
ls -l /proc/modules /proc/kallsyms /proc/devices | awk '{ print $1, $3, $4, $5, $9 }'
cat /proc/sys/kernel/ostype
cat /proc/sys/kernel/modules_disabled
cat /proc/sys/kernel/modprobe
echo 5 >/proc/sys/kernel/ostype
ls /proc/sys/nonesuch
cat /proc/sys/kernel
head -c 0 /proc/modules
dd if=/proc/modules bs=1 count=4 status=none | wc -c
rmmod fifo counter
