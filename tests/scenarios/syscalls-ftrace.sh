# SPDX-License-Identifier: GPL-2.0-only
# The same by ftrace.
# needs root
insmod watch-ftrace.ko uid=4711
setpriv --reuid 4711 --clear-groups cat /proc/version >/dev/null
setpriv --reuid 4711 --clear-groups cat /etc/nonesuch
cat /proc/devices >/dev/null
rmmod watch-ftrace
dmesg | grep -o 'watch-ftrace: .*version'
dmesg | grep -o 'watch-ftrace: .*nonesuch'
dmesg | grep -o 'watch-ftrace: .*devices'
dmesg -C
