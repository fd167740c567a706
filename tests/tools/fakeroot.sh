# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Tests in which modules are loaded and unloaded: kmod and ours in a root of
# their own, with a kernel that is not there. Sourced, by bash, behind lib.sh.
#
# $state is the root that the next run gets a copy of: `fresh` makes it anew,
# `seed` loads modules into it. `both` runs kmod and ours and compares what they
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
	while read -r file; do
		cp -L --parents "$file" "$dir/programs"
	done < <(ldd /bin/sh "$(kmod_tool modprobe)" "$KMOD" 2>/dev/null |
		grep -o '/[^ ]*\.so[^ ]*' | sort -u)
}

# ko NAME DEPENDS EXPORTS NEEDS [INFO...]: a module, just enough of one.
ko() {
	local name=$1 depends=$2 exports=$3 needs=$4 word n=0

	shift 4
	for word in license=GPL "depends=$depends" "$@" "name=${name//-/_}" \
		"vermagic=$release SMP"; do
		echo "static const char info$((n++))[] __attribute__((used," \
			"section(\".modinfo\"))) = \"$word\";"
	done >"$dir/ko.c"
	for word in $exports; do
		echo "void $word(void) {}"
		echo "static const char export_$word[] __attribute__((used," \
			"section(\"__ksymtab_strings\"))) = \"$word\";"
	done >>"$dir/ko.c"
	{
		for word in $needs; do
			echo "void $word(void);"
		done
		echo "void init_module(void) {"
		for word in $needs; do
			echo "$word();"
		done
		echo "}"
	} >>"$dir/ko.c"
	${CC:-gcc} -w -c -O0 -fno-pic -o "$tree/kernel/$name.ko" "$dir/ko.c" ||
		skip_all "no C compiler"
}

# What every test starts with, in $dir/template.
make_template() {
	local folder

	mkdir -p "$tree/kernel" "$state"/{proc,tmp,dev,sys/module}
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

# in_root WHOSE TOOL ARGUMENT...: $dir/WHOSE.{out,err,status,calls,loaded}.
in_root() {
	local whose=$1 root=$dir/run

	# Links, as fakekernel writes no file in place.
	rm -rf "$root"
	cp -al "$state" "$root"
	ln -s "$whose" "$root/sbin"
	timeout -k 5 60 "$fake" -l "$dir/$whose.calls" -t "$table" \
		"$root" "/$whose/$2" "${@:3}" \
		>"$dir/$whose.out" 2>"$dir/$whose.err" </dev/null
	echo $? >"$dir/$whose.status"
	echo "$root"/sys/module/* >"$dir/$whose.loaded"
	# Messages of kmod's library name its source; getopt's, the program.
	[ ! -s "$dir/$whose.err" ] || sed -i -E -e 's,^libkmod: ERROR [^ ]* [a-z_]*: ,modprobe: ERROR: ,' \
		-e 's,^([a-z]*: [A-Z]*: )\.\./libkmod/[^ ]* [a-z_]*\(\) ,\1,' \
		-e 's,^/[^ ]*/([a-z]*: ),\1,' -e '/: (INFO|DEBUG): /d' \
		"$dir/$whose.err"
	# kmod 30 forgets a blank.
	[[ " $* " != *" -c "* ]] || sed -i -e '/^softdep /s/\([^ ]\)post:/\1 post:/' "$dir/$whose.out"
}

# Goes on from where kmod has left the modules.
keep() {
	rm -rf "$state"
	rm "$dir/run/sbin"
	mv "$dir/run" "$state"
}

# both WHAT TOOL ARGUMENT...
both() {
	local what=$1 bad=0 kind

	shift
	in_root ours "$@"
	in_root kmod "$@"
	for kind in out err status calls loaded; do
		cmp -s "$dir/kmod.$kind" "$dir/ours.$kind" && continue
		echo "$kind, kmod < and ours >:"
		diff -a "$dir/kmod.$kind" "$dir/ours.$kind" | head -n 20
		bad=1
	done
	if [ $bad -eq 0 ]; then
		ok "$what"
	else
		not_ok "$what"
		echo "command: $*"
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
	cat "$dir/ours.out" "$dir/ours.err" "$dir/ours.calls" >"$dir/got"
	if [ "$(cat "$dir/ours.status")" -eq "$status" ] &&
		cmp -s "$dir/want" "$dir/got"; then
		ok "$what"
		return
	fi
	not_ok "$what"
	echo "command: $*"
	echo "status $(cat "$dir/ours.status"), not $status; wanted < and got >:"
	diff -a "$dir/want" "$dir/got" | head -n 20
}

need_kmod
need_fakekernel
find_programs
make_template
