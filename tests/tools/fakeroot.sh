# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Tests in which modules are loaded and unloaded: kmod and ours in a root of
# their own, with a kernel that is not there. Sourced, by bash, behind lib.sh.
#
# $state is the root that each run begins with: `fresh` makes it anew, `seed`
# loads modules into it. `both` runs kmod and ours and compares what they
# print, return and ask of the kernel, and what is loaded then.

state=$dir/state
release=6.1.0-fake
tree=$state/lib/modules/$release
table=$dir/table
: >"$table"

# The program that plays the kernel, in $fake.
need_fakekernel() {
	local source=$here/fakekernel.c status

	mkdir -p "$O/tools"
	fake=$(realpath "$O/tools")/fakekernel
	exec 9>"$fake.lock"
	flock 9
	if [ ! "$fake" -nt "$source" ]; then
		${CC:-gcc} -O1 -D_GNU_SOURCE -o "$fake" "$source" ||
			skip_all "no C compiler"
	fi
	exec 9>&-
	mkdir -p "$dir/try"
	"$fake" "$dir/try" /none 2>"$dir/try.err"
	status=$?
	[ $status -ne 77 ] || skip_all "$(cat "$dir/try.err")"
}

# $dir/programs: what is to be in each root besides, with its libraries.
find_programs() {
	local file

	mkdir -p "$dir/programs"/{bin,ours,kmod}
	cp -L /bin/sh "$dir/programs/bin"
	cp -L "$(kmod_tool modprobe)" "$dir/programs/kmod/kmod"
	cp -L "$KMOD" "$dir/programs/ours/kmod"
	for file in lsmod insmod rmmod modprobe; do
		ln -s kmod "$dir/programs/kmod/$file"
		ln -s kmod "$dir/programs/ours/$file"
	done
	# Where the address sanitizer looks for its settings.
	mkdir -p "$dir/programs/proc/self"
	printf 'ASAN_OPTIONS=%s\0' "${ASAN_OPTIONS:-detect_leaks=0}" \
		>"$dir/programs/proc/self/environ"
	while read -r file; do
		cp -L --parents "$file" "$dir/programs"
	done < <(ldd /bin/sh "$(kmod_tool modprobe)" "$KMOD" 2>/dev/null |
		grep -o '/[^ ]*\.so[^ ]*' | sort -u)
}

# ko NAME DEPENDS EXPORTS NEEDS [INFO...]: the source of a module, just enough
# of one.
ko() {
	local name=$1 depends=$2 exports=$3 needs=$4 word n=0
	local source=$dir/source/$1.c

	shift 4
	for word in license=GPL "depends=$depends" "$@" "name=${name//-/_}" \
		"vermagic=$release SMP"; do
		echo "static const char info$((n++))[] __attribute__((used," \
			"section(\".modinfo\"))) = \"$word\";"
	done >"$source"
	for word in $exports; do
		echo "void $word(void) {}"
		echo "static const char export_$word[] __attribute__((used," \
			"section(\"__ksymtab_strings\"))) = \"$word\";"
	done >>"$source"
	{
		for word in $needs; do
			echo "void $word(void);"
		done
		echo "void init_module(void) {"
		for word in $needs; do
			echo "$word();"
		done
		echo "}"
	} >>"$source"
}

# Compiles them, once for all tests that come.
make_modules() {
	local made now file name

	made=$(realpath "$O/tools")/fake-modules
	now=$(cat "$dir"/source/*.c | cksum)
	exec 9>"$made.lock"
	flock 9
	if [ "$(cat "$made/stamp" 2>/dev/null)" != "$now" ]; then
		rm -rf "$made"
		mkdir -p "$made"
		(cd "$made" && ${CC:-gcc} -w -c -O0 -fno-pic \
			"$dir"/source/*.c) || skip_all "no C compiler"
		echo "$now" >"$made/stamp"
	fi
	exec 9>&-
	for file in "$made"/*.o; do
		name=${file##*/}
		cp "$file" "$tree/kernel/${name%.o}.ko"
	done
}

# What every test starts with, in $dir/template.
make_template() {
	local folder

	mkdir -p "$dir/source" "$tree/kernel" "$state"/{proc,tmp,dev,sys/module}
	for folder in etc run lib usr/lib usr/local/lib; do
		mkdir -p "$state/$folder/modprobe.d"
	done
	echo 'root=/dev/sda quiet' >"$state/proc/cmdline"
	: >"$state/proc/modules"
	: >"$state/dev/null"
	ko base "" base_fn ""
	ko mid base mid_fn base_fn
	ko top mid,base "" "mid_fn base_fn"
	ko other-dash "" "" "" "alias=pci:v0000ABCDd*sv*" alias=foo-bar
	ko twin1 "" "" "" alias=twin
	ko twin2 "" "" "" alias=twin
	ko soft "" "" "" "softdep=pre: base twin1 post: twin2"
	ko black "" "" "" alias=blackalias
	ko inst "" "" ""
	ko packed "" "" ""
	ko zipped "" "" ""
	make_modules
	xz "$tree/kernel/packed.ko"
	zstd -q --rm "$tree/kernel/zipped.ko"
	printf '%s\n' kernel/drivers/bi.ko kernel/lib/bi-dash.ko \
		>"$tree/modules.builtin"
	printf '%s\0' 'bi.alias=bialias*' bi.license=GPL bi_dash.alias=other-bi \
		>"$tree/modules.builtin.modinfo"
	(cd "$tree" && find kernel -type f | sort | sed 's/\.ko.*/.ko/' \
		>modules.order)
	"$theirs/depmod" -b "$state" "$release" || exit 1
	mv "$state" "$dir/template"
}

