# SPDX-License-Identifier: GPL-2.0-only
# The other first modules, and one of several files.
insmod hello-init.ko && rmmod hello_init
insmod hello-license.ko
modinfo -F license hello-license.ko
modinfo -F author hello-license.ko
cat /sys/module/hello_license/taint
rmmod hello-license
insmod shop.ko
lsmod | grep ^shop | awk '{ print $1, $3 }'
rmmod shop
