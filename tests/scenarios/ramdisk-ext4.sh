# SPDX-License-Identifier: GPL-2.0-only
# A file system on the module's block device.
insmod ramdisk.ko mib=8
modprobe ext4
mke2fs -q -U 2d1e5f3a-0000-4000-8000-000000000001 -t ext4 -O ^has_journal /dev/ramdisk
mkdir mnt
mount -t ext4 /dev/ramdisk mnt
echo hello >mnt/file; mkdir mnt/dir; ln -s file mnt/link
cat mnt/link
ls -l mnt | awk 'NR > 1 { print $1, $2, $5, $9, $10, $11 }'
rmmod ramdisk
umount mnt
ls mnt
mount -t ext4 -o ro /dev/ramdisk mnt
cat mnt/file
echo more >mnt/file
umount mnt
rmmod ramdisk
