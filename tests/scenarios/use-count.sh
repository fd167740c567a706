# SPDX-License-Identifier: GPL-2.0-only
# Modules in use, by whom, and not any more.
insmod buffer.ko
sleep 100 </dev/buffer & sleep 0.2
cat /sys/module/buffer/refcnt
rmmod buffer
kill -9 $!; wait $! 2>/dev/null
cat /sys/module/buffer/refcnt
(exec 5</dev/buffer; (sleep 0.3) & exec 5<&-; cat /sys/module/buffer/refcnt; wait; cat /sys/module/buffer/refcnt)
for i in 1 2 3 4 5; do cat /dev/buffer >/dev/null; done
exec 5<>/dev/buffer 6<>/dev/buffer
cat /sys/module/buffer/refcnt
exec 5<&- 6<&-
rmmod buffer && echo gone
for i in 1 2 3 4 5 6 7 8; do insmod buffer.ko && cat /dev/buffer >/dev/null && rmmod buffer || echo round $i; done
ls /dev/buffer
