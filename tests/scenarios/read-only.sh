# SPDX-License-Identifier: GPL-2.0-only
# Writing where nothing may be written.
insmod hello.ko
echo 1 >/sys/module/hello/refcnt
echo 1 >/proc/modules
echo 1 >/proc/version
true >/sys/module/hello/initstate
./calls /sys/module/hello/refcnt rw write:1
./calls /proc/version rw write:1 read:5
./calls /proc/modules w write:x read:1
./calls /sys/module/hello/uevent w write:x
chmod 777 /sys/module/hello/refcnt; stat -c %a /sys/module/hello/refcnt
echo 1 >/sys/module/hello/refcnt
touch /proc/nonesuch
mkdir /sys/nonesuch
rm /sys/module/hello/refcnt
mv /sys/module/hello /sys/module/hullo
rmmod hello
