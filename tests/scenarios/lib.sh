# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# How scenarios are played, in QEMU and in an instance. Sourced, by bash.
#
# A scenario is a file NAME.sh here: ordinary commands, whose comment at the
# beginning tells what they show; "# needs root" there means the person's own
# root. tests/oracle/play plays it; what comes out is its transcript, and those
# of a kernel in QEMU are kept in transcripts/RELEASE.
#
# Expects $top, the project's folder, and RING3, the program.

scenarios=$top/tests/scenarios

# Programs in QEMU that are this system's; all else there is busybox's.
oracle_programs='dash bash cat ls stat dd head tail cp mv ln rm mkdir rmdir
	mknod chmod chown chgrp cut wc od sort uniq cmp cksum tee touch du
	readlink basename find xargs grep sed awk tar timeout sleep dmesg
	mount umount losetup blockdev setpriv script mke2fs e2fsck uname tr
	env mktemp'

# Stock modules, whose dependencies come along.
oracle_modules='brd loop ext4 evdev af_packet sha256_generic aes_generic ctr'

scenario_names() {
	local file

	for file in "$scenarios"/*.sh; do
		file=${file##*/}
		[ "$file" = lib.sh ] || echo "${file%.sh}"
	done
}

needs_root() { # NAME
	grep -q '^# needs root$' "$scenarios/$1.sh"
}

# stage DIR MODULES: what scenarios have at hand; MODULES is where those of the
# kernel are.
stage() {
	local source

	mkdir -p "$1" || return
	cp "$2"/*.ko "$scenarios"/*.sh "$top/tests/oracle/play" "$1" || return
	rm "$1/lib.sh"
	for source in "$scenarios"/programs/*.c "$top"/examples/box/boxctl.c \
		"$top"/examples/knob/read-events.c \
		"$top"/examples/one-at-a-time/try-cat.c \
		"$top"/examples/shared-page/look.c \
		"$top"/examples/sysfs-notify/listen.c; do
		"${CC:-gcc}" -std=gnu11 -O2 -D_GNU_SOURCE -static -pthread \
			-o "$1/$(basename "$source" .c)" "$source" || return
	done
}

# play_inside TARGET FILES NAME: the transcript, on standard output.
play_inside() {
	local as=

	[ "$(id -u)" -eq 0 ] || as=sudo
	timeout -k 5 120 "$RING3" run -k "$1" -- $as "$2/play" "$2" "$3" \
		2>&1 </dev/null | sed '0,/^== /d'
}

# The folder of TARGET's transcripts, or of another release of that kernel.
transcripts_of() {
	local folder flavour=${1##*-} series

	series=$(echo "$1" | cut -d . -f 1-2)
	for folder in "$scenarios/transcripts/$1" \
		"$scenarios/transcripts/$series".*-"$flavour"; do
		case $folder in
		*cloud*) [[ $1 == *cloud* ]] || continue ;;
		*) [[ $1 == *cloud* ]] && continue ;;
		esac
		[ -d "$folder" ] || continue
		echo "$folder"
		return
	done
}

# Why a scenario is known to differ; nothing if it is not.
known_difference() { # NAME
	sed -n "s/^$1 //p" "$scenarios/differences"
}
