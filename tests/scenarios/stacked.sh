# SPDX-License-Identifier: GPL-2.0-only
# A module that uses another's functions.
insmod borrower.ko
insmod lender.ko
insmod borrower.ko
lsmod | awk '$1 == "lender" || $1 == "borrower" { print $1, $3, $4 }'
ls /sys/module/lender/holders
ls -l /sys/module/lender/holders/borrower | sed 's/.*borrower/borrower/'
rmmod lender
grep -c '\[lender\]' /proc/kallsyms | sed 's/^[1-9][0-9]*$/some/'
grep -w lender_lend /proc/kallsyms | awk '{ print $2, $3, $4 }'
rmmod borrower lender
grep -c '\[lender\]' /proc/kallsyms
