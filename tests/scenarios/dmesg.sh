# SPDX-License-Identifier: GPL-2.0-only
# The kernel's log, and what is written to it.
dmesg -C
echo 'from a shell' >/dev/kmsg
echo '<3>an error' >/dev/kmsg
echo '<30>as a daemon' >/dev/kmsg
dmesg -t
dmesg -t -l err
dmesg -t -x
dmesg -t -f daemon
dmesg -r | sed 's/\[.*\]/[]/'
dmesg -c | wc -l
dmesg
dmesg -C
insmod hello.ko; rmmod hello
dmesg -t
dmesg -t -S
cat /proc/sys/kernel/printk | wc -w
dmesg -n 4; cut -f 1 /proc/sys/kernel/printk; dmesg -n 7
echo $(printf '%01000d' 5) >/dev/kmsg; dmesg | tail -n 1 | wc -c
./calls /dev/kmsg rwn seek:0:end read:10 seek:0:set poll:0 read-at:0:500
dmesg -C
