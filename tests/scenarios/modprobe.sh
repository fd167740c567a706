# SPDX-License-Identifier: GPL-2.0-only
# Modules that are found, with what they ask for.
base=/lib/modules/$(uname -r)
mkdir -p $base/extra
cp greeter.ko greeting.ko polite.ko $base/extra
depmod
modprobe -n -v greeter | sed 's,.*/extra,extra,'
modprobe greeter
lsmod | awk '$1 ~ /^gree/ || $1 == "polite" { print $1, $3, $4 }' | sort
modprobe greeter
modprobe --first-time greeter
modprobe -r greeter
lsmod | grep -c -e ^gree -e ^polite
modprobe greet-me
modprobe -r greet-me
modprobe -R greet-me
modinfo -F depends greeter
modinfo -F softdep greeter
modinfo greeter | grep -e ^alias -e ^description
modprobe nonesuch
grep -h extra/gree $base/modules.dep
modprobe --show-depends greeter | sed 's,/.*/extra,extra,'
rm -r $base/extra
depmod
modprobe greeter
