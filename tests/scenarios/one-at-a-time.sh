# SPDX-License-Identifier: GPL-2.0-only
# A file that one process at a time has open.
insmod one-at-a-time.ko
./try-cat /proc/one-at-a-time
echo mine >/proc/one-at-a-time
./try-cat /proc/one-at-a-time
exec 5</proc/one-at-a-time
./try-cat /proc/one-at-a-time
cat /proc/one-at-a-time 5<&- >first & sleep 0.5
exec 5<&-
wait; cat first
exec 5</proc/one-at-a-time
timeout -s INT 0.5 cat /proc/one-at-a-time 5<&-
echo $?
cat /proc/one-at-a-time 5<&- & sleep 0.5; kill -9 $!; wait $! 2>/dev/null; echo $?
cat <&5
./calls /proc/one-at-a-time rn 5<&-
exec 5<&-
for i in 1 2 3 4 5 6 7 8 9; do ./try-cat /proc/one-at-a-time; done
rmmod one-at-a-time
