# SPDX-License-Identifier: GPL-2.0-only
# Requests by ioctl, right ones and wrong ones.
insmod box.ko
ls -l /dev/box | awk '{ print $1, $2, $3, $4, $5 }'
./boxctl
./boxctl weight 5
./boxctl label 'a red one'
./boxctl
./boxctl weight 1001
./boxctl label 123456789012345678901234567890123
./boxctl empty
./boxctl wrong
./boxctl
./calls /dev/box r ioctl:0x4200:0 ioctl:0x4201:1000 ioctl:0x4201:-1 ioctl:0:0 ioctl:0x5401:0 ioctl:0x80084202:8 ioctl:0x80084202:-1
./calls /dev/box rw read:1 write:x seek:1:set mmap:4096:sw
rmmod box
