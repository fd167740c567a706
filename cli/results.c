// SPDX-License-Identifier: GPL-2.0-only
/*
 * Results of a sweep.  The partial file and the JSON have one line a module in
 * the same form, which only this file reads and writes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "cli/results.h"
#include "lib/file.h"
#include "lib/modfile.h"
#include "lib/strbuf.h"

static const char *const verdict_names[NR_VERDICTS] = {
	[VERDICT_OK] = "ok",	       [VERDICT_BUSY] = "busy",
	[VERDICT_REFUSED] = "refused", [VERDICT_MISBEHAVED] = "misbehaved",
	[VERDICT_LOST] = "lost",
};

static const char *error_name(long error)
{
	const char *name = error ? strerrorname_np(-error) : "";

	return name ? name : "?";
}

static void add_string(struct strbuf *text, const char *key, const char *value)
{
	strbuf_printf(text, ",\"%s\":\"", key);
	for (; *value; value++) {
		unsigned char c = *value;

		if (c == '"' || c == '\\')
			strbuf_printf(text, "\\%c", c);
		else if (c < ' ' || c > '~')
			strbuf_printf(text, "\\u%04x", c);
		else
			strbuf_add(text, value, 1);
	}
	strbuf_puts(text, "\"");
}

void results_format(const struct result_line *line, struct strbuf *text)
{
	strbuf_printf(text, "{\"module\":\"%s\",\"verdict\":\"%s\"", line->name,
		      verdict_names[line->verdict]);
	strbuf_printf(text, ",\"errno\":%ld", -line->error);
	add_string(text, "error", error_name(line->error));
	add_string(text, "culprit", line->culprit);
	strbuf_printf(text, ",\"init_us\":%lu,\"exit_us\":%lu,\"wall_us\":%lu",
		      line->init_ns / 1000, line->exit_ns / 1000,
		      line->wall_ns / 1000);
	add_string(text, "cause", line->cause);
	strbuf_puts(text, "}\n");
}

static bool read_string(const char *line, const char *key, char *to,
			size_t size)
{
	char pattern[80];
	const char *p;
	size_t n = 0;

	snprintf(pattern, sizeof(pattern), "\"%s\":\"", key);
	p = strstr(line, pattern);
	if (!p)
		return false;
	for (p += strlen(pattern); *p && *p != '"' && n + 1 < size; p++) {
		if (*p == '\\' && p[1] == 'u' && strlen(p) > 5)
			p += 5; /* not printable: of no interest in a table */
		else if (*p == '\\' && p[1])
			to[n++] = *++p;
		else
			to[n++] = *p;
	}
	to[n] = 0;
	return true;
}

static unsigned long read_number(const char *line, const char *key)
{
	char pattern[80];
	const char *p;

	snprintf(pattern, sizeof(pattern), "\"%s\":", key);
	p = strstr(line, pattern);
	return p ? strtoul(p + strlen(pattern), NULL, 10) : 0;
}

static int parse(const char *text, struct result_line *line)
{
	char verdict[32];
	int i;

	memset(line, 0, sizeof(*line));
	if (!read_string(text, "module", line->name, sizeof(line->name)) ||
	    !read_string(text, "verdict", verdict, sizeof(verdict)) ||
	    !read_string(text, "cause", line->cause, sizeof(line->cause)))
		return -EINVAL; /* cut off when the sweep was interrupted */
	read_string(text, "culprit", line->culprit, sizeof(line->culprit));
	for (i = 0; i < NR_VERDICTS; i++)
		if (!strcmp(verdict, verdict_names[i]))
			line->verdict = i;
	line->error = -(long)read_number(text, "errno");
	line->init_ns = read_number(text, "init_us") * 1000;
	line->exit_ns = read_number(text, "exit_us") * 1000;
	line->wall_ns = read_number(text, "wall_us") * 1000;
	return 0;
}

static void add_line(struct results *results, const char *text)
{
	struct result_line line;

	if (parse(text, &line))
		return;
	results->lines =
		realloc(results->lines, (results->n + 1) * sizeof(line));
	results->lines[results->n++] = line;
}

