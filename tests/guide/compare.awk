# SPDX-License-Identifier: GPL-2.0-only
#
# Compares what a chapter's commands printed with what the chapter says.
#
# awk -v write=FLAG -v conditions=WORDS -v masks=SED -v tmp=DIR -f compare.awk
# OUT CHAPTER: OUT has a line "@@@ N" before what the Nth command printed. With
# write, DIR/written becomes the chapter with what was printed. Status 1 if
# something differs.
function masked(count, text, result,    file, sed, i) {
	file = tmp "/lines"
	sed = "sed -E -f " masks " " file
	printf "" >file
	for (i = 1; i <= count; i++)
		print text[i] >file
	close(file)
	for (i = 1; i <= count; i++)
		sed | getline result[i]
	close(sed)
}

# "..." in a line is any text.
function like(got, want,    part, k, i, p) {
	k = split(want, part, /\.\.\./)
	if (k < 2)
		return got == want
	if (substr(got, 1, length(part[1])) != part[1])
		return 0
	got = substr(got, length(part[1]) + 1)
	for (i = 2; i < k; i++) {
		p = index(got, part[i])
		if (!p)
			return 0
		got = substr(got, p + length(part[i]))
	}
	return length(got) >= length(part[k]) && \
		substr(got, length(got) - length(part[k]) + 1) == part[k]
}

# From the @i'th line wanted and the @j'th got on.
function same(i, j,    k) {
	for (; i <= wanted; i++) {
		if (want[i] == "...") {
			for (k = j; k <= got_n + 1; k++)
				if (same(i + 1, k))
					return 1
			return 0
		}
		if (j > got_n || !like(got[j], want[i]))
			return 0
		j++
	}
	return j > got_n
}

# The command that ends here was given in line @at.
function judge(    i) {
	if (!command)
		return
	for (i = 1; i <= got_n; i++)
		plain[i] = printed[command, i]
	if (agrees()) {
		for (i = 1; write && i <= wanted; i++)
			print wish[i] >(tmp "/written")
		return
	}
	for (i = 1; write && i <= got_n; i++)
		print plain[i] >(tmp "/written")
	if (write)
		return
	failed = 1
	print FILENAME ":" at ": " text
	for (i = 1; i <= wanted; i++)
		print "-" wish[i]
	for (i = 1; i <= got_n; i++)
		print "+" plain[i]
}

function agrees() {
	if (!compared || (wanted == got_n && raw_same()))
		return 1
	masked(wanted, wish, want)
	masked(got_n, plain, got)
	return same(1, 1)
}

function raw_same(    i) {
	for (i = 1; i <= wanted; i++)
		if (wish[i] != plain[i])
			return 0
	return 1
}

function holds(words,    word, k, i) {
	k = split(words, word, " ")
	for (i = 1; i <= k; i++)
		if (index(" " conditions, " " word[i]))
			return 1
	return 0
}

FNR == NR && /^@@@ / { n = $2; ended = $2 == "end"; next }
FNR == NR {
	# What a command left unfinished, the number follows in the same line.
	if (match($0, /@@@ [0-9a-z]+$/)) {
		printed[n, ++lines[n]] = substr($0, 1, RSTART - 1)
		n = substr($0, RSTART + 4)
		ended = n == "end"
	} else {
		printed[n, ++lines[n]] = $0
	}
	next
}

/^```/ {
	if (console)
		judge()
	command = 0
	console = $0 == "```console"
	compared = only == "" || holds(only)
	if (!console)
		only = ""
}
/^<!-- only .* -->$/ { only = substr($0, 11, length($0) - 14) }
console && /^\$ / {
	judge()
	command = ++commands
	got_n = lines[command] + 0
	wanted = 0
	at = FNR
	text = $0
}
console && command && !/^\$ / && !/^> / {
	wish[++wanted] = $0
	if (write)
		next
}
write { print >(tmp "/written") }

END {
	if (!ended) {
		print FILENAME ": the session did not come to its end; it last " \
			"printed: " printed[n, lines[n]]
		failed = 1
	}
	exit failed
}
