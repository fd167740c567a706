# SPDX-License-Identifier: GPL-2.0-only
# Stock modules: a RAM disk and ext4.
modprobe brd rd_nr=1 rd_size=16384
modprobe ext4
grep -w ext4 /proc/filesystems
lsmod | awk '$1 == "ext4" || $1 == "jbd2" || $1 == "brd" { print $1, $3, $4 }' | sort
mke2fs -q -U 2d1e5f3a-0000-4000-8000-000000000001 -t ext4 /dev/ram0
mkdir mnt && mount -t ext4 /dev/ram0 mnt
cp hello.ko mnt/ && cmp hello.ko mnt/hello.ko && echo the same
insmod mnt/hello.ko && rmmod hello
dd if=/dev/zero of=mnt/big bs=1M count=4 status=none; stat -c '%s %b' mnt/big
tar -C mnt -cf tarred . && tar -tf tarred | sort
find mnt -type f | sort
mv mnt/big mnt/large; rm mnt/large; ls mnt
( cd mnt; mkdir -p a/b/c; touch a/b/c/f; rmdir a/b; rm -r a; pwd | sed 's,.*/,,' )
stat -f -c '%T %s' mnt
chmod 600 mnt/hello.ko; chown 12:34 mnt/hello.ko; stat -c '%a %u %g %h' mnt/hello.ko
ln mnt/hello.ko mnt/linked; stat -c %h mnt/linked
rmmod brd
rmmod ext4
umount mnt
e2fsck -fn /dev/ram0 2>&1 | tail -n 1 | sed 's/([^)]*)//'
rmmod ext4 brd
ls /dev/ram0
