# SPDX-License-Identifier: GPL-2.0-only
#
# What differs from one run to the next, or between kernels, is replaced on both
# sides before the guide's output is compared (sed -E).

# Time stamps of the log, and durations.
s/\[ *[0-9]+\.[0-9]{6}\]/[TIME]/g
s/\b[0-9]+(\.[0-9]+)? ?(ns|us|ms|s)\b/TIME/g

# Addresses, and where in a function.
s/\b0x[0-9a-f]{5,}\b/ADDRESS/g
s/\b[0-9a-f]{12,16}\b/ADDRESS/g
s/\+0x[0-9a-f]+\/0x[0-9a-f]+/+OFFSET/g

# The kernel.
s/\b6\.[0-9]+\.[0-9]+[0-9a-z+-]*-amd64/RELEASE/g
s/(RELEASE #1) .*/\1/

# Whether it has its modules compressed.
s/\.ko\.(gz|xz|zst)\b/.ko/g

# Where in its headers a function is that was inlined.
s/\((linux\/[a-z_]+\.h:[0-9]+ inlined by )+/(HEADERS inlined by /

# Which schedules go wrong, and how many of them; not whether any does.
s/\bschedule [0-9]+:/schedule N:/
s/--seed [0-9]+/--seed N/
s/, [1-9][0-9]* wrong\b/, N wrong/

# Processes.
s/\bPID: [0-9]+/PID: N/
s/\b(insmod|rmmod)\/[0-9]+/\1\/N/
s/^\[[0-9]+\] [0-9]+$/[N] PID/
s/\bpid [0-9]+/pid N/

# What a shell without a terminal says in more words.
s/^(\/bin\/)?bash: line [0-9]+: +[0-9]+ ([A-Z][a-z]+( [a-z]+)*).*/\2/
s/^(\/bin\/)?bash: line [0-9]+: /bash: /

# Sizes and addresses of lsmod and /proc/modules.
s/^([A-Za-z0-9_]+ +)[0-9]{4,}( +-?[0-9]+)/\1SIZE\2/

# ls -l: when, and the numbers of device nodes.
s/\b[A-Z][a-z]{2} [ 0-9][0-9] +[0-9:]{4,5}\b/DATE/
s/^([bc][rwxsStT-]{9} .*) [0-9]+, +[0-9]+ /\1 DEVICE /

# /proc/devices: which major number was free.
s/^ *(23[4-9]|24[0-9]|25[0-4]|38[4-9]|39[0-9]|[45][0-9]{2}) ([a-z][a-z0-9-]*)$/MAJOR \2/

# Columns are as wide as what stands in them.
s/[ \t]+/ /g
s/ +$//
