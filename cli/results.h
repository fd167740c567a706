/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Results of a sweep: lines of a partial file, a table, JSON.
 *
 * One owner, no locks; blocks on files.
 */
#ifndef CLI_RESULTS_H
#define CLI_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct strbuf;

enum verdict {
	VERDICT_OK, /* loads and unloads */
	VERDICT_BUSY, /* loads and refuses to unload */
	VERDICT_REFUSED, /* its init returns an error */
	VERDICT_MISBEHAVED, /* a warning or an oops */
	VERDICT_LOST, /* it took the instance down, hung, or died */
	NR_VERDICTS,
};

struct result_line {
	char name[64];
	enum verdict verdict;
	long error; /* negative errno, for BUSY and REFUSED */
	char culprit[64]; /* the dependency that it was about, or "" */
	unsigned long init_ns, exit_ns, wall_ns;
	char cause[256];
};

struct results {
	struct result_line *lines;
	size_t n;
};

/* Appends the line as JSON, with its newline. */
void results_format(const struct result_line *line, struct strbuf *text);

/* Reads a partial file.  @head: its first line must be this one (with the
 * newline), otherwise -ESTALE; NULL: any. */
int results_load(struct results *results, const char *path, const char *head);
void results_free(struct results *results);

/* Whether the module at @path has a result. */
bool results_have(const struct results *results, const char *path);
void results_sort(struct results *results);

/* Those that are not ok, then how many there are of each verdict. */
void results_print(const struct results *results, FILE *out);
int results_write_json(const struct results *results, const char *path,
		       const char *release);

/* Some module misbehaved or was lost. */
bool results_bad(const struct results *results);

/* The last line of the log that may say why, or else the errno in words, into
 * @line's cause. */
void results_cause_of_log(struct result_line *line, const char *log);

#endif
