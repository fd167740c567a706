# SPDX-License-Identifier: GPL-2.0-only
# A digest, and AES there and back.
modprobe sha256_generic
insmod digest.ko
rmmod digest
insmod digest.ko text=
rmmod digest
modprobe aes_generic
modprobe ctr
insmod cipher.ko
rmmod cipher
grep -A 1 '^name *: sha256$' /proc/crypto | grep -c generic
