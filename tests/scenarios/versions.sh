# SPDX-License-Identifier: GPL-2.0-only
# One module for several kernels.
insmod versions.ko
ls -d /sys/class/versions /sys/bus/platform/drivers/versions
rmmod versions
uname -s
uname -m
[ "$(uname -r)" = "$(cat /proc/sys/kernel/osrelease)" ] && echo the same
[ "$(modinfo -F vermagic versions.ko | cut -d ' ' -f 1)" = "$(uname -r)" ] && echo fits
