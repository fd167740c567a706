// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two transcripts beside each other, and the differences that are allowed.
 *
 * The file of those has, for each, "why REASON" and below it
 * "drop SCENARIO LINE": lines of the transcript to leave out, both patterns as of
 * file names; "all SCENARIO", whose steps then say what each loader is to do; or "stricter
 * SCENARIO": of a step "every", the numbers that ours refuses with a reason, on
 * a line that begins with ring3.  "on TARGET" in front says for which targets a
 * rule is, by a pattern.
 *
 * Where the kernel's loader comes to harm in a step "every" and ours does not,
 * there is nothing to compare.
 *
 * One thread; blocks on files and on diff(1).
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "cli/agree.h"
#include "lib/file.h"
#include "lib/spawn.h"

enum rule_kind {
	RULE_DROP,
	RULE_ALL,
	RULE_STRICTER,
	NR_KINDS,
};

struct rule {
	enum rule_kind kind;
	char *scenario, *line; /* patterns */
	char *only; /* targets that it is for, a pattern; NULL: all */
	bool is_on; /* for the target at work */
	bool was_on, used;
};

struct agree_rules {
	struct rule *rule;
	int n;
};

static const char *const kinds[NR_KINDS] = {
	[RULE_DROP] = "drop",
	[RULE_ALL] = "all",
	[RULE_STRICTER] = "stricter",
};

static int find_kind(const char *word)
{
	int i;

	for (i = 0; word && i < NR_KINDS; i++)
		if (!strcmp(word, kinds[i]))
			return i;
	return -1;
}

static int add_rule(struct agree_rules *rules, char *rest)
{
	const char *word = agree_word(&rest), *only = NULL, *scenario;
	struct rule rule = {0};
	int kind;

	if (word && !strcmp(word, "on")) {
		only = agree_word(&rest);
		word = agree_word(&rest);
	}
	kind = find_kind(word);
	scenario = agree_word(&rest);
	if (kind < 0 || !scenario || !*rest != (kind != RULE_DROP))
		return -EINVAL;
	rule.kind = kind;
	rule.only = only ? strdup(only) : NULL;
	rule.scenario = strdup(scenario);
	rule.line = strdup(kind == RULE_DROP ? rest : "*");
	rules->rule =
		realloc(rules->rule, (rules->n + 1) * sizeof(*rules->rule));
	rules->rule[rules->n++] = rule;
	return 0;
}

/* A rule stands below a reason. */
static int read_rules(struct agree_rules *rules, char *text, int *number)
{
	char *line, *next;
	bool reason = false;
	int err = 0;

	for (line = text; !err && line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = 0;
		++*number;
		if (!*line || *line == '#')
			continue;
		if (!strncmp(line, "why ", 4))
			reason = true;
		else
			err = reason ? add_rule(rules, line) : -EINVAL;
	}
	return err;
}

int agree_rules_read(const char *path, struct agree_rules **result,
		     struct strbuf *error)
{
	struct agree_rules *rules = calloc(1, sizeof(*rules));
	int number = 0, err;
	void *data;
	size_t size;

	if (!rules)
		return -ENOMEM;
	err = file_read(path, &data, &size);
	if (!err) {
		err = read_rules(rules, data, &number);
		free(data);
	}
	if (err) {
		strbuf_printf(error, "%s:%d: %s", path, number,
			      number ? "expected \"why REASON\" or, below one, "
				       "\"[on TARGET] drop SCENARIO LINE\", "
				       "\"... all SCENARIO\" "
				       "or \"... stricter SCENARIO\""
				     : strerror(-err));
		agree_rules_free(rules);
		return err;
	}
	*result = rules;
	return 0;
}

void agree_rules_free(struct agree_rules *rules)
{
	int i;

	if (!rules)
		return;
	for (i = 0; i < rules->n; i++) {
		free(rules->rule[i].scenario);
		free(rules->rule[i].line);
		free(rules->rule[i].only);
	}
	free(rules->rule);
	free(rules);
}

void agree_rules_for(struct agree_rules *rules, const char *release)
{
	int i;

	for (i = 0; i < rules->n; i++) {
		struct rule *rule = &rules->rule[i];

		rule->is_on = !rule->only || !fnmatch(rule->only, release, 0);
		rule->was_on |= rule->is_on;
	}
}

static bool is_dropped(struct agree_rules *rules, const char *scenario,
		       const char *line)
{
	int i;

	for (i = 0; i < rules->n; i++) {
		struct rule *rule = &rules->rule[i];

		if (!rule->is_on || rule->kind == RULE_STRICTER ||
		    fnmatch(rule->scenario, scenario, 0) ||
		    fnmatch(rule->line, line, 0))
			continue;
		rule->used = true;
		return true;
	}
	return false;
}

/* What became of each number of a step "every". */
enum {
	HARM = 1, /* the task or the instance did not survive, or a warning */
	REASON = 2, /* ring3's own */
	REFUSED = 4,
};

#define NUMBERS	   65536
#define NUMBER_MIN (-NUMBERS / 2)

/* The number of a line "  #12: text", as an index; *@text; or -1. */
static long number_of(const char *line, const char **text)
{
	long number;
	int n = 0;

	if (sscanf(line, "  #%ld: %n", &number, &n) != 1 || !n ||
	    number < NUMBER_MIN || number >= NUMBERS + NUMBER_MIN)
		return -1;
	*text = line + n;
	return number - NUMBER_MIN;
}

