# SPDX-License-Identifier: GPL-2.0-only
# A device that counts, and its use count.
insmod counter.ko
cat /dev/counter
cat /dev/counter
ls -l /dev/counter | awk '{ print $1, $3, $4 }'
major=$(awk '$2 == "counter" { print $1 }' /proc/devices)
[ "$(stat -c %t /dev/counter)" = "$(printf %x $major)" ] && echo the same number
cat /sys/class/counter/counter/dev | sed s/$major/MAJOR/
cat /sys/class/counter/counter/uevent | sed s/$major/MAJOR/
echo text >/dev/counter
exec 5</dev/counter
cat /sys/module/counter/refcnt
rmmod counter
exec 6<&5 5<&-
cat /sys/module/counter/refcnt
cat <&6
exec 6<&-
cat /sys/module/counter/refcnt
mknod here c $major 0
ls -l here | awk '{ print $1, $3, $4, $6 }' | sed s/$major/MAJOR/
cat here
dd if=/dev/counter bs=3 count=2 status=none
mknod other c $major 1
cat other
rmmod counter
cat here
ls /dev/counter
