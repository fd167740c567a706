# SPDX-License-Identifier: GPL-2.0-only
# The same with busybox's tools.
busybox insmod hello.ko
busybox lsmod | grep -w ^hello | awk '{ print $1, $3 }'
busybox cat /sys/module/hello/refcnt
busybox ls /sys/module/hello
busybox stat -c '%F %a' /sys/module/hello/refcnt
busybox rmmod hello
busybox rmmod hello
busybox dmesg | busybox tail -n 2
insmod fifo.ko
busybox ash -c 'echo text >/dev/fifo; read -r x </dev/fifo; echo "got $x"'
busybox ls -l /dev/fifo | busybox awk '{ print $1, $3, $4 }'
busybox dd if=/dev/fifo iflag=nonblock bs=1 count=1 2>&1 | head -n 1
busybox timeout 0.3 busybox cat /dev/fifo; echo $?
busybox rmmod fifo
