# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the tests of the command line share. Sourced, by bash.
#
# From the environment: RING3, the program; TEST_MODULES, where the test
# modules and examples were built, a folder for each target. $dir is the
# test's own folder, removed at its end.

: "${RING3:?is to be the ring3 program}"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
dir=$(mktemp -d "${TMPDIR:-/tmp}/ring3-check-XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
failures=0
status=0

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

# run ARGUMENT...: ring3 with them; $status, $dir/out, $dir/err.
run() {
	timeout -k 5 "${limit:-120}" "$RING3" "$@" >"$dir/out" 2>"$dir/err"
	status=$?
}

show_run() { # ARGUMENT...
	echo "ring3 $*: status $status"
	tail -n 40 "$dir/out" "$dir/err"
}

# expect STATUS WHAT ARGUMENT...: how ring3 with the arguments must exit.
expect() {
	local want=$1 what=$2

	shift 2
	run "$@"
	if [ "$status" -eq "$want" ]; then
		ok "$what"
	else
		not_ok "$what (status $status, not $want)"
		show_run "$@"
	fi
}

# has WHAT PATTERN: in what the last run printed.
has() {
	if grep -qE -e "$2" "$dir/out" "$dir/err"; then
		ok "$1"
	else
		not_ok "$1"
		echo "missing: $2"
		show_run "(above)"
	fi
}

has_not() { # WHAT PATTERN
	if grep -qE -e "$2" "$dir/out" "$dir/err"; then
		not_ok "$1"
		echo "not wanted: $2"
		show_run "(above)"
	else
		ok "$1"
	fi
}

is_ready() { # TARGET
	[ "$(tail -n 1 "$TEST_MODULES/$1.log" 2>/dev/null)" = ready ]
}

# Sets $target and $ko, where its modules are, or ends the test. Without a
# TARGET, the first that is ready.
need_target() { # [TARGET]
	target=$1
	if [ $# -eq 0 ]; then
		for target in $TEST_TARGETS; do
			is_ready "$target" && break
		done
	fi
	[ -n "$target" ] ||
		skip_all "no kernel; \`ring3 targets add all\` gets some"
	ko=$TEST_MODULES/$target
	is_ready "$target" || skip_all "$target is not ready"
}

# Where the stock modules of TARGET are.
tree_of() { # TARGET
	local cache=${RING3_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ring3}
	local folder

	for folder in "${RING3_MODULES:-/lib/modules}" /lib/modules \
		"$cache/targets/$1/lib/modules" \
		"$cache/targets/$1/usr/lib/modules"; do
		[ -d "$folder/$1/kernel" ] || continue
		echo "$folder/$1"
		return
	done
}

# The file of a stock module of TARGET.
stock() { # TARGET FILE
	find "$(tree_of "$1")" -name "$2.ko" -o -name "$2.ko.xz" \
		-o -name "$2.ko.zst" -o -name "$2.ko.gz" | head -n 1
}

# Sets $target and $ko to one that has all of these stock modules.
need_stock() { # FILE...
	local release module

	for release in $TEST_TARGETS; do
		for module; do
			[ -n "$(stock "$release" "$module")" ] || continue 2
		done
		is_ready "$release" || continue
		need_target "$release"
		return
	done
	skip_all "no kernel with $*"
}

# The processes that PID started, one a line.
children_of() { # PID
	awk -v pid="$1" '{
		n = split($0, part, ") ")
		split(part[n], field, " ")
		if (field[2] == pid)
			print $1
	}' /proc/[0-9]*/stat 2>/dev/null
}

# wait_for COMMAND...: until it succeeds, some seconds at most.
wait_for() {
	local i

	for ((i = 0; i < 200; i++)); do
		"$@" && return 0
		sleep 0.05
	done
	return 1
}

finish() {
	[ $failures -eq 0 ]
	exit
}
