# SPDX-License-Identifier: GPL-2.0-only
#
# What zsh offers when Tab is pressed: a zsh at a terminal of its own, which
# tells of each match that it adds.
#
#   zsh -f tests/complete.zsh FOLDER LINE...
#
# FOLDER has the completion functions. For each LINE, the matches, one a line,
# sorted, then a line "--".
emulate -R zsh
zmodload zsh/zpty || exit 77
setopt extended_glob
folder=$1
shift
scratch=$(mktemp -d) || exit 2
trap 'rm -rf $scratch' EXIT

cat >$scratch/rc <<'END'
PROMPT= RPROMPT=
unset zle_bracketed_paste
setopt no_beep
LISTMAX=100000
fpath=($folder $fpath)
autoload -Uz compinit
compinit -D -u
# Calls that fill arrays only ask; the others add.
compadd() {
	local -a found
	local -i end=${@[(i)(-|--)]}

	if [[ -n ${(M)@[1,end]:#-[OAD]*} ]]; then
		builtin compadd "$@"
		return
	fi
	builtin compadd -O found "$@"
	((${#found} == 0)) || print -rl -- $found >>$scratch/found
	builtin compadd "$@"
}
tell() {
	print -r -- '<''told''>'
}
complete-and-tell() {
	comppostfuncs=(tell)
	zle list-choices
}
zle -N complete-and-tell
bindkey '^I' complete-and-tell
bindkey '^U' kill-whole-line
print -r -- '<''ready''>'
END

# Reads the terminal until the word is there; ends all if that takes long.
await() {
	local word=$1 said= all=
	local -i i

	for ((i = 0; i < 300; i++)); do
		while zpty -rt shell said; do
			all+=$said
		done
		[[ $all != *"<$word>"* ]] || return
		sleep 0.1
	done
	print -ru2 -- "no answer: $all"
	exit 1
}

export folder scratch TERM=dumb
zpty shell zsh -f -i
zpty -w shell "source $scratch/rc"
await ready
for line; do
	: >$scratch/found
	zpty -wn shell $'\x15'"$line"$'\t'
	await told
	sort -u $scratch/found
	print -r -- --
done
zpty -d shell
