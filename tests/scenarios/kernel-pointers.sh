# SPDX-License-Identifier: GPL-2.0-only
# A program's pointers into the kernel are refused.
insmod buffer.ko
insmod fifo.ko
./calls /dev/buffer rw read-at:0xffffffff81000000:8 write-at:0xffffffff81000000:8 read-at:0xffff888000001000:8
./calls /dev/fifo rwn write-at:0xffffffff81000000:8 read:1 write:x read-at:0xffffffff81000000:1 read-at:0xffffc90000000000:1
rmmod fifo buffer
