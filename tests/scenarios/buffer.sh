# SPDX-License-Identifier: GPL-2.0-only
# A device with a position, and its ends.
insmod buffer.ko size=100
echo 'some text' >/dev/buffer
head -n 1 /dev/buffer
wc -c </dev/buffer
printf END | dd of=/dev/buffer bs=1 seek=97 conv=notrunc status=none
tail -c 5 /dev/buffer | od -c
dd if=/dev/buffer bs=1 skip=95 count=100 2>&1 | head -n 2 | od -c
printf FURTHER >>/dev/buffer
head -c 10 /dev/buffer
dd if=/dev/zero of=/dev/buffer bs=64 count=2
./calls /dev/buffer rw seek:0:end read:1 write:x seek:1:end seek:-1:set seek:-10:end read:3 seek:0:cur seek:101:set seek:5:data
./calls /dev/buffer rw pread:5:90 pread:5:1000 pwrite:abc:98 pwrite:abc:100 seek:0:cur pread:5:-1
./calls /dev/buffer rw readv:5:5 writev:ab:cd pread:20:8 dup seek:0:cur
cp /dev/buffer copy && stat -c %s copy
cmp /dev/buffer copy
rmmod buffer
insmod buffer.ko size=0
