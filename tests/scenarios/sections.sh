# SPDX-License-Identifier: GPL-2.0-only
# A module's sections and notes.
insmod hello.ko
ls -A /sys/module/hello/sections | grep -e text -e data -e bss | sort
stat -c '%a %n' /sys/module/hello/sections/.text
cat /sys/module/hello/sections/.text
ls -A /sys/module/hello/notes | sort
od -A n -c -N 16 /sys/module/hello/notes/.note.gnu.build-id | cut -c 1-200 | head -n 1
cat /sys/module/hello/srcversion 2>&1 | wc -c
cat /sys/module/hello/coresize | wc -l
rmmod hello
