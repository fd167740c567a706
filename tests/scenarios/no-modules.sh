# SPDX-License-Identifier: GPL-2.0-only
# Files that are no modules.
insmod /dev/null
insmod nonesuch.ko
echo text >text.ko; insmod text.ko
head -c 1000 hello.ko >short.ko; insmod short.ko
insmod .
: >empty.ko; insmod empty.ko
rmmod
rmmod ./hello.ko
modinfo text.ko
modprobe ./hello
sed 's/vermagic=[0-9]/vermagic=7/' hello.ko >other.ko; insmod other.ko
rmmod hello
dd if=/dev/zero of=zero.ko bs=1k count=8 status=none; insmod zero.ko
