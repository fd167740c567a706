# SPDX-License-Identifier: GPL-2.0-only
# What others than root may do.
# needs root
insmod counter.ko
insmod fifo.ko
as() { setpriv --reuid 1000 --regid 1000 --clear-groups "$@"; }
as insmod hello.ko
as rmmod counter
as cat /dev/counter
as sh -c 'echo x >/dev/fifo'; head -n 1 /dev/fifo
as dmesg
as sh -c 'echo x >/dev/kmsg'
as grep -w counter_open /proc/kallsyms
as cat /sys/module/counter/sections/.text
as sh -c 'echo 1 >/sys/module/params/parameters/answer'
as ls /sys/kernel/debug
chmod 777 .
as mknod c c 1 3
as stat -c %A /dev/counter
as lsmod | awk '$1 == "fifo" { print $1, $3 }'
as chmod 666 /dev/counter
chgrp 1000 /dev/counter; chmod 640 /dev/counter; as cat /dev/counter
rmmod fifo counter