# fresh [FILE]: the template, with the input as a file of modprobe.d.
fresh() {
	rm -rf "$state"
	cp -a "$dir/template" "$state"
	cp -al "$dir/programs/." "$state"
	cat >"$state/etc/modprobe.d/${1:-t.conf}"
	: >"$table"
}

# seed NAME USERS [HOLDERS [NEEDS]]: loaded already; lists with commas.
seed() {
	local own=$state/sys/module/$1 holder

	rm -rf "$own"
	mkdir -p "$own/holders"
	echo live >"$own/initstate"
	echo 16384 >"$own/coresize"
	echo "$2" >"$own/refcnt"
	echo "$4" >"$own/needs"
	for holder in ${3//,/ }; do
		mkdir "$own/holders/$holder"
	done
	echo "$1 16384 $2 ${3:--}${3:+,} Live 0x0000000000000000" \
		>>"$state/proc/modules"
}

# base <- mid <- top
seed_chain() {
	seed top 0 "" mid,base
	seed mid 1 top base
	seed base 2 mid,top
}

# in_root WHOSE TOOL ARGUMENT...: $dir/said-WHOSE/{out,err,status,calls,loaded}.
# What was loaded and unloaded is undone; it is in $dir/after.
in_root() {
	local whose=$1 said=$dir/said-$1

	mkdir "$dir/before"
	cp -a "$state/proc" "$state/sys" "$dir/before"
	timeout -k 5 60 "$fake" -l "$said/calls" -t "$table" \
		"$state" "/$whose/$2" "${@:3}" \
		>"$said/out" 2>"$said/err" </dev/null
	echo $? >"$said/status"
	echo "$state"/sys/module/* >"$said/loaded"
	rm -rf "$dir/after"
	mkdir "$dir/after"
	mv "$state/proc" "$state/sys" "$dir/after"
	mv "$dir/before/proc" "$dir/before/sys" "$state"
	rmdir "$dir/before"
	# Messages of kmod's library name its source; getopt's, the program.
	[ ! -s "$said/err" ] || sed -i -E -e 's,^libkmod: ERROR [^ ]* [a-z_]*: ,modprobe: ERROR: ,' \
		-e 's,^([a-z]*: [A-Z]*: )\.\./libkmod/[^ ]* [a-z_]*\(\) ,\1,' \
		-e 's,^/[^ ]*/([a-z]*: ),\1,' -e '/: (INFO|DEBUG): /d' \
		-e '/^==[0-9]+==WARNING: /d' -e '/^False positive error/d' \
		-e '/^For details see .*sanitizers/d' \
		"$said/err"
	# kmod 30 forgets a blank.
	[[ " $* " != *" -c "* ]] || sed -i -e '/^softdep /s/\([^ ]\)post:/\1 post:/' "$said/out"
}

# Goes on from where the last run has left the modules.
keep() {
	rm -rf "$state/proc" "$state/sys"
	mv "$dir/after/proc" "$dir/after/sys" "$state"
}

# both WHAT TOOL ARGUMENT...
both() {
	local what=$1

	shift
	in_root ours "$@"
	in_root kmod "$@"
	if diff -ar "$dir/said-kmod" "$dir/said-ours" >"$dir/diff"; then
		ok "$what"
	else
		not_ok "$what"
		echo "command: $*; kmod < and ours >:"
		head -n 40 "$dir/diff"
	fi
}

# both_all: each line of the input is a tool with its arguments, its own name.
both_all() { # AREA
	local line

	while IFS= read -r line <&8; do
		[ -z "$line" ] || eval "both \"$1: \$line\" $line"
	done 8<&0
}

# alone WHAT STATUS TOOL ARGUMENT...: ours; the input is what it must print, and
# ask of the kernel.
alone() {
	local what=$1 status=$2

	cat >"$dir/want"
	shift 2
	in_root ours "$@"
	cat "$dir/said-ours"/{out,err,calls} >"$dir/got"
	if [ "$(<"$dir/said-ours/status")" -eq "$status" ] &&
		cmp -s "$dir/want" "$dir/got"; then
		ok "$what"
		return
	fi
	not_ok "$what"
	echo "command: $*"
	echo "status $(<"$dir/said-ours/status"), not $status; wanted < and got >:"
	diff -a "$dir/want" "$dir/got" | head -n 20
}

mkdir "$dir/said-kmod" "$dir/said-ours"
need_kmod
need_fakekernel
find_programs
make_template
