# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh disable=SC2154,SC3013
# What the oracle's commands share: where a release is, how QEMU is started.
# Sourced, by sh or bash; expects $here (this directory) to be set.
#
# ORACLE_ROOT   where boot/ and lib/modules/ are          (default: /)
# ORACLE_CACHE  what is made once a release               (~/.cache/...)
# ORACLE_CPU    QEMU's processor                          (max, 4 levels)
# ORACLE_MEM    memory in MiB                             (1024)
# ORACLE_ARGS   more words for the kernel's command line

ORACLE_ROOT=${ORACLE_ROOT:-/}
ORACLE_CACHE=${ORACLE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ring3-oracle}
ORACLE_CPU=${ORACLE_CPU:-max,la57=off}
ORACLE_MEM=${ORACLE_MEM:-1024}
ORACLE_ARGS=${ORACLE_ARGS:-}

say() {
	echo "${0##*/}: $*" >&2
}

# A test that has no QEMU is skipped, which is 77.
need_tools() {
	for tool in qemu-system-x86_64 busybox cpio depmod; do
		PATH=$PATH:/sbin:/usr/sbin command -v $tool >/dev/null && continue
		say "$tool is missing; skipped"
		exit 77
	done
}

need_release() {
	vmlinuz=$ORACLE_ROOT/boot/vmlinuz-$release
	tree=$ORACLE_ROOT/lib/modules/$release
	[ -f "$vmlinuz" ] && [ -d "$tree" ] && return
	say "no $vmlinuz or no $tree; skipped"
	exit 77
}

make_init() {
	init=$ORACLE_CACHE/oracle-init
	mkdir -p "$ORACLE_CACHE"
	[ "$init" -nt "$here/oracle-init.c" ] && return
	${CC:-gcc} -std=gnu11 -O2 -Wall -Wextra -static -D_GNU_SOURCE \
		-o "$init.$$" "$here/oracle-init.c" && mv "$init.$$" "$init"
}

# A program with the libraries that it is linked to.
add_program() { # PATH DESTINATION
	mkdir -p "$root/$(dirname "$2")"
	cp "$1" "$root/$2"
	ldd "$1" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
		mkdir -p "$root/$(dirname "$library")"
		cp -L "$library" "$root/$library"
	done
}

add_base() {
	for dir in bin sbin dev proc sys tmp etc; do
		mkdir -p "$root/$dir"
	done
	cp "$init" "$root/init"
}

# The distribution's tools, where it has kmod; else busybox's remain.
add_kmod() {
	kmod=$(PATH=$PATH:/sbin:/usr/sbin command -v kmod) || return 0
	add_program "$kmod" bin/kmod
	for tool in insmod rmmod lsmod modprobe modinfo depmod; do
		rm -f "$root/bin/$tool"
		ln -s ../bin/kmod "$root/sbin/$tool"
	done
}

# pack DIR FILE: an initramfs of all that is in DIR, links followed.
pack() {
	(cd "$1" && find . | cpio --quiet -oL -H newc) >"$2"
}

# boot INITRD CONSOLE, $time_limit if there is one: results on standard output, QEMU's status returned:
# 2 * status + 1 as the init gave it, 0 for a reset (a panic, that is).
boot() {
	# shellcheck disable=SC2086
	${time_limit:+timeout -k 5 $time_limit} nice -n 10 \
		qemu-system-x86_64 -accel tcg \
		-cpu "$ORACLE_CPU" -m "$ORACLE_MEM" -nodefaults \
		-display none -nic none -no-reboot -kernel "$vmlinuz" -initrd "$1" \
		-append "console=ttyS0 panic=-1 rcupdate.rcu_expedited=1 quiet \
$ORACLE_ARGS" \
		-serial "file:$2" -monitor none \
		-chardev "stdio,id=out,signal=off" \
		-device isa-debugcon,iobase=0xe9,chardev=out \
		-device isa-debug-exit,iobase=0xf4,iosize=0x01 </dev/null
}
