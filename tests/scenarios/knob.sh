# SPDX-License-Identifier: GPL-2.0-only
# Events of a virtual input device.
modprobe evdev
insmod knob.ko
grep -h . /sys/class/input/input*/name | grep -c knob
./read-events 'Virtual knob' 8 >events & sleep 0.7
echo 3 >/sys/devices/platform/knob/turn
echo -2 >/sys/devices/platform/knob/turn
echo press >/sys/devices/platform/knob/turn
echo far >/sys/devices/platform/knob/turn
wait $!
cat events
./read-events 'No such thing' 1
rmmod knob
rmmod evdev
dmesg | grep -o "input: Virtual knob as .*/input/"
dmesg -C
