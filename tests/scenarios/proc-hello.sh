# SPDX-License-Identifier: GPL-2.0-only
# A file in /proc.
insmod proc-hello.ko
cat /proc/hello
ls -l /proc/hello | awk '{ print $1, $2, $3, $4, $5 }'
stat -c '%F %a %s' /proc/hello
echo text >/proc/hello
dd if=/proc/hello bs=5 count=2 status=none; echo
wc /proc/hello
tail -c 6 /proc/hello
./calls /proc/hello r read:4 seek:0:cur seek:5:set read:7 pread:5:5 seek:0:end read-at:0:10 read-at:0:0 write:x ioctl:0:0 poll:0 mmap:4096:sr
cat /proc/hello /proc/hello | sort | uniq -c
cp /proc/hello copied && cat copied
grep -c morning /proc/hello
rm /proc/hello
mv /proc/hello /proc/hullo
rmmod proc-hello
cat /proc/hello
