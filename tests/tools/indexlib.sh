# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the tests of depmod share, beside lib.sh. Sourced, by bash.

# fake FILE EXPORTS NEEDS INFO...: a module as depmod sees it, by assembler.
# "w:NAME" among NEEDS is a weak one.
fake() {
	local file=$1 exports=$2 needs=$3 word

	shift 3
	{
		for word in $exports; do
			echo '.section __ksymtab_strings,"aMS",@progbits,1'
			echo ".asciz \"$word\""
		done
		echo .data
		for word in $needs; do
			[[ $word != w:* ]] || echo ".weak ${word#w:}"
			echo ".quad ${word#w:}"
		done
		for word; do
			echo '.section .modinfo,"a"'
			echo ".asciz \"$word\""
		done
	} | ${CC:-gcc} -c -x assembler - -o "$file"
}

need_assembler() {
	fake "$dir/try.ko" a b c=d 2>/dev/null ||
		skip_all "no compiler to make modules with"
}

# new_tree: an empty one for release 6.1.0 in $base; $tree is its folder.
new_tree() {
	base=$dir/base
	tree=$base/lib/modules/6.1.0
	rm -rf "$base"
	mkdir -p "$tree/kernel/a" "$tree/kernel/b"
}

# A tree with most of what depmod may meet in a sound one.
fill_tree() {
	new_tree
	fake "$tree/kernel/a/alpha.ko" "a1 a2 shared" "b1 printk w:weak" \
		alias=foo alias=foo "alias=bar-[a-z-]*" "alias=odd]" \
		alias=char-major-10-200 alias=devname:alpha "softdep=pre: beta"
	fake "$tree/kernel/b/beta.ko" "b1 shared" "printk nosuch" alias=foo \
		alias=devname:nomajor weakdep=alpha "softdep=post: x" \
		"softdep=pre: y"
	fake "$tree/kernel/b/gam-ma.ko" g1 "a1 a2 b1" alias=block-major-8-1 \
		alias=devname:gam/ma
	fake "$tree/kernel/b/delta.ko" "" "g1 shared shared"
	fake "$tree/kernel/b/lone.ko" "" ""
	printf 'kernel/%s\n' b/gam-ma.ko a/alpha.ko none.ko \
		>"$tree/modules.order"
	printf 'kernel/%s\n' x/bu-iltin.ko x/second.ko >"$tree/modules.builtin"
	printf '%s\0' bu_iltin.alias=al-ias bu_iltin.foo=1 'second.alias=a[-]b' \
		second.alias=al-ias second.license=GPL \
		>"$tree/modules.builtin.modinfo"
}

# The files of DIR that depmod makes, with their checksums.
made_in() { # DIR
	(cd "$1" && md5sum modules.{dep,alias,softdep,weakdep,symbols,devname} \
		modules.*.bin 2>/dev/null | grep -Ev 'modules.(cache|tree).bin')
}

# Ours writes what the installed kmod's version does.
as_kmod() {
	kmod_version=$("$theirs/depmod" -V | sed -n 's/^kmod version \([0-9]*\).*/\1/p')
	rm "$ours/depmod"
	printf '#!/bin/sh\nexec "%s" depmod --compat=%s "$@"\n' \
		"$KMOD" "$kmod_version" >"$ours/depmod"
	chmod +x "$ours/depmod"
}

# Module trees of whole kernels that are here.
kernel_trees() {
	local cache=${RING3_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ring3} folder

	for folder in /lib/modules/* "$cache"/targets/*/lib/modules/* \
		"$cache"/targets/*/usr/lib/modules/*; do
		[ ! -d "$folder/kernel" ] || echo "$folder"
	done
}

# link_tree FROM BASE: a tree of the same modules to write indexes in. To unpack
# all that are compressed takes long: only some of these, unless FULL is set.
link_tree() {
	local release=${1##*/} to part

	to=$2/lib/modules/$release
	mkdir -p "$to"
	if [ -n "$FULL" ] || find "$1/kernel/fs" -name '*.ko' | grep -q .; then
		ln -s "$1/kernel" "$to/kernel"
	else
		mkdir "$to/kernel"
		for part in fs lib crypto block; do
			[ ! -d "$1/kernel/$part" ] ||
				ln -s "$1/kernel/$part" "$to/kernel/$part"
		done
	fi
	cp "$1"/modules.{order,builtin,builtin.modinfo} "$to" 2>/dev/null
}
