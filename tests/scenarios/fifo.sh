# SPDX-License-Identifier: GPL-2.0-only
# A device that makes readers and writers wait.
insmod fifo.ko
(sleep 0.3; echo late >/dev/fifo) &
head -n 1 /dev/fifo
wait
dd if=/dev/fifo iflag=nonblock bs=10 count=1
dd if=/dev/zero of=/dev/fifo oflag=nonblock bs=10 count=10 2>&1 | head -n 3
dd if=/dev/fifo iflag=nonblock bs=7 of=/dev/null 2>&1 | head -n 3
timeout 0.3 cat /dev/fifo; echo $?
cat /dev/fifo >got & sleep 0.2; echo one >/dev/fifo; echo two >/dev/fifo; sleep 0.3; kill $!; wait $! 2>/dev/null; echo $?
cat got
rmmod fifo
