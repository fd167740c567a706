# SPDX-License-Identifier: GPL-2.0-only
# Nodes: made, shown, changed, removed.
insmod counter.ko
n=$(stat -c '%t %T' /dev/counter)
stat -c '%F %a %u %g %h %s' /dev/counter
chmod 640 /dev/counter; ls -l /dev/counter | cut -c 1-10
chown 7:8 /dev/counter; stat -c '%u %g' /dev/counter
chmod a+r /dev/counter; stat -c %A /dev/counter
test -c /dev/counter && echo a character device
test -b /dev/counter || echo no block device
ln -s counter /dev/counted; readlink /dev/counted; cat /dev/counted; rm /dev/counted
mknod /dev/again c $(printf '%d %d' 0x${n% *} 0x${n#* }); cat /dev/again
mv /dev/again /dev/renamed; cat /dev/renamed; ls /dev/again
ln /dev/renamed /dev/linked; stat -c %h /dev/linked; rm /dev/renamed /dev/linked
mknod /dev/counter c 1 3
mknod /dev/bad c 4000 0; cat /dev/bad; rm /dev/bad
mknod /dev/badblock b 4000 0; cat /dev/badblock; rm /dev/badblock
touch /dev/counter && echo touched
stat -c %Y /dev/counter >a; sleep 0.1; stat -c %Y /dev/counter >b; cmp a b && echo stable
rm /dev/counter; ls /dev/counter
cat /sys/module/counter/refcnt
rmmod counter
