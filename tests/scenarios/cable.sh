# SPDX-License-Identifier: GPL-2.0-only
# Two network interfaces with a cable.
insmod cable.ko
ls -d /sys/class/net/cable*
cat /sys/class/net/cable0/address /sys/class/net/cable1/address
cat /sys/class/net/cable0/mtu /sys/class/net/cable0/type
cat /sys/class/net/cable0/operstate
modprobe af_packet
insmod cable-test.ko
rmmod cable-test
[ $(cat /sys/class/net/cable0/statistics/tx_packets) -ge 3 ] && echo all packets
[ $(cat /sys/class/net/cable0/statistics/tx_bytes) = $(cat /sys/class/net/cable1/statistics/rx_bytes) ] && echo equal
rmmod cable
ls -d /sys/class/net/cable0
insmod cable-test.ko