static bool starts(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

static void note_fates(const char *transcript, unsigned char *fates)
{
	char *copy = strdup(transcript), *line, *next;
	const char *text;
	long i;

	for (line = strtok_r(copy, "\n", &next); line;
	     line = strtok_r(NULL, "\n", &next)) {
		i = number_of(line, &text);
		if (i < 0)
			continue;
		if (starts(text, "killed") || starts(text, "warnings") ||
		    starts(text, "the end"))
			fates[i] |= HARM;
		if (starts(text, "log: ring3: "))
			fates[i] |= REASON;
		if (starts(text, "-E"))
			fates[i] |= REFUSED;
	}
	free(copy);
}

static bool may_be_stricter(struct agree_rules *rules, const char *scenario)
{
	int i;

	for (i = 0; i < rules->n; i++) {
		struct rule *rule = &rules->rule[i];

		if (!rule->is_on || rule->kind != RULE_STRICTER ||
		    fnmatch(rule->scenario, scenario, 0))
			continue;
		rule->used = true;
		return true;
	}
	return false;
}

/* For each number, whether it is left out of the comparison. */
static bool *choose_numbers(struct agree_rules *rules, const char *scenario,
			    const char *kernels, const char *ours)
{
	unsigned char *k = calloc(1, NUMBERS), *o = calloc(1, NUMBERS);
	bool *left_out = calloc(1, NUMBERS * sizeof(*left_out));
	long i;

	if (!k || !o || !left_out)
		abort();
	note_fates(kernels, k);
	note_fates(ours, o);
	for (i = 0; i < NUMBERS; i++) {
		if (k[i] & HARM && !(o[i] & HARM))
			left_out[i] = true;
		else if (o[i] == (REASON | REFUSED) &&
			 may_be_stricter(rules, scenario))
			left_out[i] = true;
	}
	free(k);
	free(o);
	return left_out;
}

static void filter(struct agree_rules *rules, const char *scenario,
		   const bool *left_out, const char *text, struct strbuf *out)
{
	char *copy = strdup(text), *line, *next;
	const char *rest;

	for (line = strtok_r(copy, "\n", &next); line;
	     line = strtok_r(NULL, "\n", &next)) {
		long i = number_of(line, &rest);

		if ((i < 0 || !left_out[i]) &&
		    !is_dropped(rules, scenario, line))
			strbuf_printf(out, "%s\n", line);
	}
	free(copy);
}

/* A file that diff(1) can open by the path. */
static int text_file(const struct strbuf *text, char **path)
{
	int fd = memfd_create("transcript", 0), err;

	if (fd < 0)
		return -errno;
	err = file_write_all(fd, text->text ? text->text : "", text->len);
	*path = str_printf("/dev/fd/%d", fd);
	if (err || lseek(fd, 0, SEEK_SET) < 0) {
		close(fd);
		return err ? err : -errno;
	}
	return fd;
}

static int diff(const struct strbuf *a, const struct strbuf *b,
		struct strbuf *out)
{
	char *path[2] = {NULL, NULL};
	int fd[2], status, err;

	fd[0] = text_file(a, &path[0]);
	fd[1] = text_file(b, &path[1]);
	if (fd[0] < 0 || fd[1] < 0) {
		err = fd[0] < 0 ? fd[0] : fd[1];
	} else {
		char *argv[] = {"diff",	  "-U3",     "--label",
				"kernel", "--label", "ring3",
				path[0],  path[1],   NULL};

		err = spawn_wait(argv, out, &status);
		if (!err && status > 1)
			err = -EIO;
	}
	if (fd[0] >= 0)
		close(fd[0]);
	if (fd[1] >= 0)
		close(fd[1]);
	free(path[0]);
	free(path[1]);
	return err;
}

/* The first lines of @text. */
static void shorten(const char *text, struct strbuf *out)
{
	const char *end = text;
	int n = 0;

	while (*end && n < AGREE_DIFF_LINES) {
		end += strcspn(end, "\n");
		end += *end == '\n';
		n++;
	}
	strbuf_add(out, text, end - text);
	if (*end)
		strbuf_puts(out, "... and more\n");
}

int agree_compare(struct agree_rules *rules, const char *scenario,
		  const char *kernels, const char *ours, struct strbuf *out)
{
	struct strbuf a = STRBUF_INIT, b = STRBUF_INIT, all = STRBUF_INIT;
	bool *left_out;
	int err = 0;

	if (!strcmp(kernels, ours))
		return 0;
	left_out = choose_numbers(rules, scenario, kernels, ours);
	filter(rules, scenario, left_out, kernels, &a);
	filter(rules, scenario, left_out, ours, &b);
	free(left_out);
	if (a.len != b.len || (a.len && memcmp(a.text, b.text, a.len)))
		err = diff(&a, &b, &all);
	if (all.len)
		shorten(all.text, out);
	strbuf_free(&all);
	strbuf_free(&a);
	strbuf_free(&b);
	return err;
}

void agree_rules_unused(const struct agree_rules *rules, struct strbuf *text)
{
	int i;

	for (i = 0; i < rules->n; i++)
		if (rules->rule[i].was_on && !rules->rule[i].used)
			strbuf_printf(text, "%s %s %s\n",
				      kinds[rules->rule[i].kind],
				      rules->rule[i].scenario,
				      rules->rule[i].line);
}
