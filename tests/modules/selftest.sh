#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Load every self-checking module in the current directory and print what it
# says: for any machine that has the kernel they were built for, the oracle's
# (tests/oracle/run RELEASE selftest.sh *.ko) or an instance. Status: how many
# failed. Drivers to be compared by selftest_crypto must be loaded before.

failed=0

check() { # NAME [ARGUMENTS...]
	name=$1
	shift
	dmesg -c >/dev/null
	insmod "./selftest_$name.ko" "$@"
	status=$?
	dmesg | sed -n 's/^\[[^]]*\] \(selftest\)/\1/p'
	if [ $status -ne 0 ]; then
		failed=$((failed + 1))
		echo "not ok $name $*"
		return
	fi
	rmmod "selftest_$name"
	echo "ok $name $*"
}

for name in alloc sched irq fpu fault fs crypto param; do
	check $name
done
check param given=1 flag inverted=y octet=255 small=-32768 usmall=65535 \
	number=-2147483648 unumber=0xffffffff big=-9223372036854775808 \
	ubig=0xffffffffffffffff huge=0777 hex=0xff0 'text="two words"' \
	fixed=seven77 list=4,0x5,-6 words=a,bc hidden=2 with-dash=3 called=11
exit $failed
