# SPDX-License-Identifier: GPL-2.0-only
# Descriptors: shared positions, appended, inherited.
insmod buffer.ko size=40
(echo one; echo two) >/dev/buffer
head -c 8 /dev/buffer
(dd bs=4 count=1 status=none; echo -; dd bs=4 count=1 status=none) </dev/buffer
exec 5<>/dev/buffer
echo 123 >&5; (echo 456 >&5); echo 789 >&5
head -c 12 /dev/buffer
head -c 4 <&5 | od -c | head -n 1
exec 5<&-
cat /dev/buffer /dev/buffer | wc -c
./calls /dev/buffer rwa write:xy seek:0:cur getfl pread:4:0
./calls /dev/buffer rw write:ab dup write:cd pread:4:0 close dup
rmmod buffer
