# SPDX-License-Identifier: GPL-2.0-only
# Folders of /sys: listed, searched, packed.
insmod params.ko
cd /sys/module/params
pwd
pwd -P
ls -a . | head -n 4
ls -d ../params ./parameters parameters/../refcnt
find . -maxdepth 1 -type d | sort
find . -name 'l*' | sort
grep -rl 42 parameters | sort
tar -cf - parameters 2>/dev/null | tar -t | wc -l
du -a parameters 2>/dev/null | wc -l
ls parameters/nonesuch
cat parameters
cd parameters/answer
echo x >newfile
mkdir newdir
rm refcnt
rmdir parameters
ln -s a b
ls -l /sys/module/params/../ | grep -c params
echo */ | tr ' ' '\n' | sort
[ -d parameters ] && [ ! -e none ] && [ -r refcnt ] && [ ! -L refcnt ] && echo tests
readlink -f ./parameters/../parameters/answer
cd ..
basename $PWD
cd /
rmmod params
