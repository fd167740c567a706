# SPDX-License-Identifier: GPL-2.0-only
# Bad pointers and sizes, given to a device.
insmod buffer.ko size=8192
./calls /dev/buffer rw read-at:0:10 read-at:1:10 write-at:0:10 write-at:4096:1
./calls /dev/buffer rw read-at:-1:10 read-at:-4096:10 read-at:0x800000000000:1 write-at:0x7fffffffffff:10
./calls /dev/buffer rw write-edge:10:10 write-edge:10:20 seek:0:cur write-edge:0:20 seek:0:set
./calls /dev/buffer rw read-edge:10:10 read-edge:10:20 seek:0:cur read-edge:0:20
./calls /dev/buffer rw read-edge:4096:8000 seek:0:cur
./calls /dev/buffer rw read-huge:0 read-huge:1 read-huge:2
./calls /dev/buffer rw read-at:0:0 write-at:0:0 read-at:-1:0
./calls /dev/buffer r write:x read:0 truncate:1
./calls /dev/buffer w read:1 seek:8192:set write:x
./calls /dev/buffer rw close read:1 write:x seek:0:set ioctl:0:0 stat poll:0
rmmod buffer