int results_load(struct results *results, const char *path, const char *head)
{
	void *data;
	char *line, *next;
	size_t size;
	int err = file_read(path, &data, &size);

	if (err)
		return err;
	if (head && strncmp(data, head, strlen(head))) {
		free(data);
		return -ESTALE;
	}
	next = strchr(data, '\n');
	while (next) {
		line = next + 1;
		next = strchr(line, '\n');
		if (!next)
			break;
		*next = 0;
		add_line(results, line);
	}
	free(data);
	return 0;
}

void results_free(struct results *results)
{
	free(results->lines);
	*results = (struct results){0};
}

bool results_have(const struct results *results, const char *path)
{
	char name[64];
	size_t i;

	modfile_name_of_path(path, name, sizeof(name));
	for (i = 0; i < results->n; i++)
		if (!strcmp(results->lines[i].name, name))
			return true;
	return false;
}

static int compare(const void *a, const void *b)
{
	const struct result_line *x = a, *y = b;

	if (x->verdict != y->verdict)
		return (int)x->verdict - (int)y->verdict;
	if (x->error != y->error)
		return x->error < y->error ? 1 : -1;
	return strcmp(x->name, y->name);
}

void results_sort(struct results *results)
{
	qsort(results->lines, results->n, sizeof(*results->lines), compare);
}

void results_print(const struct results *results, FILE *out)
{
	size_t count[NR_VERDICTS] = {0}, i;

	for (i = 0; i < results->n; i++) {
		const struct result_line *l = &results->lines[i];

		count[l->verdict]++;
		if (l->verdict == VERDICT_OK)
			continue;
		fprintf(out, "%-28s %-10s %-10s %s%s%s\n", l->name,
			verdict_names[l->verdict], error_name(l->error),
			l->culprit, *l->culprit ? ": " : "", l->cause);
	}
	for (i = 0; i < NR_VERDICTS; i++)
		fprintf(out, "%s %zu%s", verdict_names[i], count[i],
			i + 1 < NR_VERDICTS ? ", " : "\n");
}

int results_write_json(const struct results *results, const char *path,
		       const char *release)
{
	struct strbuf text = STRBUF_INIT;
	size_t i;
	int err;

	strbuf_printf(&text, "{\"target\":\"%s\",\"modules\":[\n", release);
	for (i = 0; i < results->n; i++) {
		results_format(&results->lines[i], &text);
		if (i + 1 < results->n)
			text.text[text.len - 1] = ',';
		if (i + 1 < results->n)
			strbuf_puts(&text, "\n");
	}
	strbuf_puts(&text, "]}\n");
	err = file_replace(path, text.text, text.len, 0644);
	strbuf_free(&text);
	return err;
}

bool results_bad(const struct results *results)
{
	size_t i;

	for (i = 0; i < results->n; i++)
		if (results->lines[i].verdict >= VERDICT_MISBEHAVED)
			return true;
	return false;
}

/* The loader's remarks on any module that is not the distribution's. */
static bool is_remark(const char *line, size_t n)
{
	return memmem(line, n, "module verification failed", 26) ||
	       memmem(line, n, "loading out-of-tree module", 26);
}

void results_cause_of_log(struct result_line *line, const char *log)
{
	const char *text = NULL, *next;
	size_t n, length = 0;

	for (; log && *log; log = next) {
		next = strchrnul(log, '\n');
		n = next - log;
		next += *next != 0;
		if (n && !is_remark(log, n)) {
			text = log;
			length = n;
		}
	}
	if (!text) {
		snprintf(line->cause, sizeof(line->cause), "%s",
			 strerror(-line->error));
		return;
	}
	/* Timestamps do not tell why. */
	if (*text == '[') {
		const char *bracket = memchr(text, ']', length);

		if (bracket && bracket + 2 < text + length) {
			length -= bracket + 2 - text;
			text = bracket + 2;
		}
	}
	snprintf(line->cause, sizeof(line->cause), "%.*s", (int)length, text);
}
