# SPDX-License-Identifier: GPL-2.0-only
# dmesg that follows.
dmesg -C
timeout 2 dmesg -t -w >seen & sleep 0.4
insmod hello.ko
rmmod hello
wait
cat seen
