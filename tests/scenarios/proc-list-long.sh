# SPDX-License-Identifier: GPL-2.0-only
# A long list, which no buffer holds.
insmod proc-list.ko items=5000
wc /proc/squares
tail -n 1 /proc/squares
dd if=/proc/squares bs=100 2>/dev/null | cksum
dd if=/proc/squares bs=1000000 count=1 2>&1 >/dev/null | head -n 2
cat /proc/squares | cksum
awk '{ n += $2 } END { print n }' /proc/squares
rmmod proc-list
