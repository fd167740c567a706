# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the tests of the module tools share. Sourced, by bash.
#
# From the environment: O, the build folder; RING3, the program that knows the
# kernels; KMOD, ring3-kmod. $dir is the test's own folder, removed at its end;
# $ours/NAME are our tools by their names. The installed kmod is the reference:
# it is run over the same files, and what it prints and returns is what we must.

: "${O:?is to be the build folder}"
RING3=${RING3:-$O/ring3}
KMOD=$(realpath -m "${KMOD:-$O/ring3-kmod}")
[ -x "$KMOD" ] || {
	echo "not built: $KMOD"
	exit 1
}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
dir=$(mktemp -d "${TMPDIR:-/tmp}/ring3-tools-XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
ours=$dir/ours
mkdir "$ours"
for name in lsmod insmod rmmod modprobe modinfo depmod; do
	ln -s "$KMOD" "$ours/$name"
done
failures=0
export LC_ALL=C
unset MODPROBE_OPTIONS

ok() {
	echo "ok - $*"
}

not_ok() {
	echo "not ok - $*"
	failures=$((failures + 1))
}

skip() { # WHAT, WHY
	echo "ok - $1 # SKIP $2"
}

skip_all() { # WHY
	echo "$*"
	exit 77
}

finish() {
	[ $failures -eq 0 ]
	exit
}

# check WHAT COMMAND...
check() {
	local what=$1

	shift
	if "$@"; then
		ok "$what"
	else
		not_ok "$what"
		echo "failed: $*"
	fi
}

# ---- the reference -----------------------------------------------------------

# Where the tool NAME of the installed kmod is.
kmod_tool() { # NAME
	local folder

	for folder in /sbin /usr/sbin /bin /usr/bin; do
		[ "$(basename "$(realpath "$folder/$1" 2>/dev/null)")" = kmod ] ||
			continue
		echo "$folder/$1"
		return
	done
	return 1
}

# Ends the test where there is nothing to compare with.
need_kmod() {
	local name

	mkdir -p "$dir/kmod"
	for name in lsmod insmod rmmod modprobe modinfo depmod; do
		kmod_tool $name >/dev/null ||
			skip_all "kmod's $name is not installed"
		ln -sf "$(kmod_tool $name)" "$dir/kmod/$name"
	done
	theirs=$dir/kmod
}

# ---- modules and roots -------------------------------------------------------

# Sets $release and $headers, the first kernel with headers, and $ko, where the
# test modules built for it are, or ends the test.
need_modules() {
	local targets log

	targets=$("$RING3" targets 2>/dev/null |
		awk 'NR > 1 { print $1 == "*" ? $2 : $1 }')
	for release in ${TOOLS_TARGET:-$targets} none; do
		headers=$("$RING3" targets headers "$release" 2>/dev/null) &&
			break
	done
	[ "$release" != none ] ||
		skip_all "no kernel's headers; \`ring3 targets add\` gets some"
	mkdir -p "$O/tools-modules"
	ko=$(realpath "$O/tools-modules")/$release
	log=$ko.log
	# Several tests start at once; one builds.
	exec 9>"$ko.lock"
	flock 9
	"$top/scripts/build-modules" "$headers" "$ko" tests/tools/modules \
		>"$log" 2>&1 || {
		cat "$log"
		not_ok "the test modules build"
		exit 1
	}
	exec 9>&-
}

# Makes $root, a folder with a module tree for $release of all test modules,
# and what a kernel's build leaves there; $tree is lib/modules/$release in it.
# The indexes are not written: see index_root.
make_root() {
	local file

	root=$dir/root
	tree=$root/lib/modules/$release
	mkdir -p "$tree/kernel/first" "$tree/kernel/second"
	for file in "$ko"/*.ko; do
		case ${file##*/} in
		tt_[a-m]*) cp "$file" "$tree/kernel/first" ;;
		*) cp "$file" "$tree/kernel/second" ;;
		esac
	done
	(cd "$tree" && find kernel -name '*.ko' | sort >modules.order)
	printf '%s\n' kernel/fs/tt_inside.ko kernel/lib/tt-inner.ko \
		>"$tree/modules.builtin"
	printf '%s\0' tt_inside.license=GPL tt_inside.file=fs/tt_inside \
		"tt_inside.description=Built into the kernel" \
		tt_inside.alias=tt-core-alias tt_inside.alias=tt-core-wild-* \
		"tt_inside.parm=level:How much" tt_inside.parmtype=level:int \
		tt_inner.license=GPL tt_inner.parmtype=only:bool \
		>"$tree/modules.builtin.modinfo"
}

