# SPDX-License-Identifier: GPL-2.0-only
# A block device, formatted, mounted and used.
insmod ramdisk.ko mib=8
ls -l /dev/ramdisk | awk '{ print $1, $3, $6 }'
cat /sys/block/ramdisk/size /sys/block/ramdisk/ro
grep -w ramdisk /proc/partitions | awk '{ print $3, $4 }'
blockdev --getsize64 /dev/ramdisk
dd if=/dev/urandom of=random bs=64k count=4 status=none
dd if=random of=/dev/ramdisk bs=64k seek=3 conv=fsync status=none
dd if=/dev/ramdisk bs=64k skip=3 count=4 status=none | cmp - random && echo the same
dd if=/dev/zero of=/dev/ramdisk bs=1M seek=7 count=2
./calls /dev/ramdisk rw seek:0:end read:1 write:x seek:-1:end read:5 ioctl:0x12345:0 pread:3:8388607
rmmod ramdisk
ls /dev/ramdisk
