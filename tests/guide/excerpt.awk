# SPDX-License-Identifier: GPL-2.0-only
#
# Are the blocks of a chapter that are named after a file really in it?
#
# awk -v name=NAME -f excerpt.awk CHAPTER FILE: each run of lines between "..."
# must be in FILE, in order. Status 1, and the line that is not, otherwise.
FNR == NR && /^```/ {
	inside = !inside && $2 == name
	if (inside)
		line[++n] = "..."	# anywhere to begin with
	next
}
FNR == NR && inside {
	line[++n] = $0
	at[n] = FILENAME ":" FNR
	next
}
FNR != NR { source[++m] = $0 }

# Does the run of lines that begins at @i stand in the source from @j on?
function stands(i, j) {
	for (; i <= n && line[i] !~ /^[ \t]*\.\.\.$/; i++)
		if (line[i] != source[j++])
			return 0
	return 1
}

END {
	for (i = 1; i <= n; i++) {
		if (line[i] !~ /^[ \t]*\.\.\.$/)
			continue
		# A new block may be of any place.
		j = i in at ? j : 1
		if (i == n || line[i + 1] ~ /^[ \t]*\.\.\.$/)
			continue
		while (j <= m && !stands(i + 1, j))
			j++
		if (j > m) {
			print at[i + 1] ": is not in " name " there: " line[i + 1]
			exit 1
		}
	}
}
