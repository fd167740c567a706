# SPDX-License-Identifier: GPL-2.0-only
# Attribute groups, one of them not always whole.
insmod sysfs-groups.ko
cd /sys/kernel/room
find . | sort
find . -type f -exec stat -c '%a %n' {} + | sort
grep -r . . | sort
echo on >lamp/lit
echo 80 >lamp/brightness
echo 3 >doors
grep -r . . | sort
tar -cf - . 2>/dev/null | tar -t | sort
cd lamp; pwd; ls ..; cd ..; pwd
cd /
rmmod sysfs-groups
ls /sys/kernel/room
