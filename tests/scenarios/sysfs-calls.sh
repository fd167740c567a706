# SPDX-License-Identifier: GPL-2.0-only
# System calls on a file of sysfs.
insmod sysfs-value.ko
f=/sys/kernel/ring3-example/level
./calls $f rw read:1 read:5 read:5 seek:0:cur seek:0:set read:10 seek:1:set read:10 seek:0:end
./calls $f rw write:20 pread:5:0 write:30 pread:5:0 pwrite:40:1 pread:5:0 writev:5:6 pread:5:0
./calls $f r write:1 read-at:0:5 read-at:0:5 pread:5:4096 read-huge:1 seek:0:set read-huge:1
./calls $f w read:1 write-at:0:3 fill:5000 fill:4095
./calls $f rw mmap:4096:sr ioctl:0:0 fsync truncate:0 truncate:10 stat poll:0
./calls $f wt write:33
./calls $f ra read:5
./calls $f rd
./calls /sys/kernel/ring3-example r read:5 stat ioctl:0:0
./calls /sys/kernel/ring3-example rw
rmmod sysfs-value
