# SPDX-License-Identifier: GPL-2.0-only
# A list in /proc, over several reads.
insmod proc-list.ko
cat /proc/squares
head -n 2 /proc/squares
dd if=/proc/squares bs=7 count=3 status=none; echo
./calls /proc/squares r read:20 seek:0:set read:20 seek:14:set read:14 pread:14:28 seek:1000:set read:5 seek:0:end
./calls /proc/squares r read-edge:30:60 read-at:0:60 read:20
rmmod proc-list
