# SPDX-License-Identifier: GPL-2.0-only
# A loop device on a file.
modprobe loop max_loop=2
ls /dev/loop-control
dd if=/dev/zero of=image bs=1M count=8 status=none
losetup /dev/loop0 image && echo attached
cat /sys/block/loop0/size
modprobe ext4
mke2fs -q -U 2d1e5f3a-0000-4000-8000-000000000001 -t ext4 /dev/loop0
mkdir mnt && mount /dev/loop0 mnt && echo mounted
echo inside >mnt/file && cat mnt/file
umount mnt
losetup -d /dev/loop0
rmmod loop
dmesg | grep -v WRITE_ZEROES | tail -n 4
dmesg -C
