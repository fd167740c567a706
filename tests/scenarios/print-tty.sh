# SPDX-License-Identifier: GPL-2.0-only
# A module writes to its loader's terminal.
insmod print-tty.ko; rmmod print-tty
script -qec 'insmod print-tty.ko; rmmod print-tty' typed </dev/null
grep -c 'good morning, dear terminal' typed
