# SPDX-License-Identifier: GPL-2.0-only
# A descriptor passed on, and threads.
insmod fifo.ko
./share
{ echo inherited >&5; head -n 1 <&5; } 5<>/dev/fifo
rmmod fifo
