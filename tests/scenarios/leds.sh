# SPDX-License-Identifier: GPL-2.0-only
# The keyboard's LEDs blink.
insmod leds.ko
cat /sys/module/leds/parameters/pattern
echo 2 >/sys/module/leds/parameters/pattern
sleep 0.5
rmmod leds
