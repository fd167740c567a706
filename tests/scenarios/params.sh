# SPDX-License-Identifier: GPL-2.0-only
# Parameters: given, shown, changed.
modinfo -p params.ko | sort
insmod params.ko answer=7 list=5,6 'greeting="good day"' label=box
ls /sys/module/params/parameters
here=$PWD
cd /sys/module/params/parameters
ls -l | awk 'NR > 1 { print $1, $3, $4, $5, $NF }'
for p in *; do echo "$p: $(cat $p 2>&1)"; done
for p in *; do echo 3 >$p; done
for p in *; do echo "$p: $(cat $p 2>&1)"; done
echo many words >answer
cd $here
rmmod params
insmod params.ko nonesuch=1
rmmod params
