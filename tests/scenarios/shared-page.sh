# SPDX-License-Identifier: GPL-2.0-only
# Memory that a module and a program share.
insmod shared-page.ko
./look
./look
./calls /dev/shared-page rw mmap:4096:sr mmap:4096:srw mmap:4096:pr mmap:8192:sr mmap:4096:sr:4096 mmap:0:sr read:1
./calls /dev/shared-page r mmap:4096:srw mmap:4096:prw mmap:4096:sr write:x
rmmod shared-page