# The indexes by kmod's depmod, so that both read the same.
index_root() {
	"$theirs/depmod" -b "$root" "$release" 2>"$dir/depmod.err" || {
		cat "$dir/depmod.err"
		not_ok "kmod's depmod writes the indexes"
		exit 1
	}
}

# All module trees that ring3 knows of, one a line.
stock_trees() {
	local cache=${RING3_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ring3}
	local tree

	for tree in /lib/modules/* "$cache"/targets/*/lib/modules/* \
		"$cache"/targets/*/usr/lib/modules/*; do
		[ ! -d "$tree/kernel" ] || echo "$tree"
	done
}

# pack xz|zst|gz FILE: replaces it by its compressed form.
pack() {
	case $1 in
	xz) xz --check=crc32 "$2" ;;
	zst) zstd -q --rm "$2" ;;
	gz) gzip "$2" ;;
	esac
}

# Copies FILE to NEW with the bytes OLD replaced by as many others, everywhere.
patch_bytes() { # FILE NEW OLD BYTES
	[ ${#3} -eq ${#4} ] || return 1
	LC_ALL=C sed "s/$3/$4/g" "$1" >"$2"
}

# ---- comparing ---------------------------------------------------------------

# one WHOSE TOOL ARGUMENT...: its output in $dir/WHOSE.out, .err, .status. A
# tool may be preceded by variables for its environment, as with env. $wrap is
# what both are run by.
wrap=()
one() {
	local whose=$1 folder=$dir/kmod
	local -a vars=()

	[ "$whose" = kmod ] || folder=$ours
	shift
	while [[ $1 == [A-Z]*=* ]]; do
		vars+=("$1")
		shift
	done
	timeout -k 5 60 env "${vars[@]}" "${wrap[@]}" "$folder/$1" "${@:2}" \
		>"$dir/$whose.out" 2>"$dir/$whose.err" </dev/null
	echo $? >"$dir/$whose.status"
}

# What differs on purpose: messages of kmod's library, which name its source
# files; and the build-id, which only the newest kmod shows.
tidy() {
	sed -i '/^libkmod: /d' "$dir/$1.err"
	if [ "$1" = ours ] && [ -z "$keep_build_id" ]; then
		sed -i -z '/^build-id=[0-9A-F:]*$/d' "$dir/ours.out"
		sed -i '/^build-id:       [0-9A-F:]*$/d' "$dir/ours.out"
	fi
}

differ() { # KIND
	cmp -s "$dir/kmod.$1" "$dir/ours.$1" && return 1
	echo "$1, kmod < and ours >:"
	diff -a "$dir/kmod.$1" "$dir/ours.$1" | head -n 20
}

# same WHAT TOOL ARGUMENT...: kmod's and ours say the same.
same() {
	local what=$1 bad=0 kind

	shift
	one kmod "$@"
	one ours "$@"
	for kind in kmod ours; do
		tidy $kind
	done
	for kind in out err status; do
		differ $kind && bad=1
	done
	if [ $bad -eq 0 ]; then
		ok "$what"
	else
		not_ok "$what"
		echo "command: $*"
	fi
}

# cases AREA: each line of the input is a command for `same`, and its own name.
# Lines may use $root, $release and whatever else is set.
cases() { # AREA
	local line

	while IFS= read -r line <&8; do
		[ -n "$line" ] || continue
		eval "same \"$1: \${line//\\\$/}\" $line"
	done 8<&0
}

# gives WHAT STATUS TOOL ARGUMENT...: what ours alone must print, on stdout or
# stderr, is the input.
gives() {
	local what=$1 status=$2

	cat >"$dir/want"
	shift 2
	one ours "$@"
	cat "$dir/ours.err" >>"$dir/ours.out"
	if [ "$(cat "$dir/ours.status")" -eq "$status" ] &&
		cmp -s "$dir/want" "$dir/ours.out"; then
		ok "$what"
		return
	fi
	not_ok "$what"
	echo "status $(cat "$dir/ours.status"), not $status; wanted < and got >:"
	diff -a "$dir/want" "$dir/ours.out" | head -n 20
}
