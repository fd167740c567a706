# SPDX-License-Identifier: GPL-2.0-only
# A kprobe on a system call sees programs' calls.
# needs root
insmod watch-kprobe.ko uid=4711
setpriv --reuid 4711 --clear-groups cat /proc/version >/dev/null
setpriv --reuid 4711 --clear-groups cat /etc/nonesuch
cat /proc/devices >/dev/null
echo 0 >/sys/module/watch_kprobe/parameters/uid
cat /sys/module/watch_kprobe/refcnt >/dev/null
rmmod watch-kprobe
dmesg | grep -o 'watch-kprobe: .*version'
dmesg | grep -o 'watch-kprobe: .*nonesuch'
dmesg | grep -o 'watch-kprobe: .*devices'
dmesg | grep -o 'watch-kprobe: .*refcnt'
dmesg -C
