# SPDX-License-Identifier: GPL-2.0-only
# What modinfo and depmod know.
modinfo hello.ko | grep -v -e ^filename -e ^vermagic -e ^srcversion
modinfo params.ko | grep ^parm | sort
modinfo -F name hello.ko
modinfo -0 -F description box.ko | od -c | tail -n 2
modinfo -F depends borrower.ko
modinfo nonesuch
modinfo -F filename ext4 | sed 's,.*/,,'
modinfo -k nonesuch hello
