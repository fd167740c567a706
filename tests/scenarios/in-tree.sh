# SPDX-License-Identifier: GPL-2.0-only
# Modules laid out as in the kernel's tree.
insmod chime.ko
insmod clockwork.ko
insmod chime.ko
dmesg | tail -n 1 | grep -o "chime: [0-9]* o'clock" | sed 's/[0-9][0-9]*/SOME/'
lsmod | awk '$1 == "clockwork" { print $3, $4 }'
rmmod chime
rmmod clockwork
dmesg | grep -v "o'clock" | tail -n 2
dmesg -C
