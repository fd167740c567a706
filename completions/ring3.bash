# SPDX-License-Identifier: GPL-2.0-only
# Completion of ring3's command line for bash.  Needs no bash-completion, and
# nothing but `ring3 targets` and `ring3 ps` are run.
# shellcheck shell=bash

_ring3_releases()
{
	"$1" targets 2>/dev/null |
		sed -n '2,$s/^[* ] *\([^ ]*\).*/\1/p'
}

# Sets COMPREPLY to those of the words $1 that begin with $2.
_ring3_words()
{
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

_ring3_files()
{
	compopt -o filenames
	mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

_ring3_folders()
{
	compopt -o filenames
	mapfile -t COMPREPLY < <(compgen -d -- "$1")
}

_ring3_modules()
{
	compopt -o filenames
	mapfile -t COMPREPLY < <(compgen -d -- "$1"
				 compgen -f -X '!*.ko*' -- "$1")
}

# Completes $2 behind the "=" of a FROM=TO, if it is that of an option; "=" is
# a word of its own.
_ring3_second()
{
	local at=$COMP_CWORD

	[[ ${COMP_WORDS[at]} == = ]] || at=$((at - 1))
	[[ ${COMP_WORDS[at]} == = ]] && ((at > 3)) || return
	at=$((at - 2))
	[[ ${COMP_WORDS[at]} != = ]] || at=$((at - 1))
	case ${COMP_WORDS[at]} in
	--put) ;; # a path in the instance
	--save) _ring3_files "$1" ;;
	*) return 1 ;;
	esac
}

# The value of option $3 of command $2, of which $4 is there; fails if it takes
# none.
_ring3_value()
{
	case $2:$3 in
	*:-k | *:--target)
		_ring3_words "$(_ring3_releases "$1")" "$4" ;;
	*:--time)
		_ring3_words "virtual real" "$4" ;;
	run:--network)
		_ring3_words "host instance" "$4" ;;
	*:--loader)
		_ring3_words "ring3 kernel" "$4" ;;
	fuzz-loader:-o | fuzz-loader:--output | *:-c | *:--corpus | *:--modules)
		_ring3_folders "$4" ;;
	*:-o | *:--output | agree:-f | *:--file | *:--damage | *:--differences)
		_ring3_files "$4" ;;
	test:--fail)
		_ring3_words "each" "$4" ;;
	test:--script | fuzz:-harness | fuzz:--harness)
		_ring3_files "$4" ;;
	build:--sanitize)
		_ring3_words "address undefined thread coverage trace locks" "$4" ;;
	*:--put)
		_ring3_files "$4"
		compopt -o nospace ;;
	*:--append | *:--save | run:--name | run:--from) ;;
	*:--timeout | *:-j | *:--jobs | *:-n | *:--runs | *:--rounds | \
		*:-s | *:--seed | *:-f | *:--first | *:--findings | *:-r | \
		*:--repeat | *:-t | *:--tasks) ;;
	*)
		return 1 ;;
	esac
}

# Completes $1 behind "--coverage=": a value of it is in the same word.
_ring3_optional()
{
	local at=$COMP_CWORD

	[[ ${COMP_WORDS[at]} == = ]] || at=$((at - 1))
	[[ ${COMP_WORDS[at]} == = ]] &&
		[[ ${COMP_WORDS[at - 1]} == --coverage ]] && _ring3_files "$1"
}

_ring3_instances()
{
	"$1" ps 2>/dev/null | awk 'NR > 1 { print $1; if ($2 != "-") print $2 }'
}

_ring3_targets()
{
	local verb=${COMP_WORDS[2]}

	if ((COMP_CWORD == 2)); then
		_ring3_words "list add build remove headers --help" "$2"
	elif [[ $verb == build && $2 == -* ]]; then
		_ring3_words "--force --help" "$2"
	elif [[ $verb == add ]]; then
		_ring3_words "all" "$2"
	elif [[ $verb == build || $verb == remove ]] ||
		[[ $verb == headers && $COMP_CWORD -eq 3 ]]; then
		_ring3_words "$(_ring3_releases "$1")" "$2"
	fi
}

_ring3_options()
{
	case $1 in
	test)
		echo "--script --fail --schedules --seed --jobs" \
			"--target --time --keep-going --append --no-snapshot" \
			"--timeout --put --save --write --show --gpio --device --key --explain --coverage" \
			"--check --format --json --no-leaks --loader --quiet" ;;
	sweep)
		echo "--target --jobs --output --fresh --append --timeout" \
			"--check --loader --quiet" ;;
	fuzz-loader)
		echo "--replay --target --runs --seed --first --corpus" \
			"--output --loader --timeout --findings --warnings" ;;
	run)
		echo "--target --time --network --append --no-snapshot" \
			"--loader --no-leaks --device --keep --name --save --from" ;;
	build)
		echo "--target --output --sanitize --jobs" ;;
	fuzz)
		echo "-harness -target -runs -max_total_time -max_len -seed" \
			"-artifact_prefix -timeout -reset" ;;
	oom)
		echo "--target --repeat --verbose --loader --timeout" ;;
	stress)
		echo "--target --tasks --rounds --seed --loader --timeout" ;;
	agree)
		echo "--target --file --modules --damage --differences" \
			"--show --self --quiet" ;;
	check-abi)
		echo "--target --verbose" ;;
	bench | bench-load)
		echo "--target" ;;
	leds)
		echo "--watch --count" ;;
	esac
	echo "--help"
}

_ring3()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]}

	COMPREPLY=()
	# "--time=real" comes as three words.
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = ]] && ((COMP_CWORD > 2)); then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	if ((COMP_CWORD == 1)); then
		_ring3_words "test run attach ps stop gpio leds build fuzz sweep bench fuzz-loader oom stress bench-load
			agree check-abi targets --help --version" "$cur"
	elif [[ $command == targets ]]; then
		_ring3_targets "$1" "$cur"
	elif _ring3_second "$cur" || _ring3_optional "$cur" ||
		_ring3_value "$1" "$command" "$prev" "$cur"; then
		:
	elif [[ $cur == -* ]]; then
		_ring3_words "$(_ring3_options "$command")" "$cur"
	else
		case $command in
		build) _ring3_folders "$cur" ;;
		gpio)
			((COMP_CWORD > 2)) || _ring3_words "set get" "$cur" ;;
		attach | stop)
			((COMP_CWORD > 2)) ||
				_ring3_words "$(_ring3_instances "$1")" "$cur" ;;
		test | fuzz | bench | fuzz-loader | oom | stress | bench-load | check-abi)
			_ring3_modules "$cur" ;;
		esac
	fi
}

complete -F _ring3 ring3
