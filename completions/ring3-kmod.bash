# SPDX-License-Identifier: GPL-2.0-only
# Completion of the module tools' command lines for bash: lsmod, insmod, rmmod,
# modprobe, modinfo, depmod.  Needs no bash-completion.  Of the tools, only
# modinfo is run, for a module's parameters.
# shellcheck shell=bash

# Sets COMPREPLY to those of the words $1 that begin with $2.
_ring3_kmod_words()
{
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

_ring3_kmod_folders()
{
	compopt -o filenames
	mapfile -t COMPREPLY < <(compgen -d -- "$1")
}

_ring3_kmod_files()
{
	compopt -o filenames
	mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

# Module files, and folders on the way to them, besides what is there already.
_ring3_kmod_module_files()
{
	local -a found

	mapfile -t found < <(compgen -d -- "$1"
			     compgen -f -X '!*.ko*' -- "$1")
	((${#found[@]} == 0)) || compopt -o filenames
	COMPREPLY+=("${found[@]}")
}

# The value of one of the options "$@" on the command line so far, or the empty
# string.
_ring3_kmod_given()
{
	local i word option

	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		for option; do
			[[ $word == "$option" ]] || continue
			word=${COMP_WORDS[i + 1]}
			[[ $word != = ]] || word=${COMP_WORDS[i + 2]}
			echo "$word"
			return
		done
	done
}

_ring3_kmod_releases()
{
	local base=$1 tree

	for tree in "$base"/lib/modules/*/; do
		[[ ! -d $tree ]] || basename "$tree"
	done
}

# All modules of the kernel that the options name.
_ring3_kmod_modules()
{
	local base release

	base=$(_ring3_kmod_given -b --basedir -d --dirname)
	release=$(_ring3_kmod_given -k --set-version -S)
	sed -n 's|:.*||; s|.*/||; s|\.ko.*||p' \
		"$base/lib/modules/${release:-$(uname -r)}/modules.dep" \
		2>/dev/null
}

_ring3_kmod_loaded()
{
	cut -d ' ' -f 1 /proc/modules 2>/dev/null
}

# The names of modules begin with $1; a dash there is good, too.
_ring3_kmod_names()
{
	local word=$2

	[[ $word == *-* ]] && ! compgen -W "$1" -- "$word" >/dev/null &&
		word=${word//-/_}
	_ring3_kmod_words "$1" "$word"
}

# Parameters of the first module on the command line.
_ring3_kmod_parameters()
{
	local module=$1 word=$2

	compopt -o nospace
	_ring3_kmod_words "$(modinfo -F parm "$module" 2>/dev/null |
		sed -n 's/^\([A-Za-z0-9_]*\):.*/\1=/p')" "$word"
}

# The first word that is no option, or the empty string.
_ring3_kmod_first()
{
	local i

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-C | -d | -S | -w | --config | --dirname | --set-version)
			((i++)) ;;
		-* | =) ;;
		*)
			echo "${COMP_WORDS[i]}"
			return ;;
		esac
	done
}

_ring3_kmod_options()
{
	case $1 in
	lsmod)
		echo "--json --tree --syslog --verbose" ;;
	insmod)
		echo "--force --force-modversion --force-vermagic --syslog" \
			"--verbose" ;;
	rmmod)
		echo "--force --syslog --verbose" ;;
	modprobe)
		echo "--all --remove --remove-holders --wait --show-alias" \
			"--first-time --ignore-install --ignore-remove" \
			"--use-blacklist --force --force-modversion" \
			"--force-vermagic --show-depends --show-config" \
			"--show-modversions --show-exports --dry-run --show" \
			"--config --dirname --set-version --syslog --quiet --verbose" ;;
	modinfo)
		echo "--author --description --license --parameters" \
			"--filename --null --modname --field --set-version" \
			"--basedir --check --json" ;;
	depmod)
		echo "--all --quick --basedir --moduledir --outdir --config" \
			"--symvers --filesyms --errsyms --verbose --show" \
			"--symbol-prefix --warn --cache --no-cache --compat" \
			"--threads" ;;
	esac
	echo "--version --help"
}

# The value of option $2 of the tool $1, of which $3 is there; fails if it
# takes none.
_ring3_kmod_value()
{
	case $1:$2 in
	modinfo:-F | modinfo:--field)
		_ring3_kmod_words "filename alias author build-id depends
			description firmware import_ns intree license name parm
			retpoline sig_hashalgo sig_id sig_key signature signer
			softdep srcversion vermagic version weakdep" "$3" ;;
	modinfo:-k | *:--set-version | modprobe:-S)
		_ring3_kmod_words "$(_ring3_kmod_releases \
			"$(_ring3_kmod_given -b --basedir -d --dirname)")" \
			"$3" ;;
	modinfo:-b | depmod:-b | *:--basedir | modprobe:-d | *:--dirname | \
		depmod:-o | *:--outdir | depmod:-m | *:--moduledir)
		_ring3_kmod_folders "$3" ;;
	*:-C | *:--config | depmod:-E | *:--symvers | depmod:-F | *:--filesyms)
		_ring3_kmod_files "$3" ;;
	modprobe:-w | *:--wait | depmod:-P | *:--symbol-prefix | *:--compat | \
		*:--threads)
		;;
	*)
		return 1 ;;
	esac
}

_ring3_kmod_insmod()
{
	local first

	first=$(_ring3_kmod_first)
	if [[ -n $first ]]; then
		_ring3_kmod_parameters "$first" "$1"
	else
		_ring3_kmod_module_files "$1"
	fi
}

_ring3_kmod_modprobe()
{
	local first

	case " ${COMP_WORDS[*]:1:COMP_CWORD-1} " in
	*" -r "* | *" --remove "*)
		_ring3_kmod_names "$(_ring3_kmod_loaded)" "$1"
		return ;;
	*" -a "* | *" --all "*) ;;
	*)
		first=$(_ring3_kmod_first)
		if [[ -n $first ]]; then
			_ring3_kmod_parameters "$first" "$1"
			return
		fi ;;
	esac
	_ring3_kmod_names "$(_ring3_kmod_modules)" "$1"
	[[ $1 != */* && $1 != .* ]] || _ring3_kmod_module_files "$1"
}

_ring3_kmod_modinfo()
{
	_ring3_kmod_names "$(_ring3_kmod_modules)" "$1"
	_ring3_kmod_module_files "$1"
}

_ring3_kmod()
{
	local tool=${1##*/}
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}

	COMPREPLY=()
	# "--field=name" comes as three words.
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = ]] && ((COMP_CWORD > 2)); then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	if _ring3_kmod_value "$tool" "$prev" "$cur"; then
		return
	elif [[ $cur == -* ]]; then
		_ring3_kmod_words "$(_ring3_kmod_options "$tool")" "$cur"
		return
	fi
	case $tool in
	insmod) _ring3_kmod_insmod "$cur" ;;
	rmmod) _ring3_kmod_names "$(_ring3_kmod_loaded)" "$cur" ;;
	modprobe) _ring3_kmod_modprobe "$cur" ;;
	modinfo) _ring3_kmod_modinfo "$cur" ;;
	depmod) _ring3_kmod_words "$(_ring3_kmod_releases \
		"$(_ring3_kmod_given -b --basedir)")" "$cur" ;;
	esac
}

complete -F _ring3_kmod lsmod insmod rmmod modprobe modinfo depmod
