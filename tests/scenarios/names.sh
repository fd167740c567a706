# SPDX-License-Identifier: GPL-2.0-only
# Names with dashes and underscores.
insmod shared-page.ko
lsmod | awk '/^shared/ { print $1, $3 }'
ls -d /sys/module/shared*
rmmod shared-page
insmod shared-page.ko
rmmod shared_page
rmmod shared_page
modinfo -F name shared-page.ko
insmod ./shared-page.ko; insmod $PWD/shared-page.ko 2>&1 | sed 's,/.*/,,'; rmmod -v shared-page
