# SPDX-License-Identifier: GPL-2.0-only
# A variable in a file of sysfs.
insmod sysfs-value.ko
cd /sys/kernel/ring3-example
ls -l | awk 'NR > 1 { print $1, $3, $4, $5, $NF }'
cat level
echo 55 >level
cat level
echo 0x10 >level; cat level
echo 101 >level
echo many >level
echo -1 >level
printf '' >level
echo 99999999999 >level
cat level
wc -c level
stat -c '%F %a %s' level
[ -w level ] && echo writable
[ -x level ] || echo not executable
cd /
rmmod sysfs-value
cat $OLDPWD/level
