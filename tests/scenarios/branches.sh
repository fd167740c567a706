# SPDX-License-Identifier: GPL-2.0-only
# Branches with a hint, and those patched at run time.
insmod likely.ko; rmmod likely
insmod likely.ko number=-1
insmod static-key.ko
echo 1,2 >/sys/module/static_key/parameters/add
echo 1 >/sys/module/static_key/parameters/trace
cat /sys/module/static_key/parameters/trace
echo 3,4 >/sys/module/static_key/parameters/add
echo 0 >/sys/module/static_key/parameters/trace
echo 5,6 >/sys/module/static_key/parameters/add
echo one >/sys/module/static_key/parameters/add
cat /sys/module/static_key/parameters/add
rmmod static-key
