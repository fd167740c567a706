# SPDX-License-Identifier: GPL-2.0-only
# Parameters that the kernel refuses.
insmod params.ko octet=256
insmod params.ko list=1,2,3,4,5
insmod params.ko label=far-too-long-for-this-one
insmod params.ko answer=
insmod params.ko answer
insmod params.ko level=12
lsmod | grep -c ^params
