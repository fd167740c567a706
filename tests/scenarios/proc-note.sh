# SPDX-License-Identifier: GPL-2.0-only
# A file in /proc to be written, for one user.
# needs root
insmod proc-note.ko uid=1000
ls -ln /proc/note | awk '{ print $1, $3, $4 }'
cat /proc/note
echo by root >/proc/note
setpriv --reuid 1000 --clear-groups cat /proc/note
setpriv --reuid 1000 --clear-groups sh -c 'echo by its owner >/proc/note'
setpriv --reuid 1001 --regid 1001 --clear-groups cat /proc/note
setpriv --reuid 1001 --regid 1001 --clear-groups sh -c 'echo by another >/proc/note'
cat /proc/note
chmod 644 /proc/note
setpriv --reuid 1001 --regid 1001 --clear-groups cat /proc/note
setpriv --reuid 1001 --regid 1001 --clear-groups rmmod proc_note
./calls /proc/note rw fill:129 fill:128 write-at:0:5 write-edge:3:5 write-at:0:129 read:200 seek:3:set read:2 write:x read:9
rmmod proc-note
