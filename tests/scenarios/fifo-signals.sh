# SPDX-License-Identifier: GPL-2.0-only
# Signals for programs that wait.
insmod fifo.ko
./interrupted
rmmod fifo
