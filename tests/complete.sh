# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the shells offer for a command line, each asked as it is: bash's function
# is called in a bash of its own, fish completes the line, and zsh gets a Tab at
# a terminal. Sourced, by bash; $top is the repository.

completions=$top/completions

# bash_offers FILE LINE: what it adds, one a line. Words are those of bash, with
# "=" one of its own.
bash_offers() {
	# shellcheck disable=SC2016
	bash --norc --noprofile -c '
		compopt() { :; }
		. "$1" || exit
		read -ra COMP_WORDS <<<"${2//=/ = }"
		[[ $2 != *[\ ] ]] || COMP_WORDS+=("")
		COMP_LINE=$2 COMP_POINT=${#2}
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		name=${COMP_WORDS[0]}
		function=$(complete -p "$name") || exit
		function=${function#*-F }
		"${function%% *}" "$name" "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
		((${#COMPREPLY[@]} == 0)) || printf "%s\n" "${COMPREPLY[@]}"
	' bash "$1" "$2" | sort -u
}

# Without what else is installed for the same commands.  Values come with their
# option, "--time=real".
fish_offers() { # FILE LINE
	# shellcheck disable=SC2016
	fish --no-config -c 'set fish_complete_path
		source $argv[1]
		complete -C $argv[2]' "$1" "$2" | cut -f 1 |
		sed 's/^--[a-z-]*=\(.\)/\1/' | sort -u
}

zsh_offers() { # LINE
	timeout -k 5 60 zsh -f "$top/tests/complete.zsh" "$completions" "$1" |
		grep -vx -e -- | sort -u
}

# shell_offers SHELL PROGRAM LINE: PROGRAM is ring3 or ring3-kmod.
shell_offers() {
	case $1 in
	bash) bash_offers "$completions/$2.bash" "$3" ;;
	fish) fish_offers "$completions/$2.fish" "$3" ;;
	zsh) zsh_offers "$3" ;;
	esac
}

# Those shells that are here; the others are skipped, once.
find_shells() {
	local shell

	shells=()
	for shell in bash zsh fish; do
		if command -v $shell >/dev/null; then
			shells+=($shell)
		else
			skip "completion of $shell" "no $shell"
		fi
	done
}

# offers PROGRAM LINE WANTED...: all shells offer these for the last word.
# Options with values may have a "=" behind them.
offers() {
	local program=$1 line=$2 shell word missing

	shift 2
	for shell in "${shells[@]}"; do
		shell_offers $shell $program "$line" | sed 's/=$//' >"$dir/offers"
		missing=
		for word; do
			grep -qxF -e "${word%=}" "$dir/offers" || missing+=" $word"
		done
		check "$shell: \"${line//"$dir"/DIR}\": $*" [ -z "$missing" ]
		[ -z "$missing" ] || echo "not offered:$missing; but" \
			"$(tr '\n' ' ' <"$dir/offers")"
	done
}

# denies PROGRAM LINE WORD: no shell offers it.
denies() {
	local shell

	for shell in "${shells[@]}"; do
		shell_offers $shell "$1" "$2" >"$dir/offers"
		check "$shell: \"${2//"$dir"/DIR}\": not $3" \
			[ -z "$(grep -xF -e "$3" "$dir/offers")" ]
	done
}
