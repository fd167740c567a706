// SPDX-License-Identifier: GPL-2.0-only
/*
 * What became of the modules of a run, for programs: JSON, KTAP, JUnit's XML.
 */
#include <stdbool.h>
#include <string.h>
#include "cli/report_format.h"

static bool is_ok(const struct run_module *m)
{
	if (m->state == MODULE_BUSY && m->dependency)
		return !m->misbehaved.len;
	return m->state == MODULE_UNLOADED && !m->misbehaved.len;
}

static const char *state_name(enum module_state state)
{
	static const char *const names[] = {
		[MODULE_NEW] = "not-tried", [MODULE_REFUSED] = "refused",
		[MODULE_LOADED] = "loaded", [MODULE_UNLOADED] = "unloaded",
		[MODULE_BUSY] = "busy",	    [MODULE_LOST] = "lost",
	};

	return names[state];
}

static const char *text_of(const struct strbuf *text)
{
	return text->text ? text->text : "";
}

/* ---- the log ---- */

/* A line without its time; its length in @n. */
static const char *take_line(const char **log, size_t *n)
{
	const char *line = *log, *end = strchrnul(line, '\n'), *after;

	*log = *end ? end + 1 : end;
	after = *line == '[' ? memchr(line, ']', end - line) : NULL;
	if (after && after[1] == ' ')
		line = after + 2;
	*n = end - line;
	return line;
}

static bool starts(const char *line, size_t n, const char *word)
{
	return n >= strlen(word) && !strncmp(line, word, strlen(word));
}

/* What begins a report, of the checks or of the kernel. */
static bool is_title(const char *line, size_t n)
{
	return starts(line, n, "BUG: ") || starts(line, n, "WARNING: ") ||
	       starts(line, n, "UBSAN: ") || starts(line, n, "Oops: ") ||
	       (starts(line, n, "ring3: ") &&
		(memmem(line, n, "leaked ", 7) ||
		 memmem(line, n, "left behind: ", 13)));
}

/* ---- JSON ---- */

static void json_string(const char *text, size_t n, FILE *out)
{
	fputc('"', out);
	for (; n; n--, text++) {
		unsigned char c = *text;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < ' ' || c == 0x7f)
			fprintf(out, "\\u%04x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static void json_member(const char *name, const char *text, FILE *out)
{
	fprintf(out, "\"%s\": ", name);
	json_string(text, strlen(text), out);
}

static void json_module(const struct run_module *m, FILE *out)
{
	fputs("\n    {", out);
	json_member("name", m->name, out);
	fprintf(out, ", \"ok\": %s, ", is_ok(m) ? "true" : "false");
	json_member("state", state_name(m->state), out);
	fprintf(out,
		", \"errno\": %ld, \"init_ns\": %lu, \"exit_ns\": %lu, \"leaks\": %u, \"reports\": %u, ",
		-m->error, m->init_ns, m->exit_ns, m->leaks, m->reports);
	json_member("trouble", text_of(&m->misbehaved), out);
	fputc('}', out);
}

static void json_titles(const char *log, FILE *out)
{
	const char *separator = "", *line;
	size_t n;

	while (*log) {
		line = take_line(&log, &n);
		if (!is_title(line, n))
			continue;
		fprintf(out, "%s\n    ", separator);
		json_string(line, n, out);
		separator = ",";
	}
}

static void print_json(const struct run *run, const char *log, FILE *out)
{
	int i;

	fputs("{\n  ", out);
	json_member("target", run->session.target->release, out);
	fprintf(out, ",\n  \"ok\": %s,\n  ", run->bad ? "false" : "true");
	json_member("trouble", text_of(&run->trouble), out);
	fputs(",\n  \"modules\": [", out);
	for (i = 0; i < run->nr_modules; i++) {
		fputs(i ? "," : "", out);
		json_module(&run->modules[i], out);
	}
	fputs("\n  ],\n  \"reports\": [", out);
	json_titles(log, out);
	fputs("\n  ],\n  ", out);
	json_member("log", log, out);
	fputs("\n}\n", out);
}

/* ---- KTAP ---- */

static void print_ktap(const struct run *run, const char *log, FILE *out)
{
	const char *line;
	size_t n;
	int i;

	fprintf(out, "KTAP version 1\n1..%d\n", run->nr_modules);
	while (*log) {
		line = take_line(&log, &n);
		fprintf(out, "# %.*s\n", (int)n, line);
	}
	for (i = 0; i < run->nr_modules; i++) {
		const struct run_module *m = &run->modules[i];

		fprintf(out, "%s %d %s", is_ok(m) ? "ok" : "not ok", i + 1,
			m->name);
		if (m->state == MODULE_NEW)
			fputs(" # SKIP not tried", out);
		else if (!is_ok(m))
			fprintf(out, " # %s%s%s", state_name(m->state),
				m->misbehaved.len ? ": " : "",
				text_of(&m->misbehaved));
		fputc('\n', out);
	}
	if (run->trouble.len)
		fprintf(out, "# %s\n", run->trouble.text);
}

/* ---- JUnit ---- */

/* Control characters cannot be written in XML at all. */
static void xml_text(const char *text, FILE *out)
{
	for (; *text; text++) {
		unsigned char c = *text;

		if (c == '<')
			fputs("&lt;", out);
		else if (c == '>')
			fputs("&gt;", out);
		else if (c == '&')
			fputs("&amp;", out);
		else if (c == '"')
			fputs("&quot;", out);
		else if (c >= ' ' || c == '\n' || c == '\t')
			fputc(c, out);
	}
}

static void junit_module(const struct run_module *m, FILE *out)
{
	fprintf(out, "  <testcase classname=\"ring3\" name=\"");
	xml_text(m->name, out);
	fprintf(out, "\" time=\"%.6f\">", (m->init_ns + m->exit_ns) / 1e9);
	if (m->state == MODULE_NEW) {
		fputs("<skipped/>", out);
	} else if (!is_ok(m)) {
		fprintf(out, "<failure type=\"%s\" message=\"",
			state_name(m->state));
		xml_text(text_of(&m->misbehaved), out);
		fputs("\"/>", out);
	}
	fputs("</testcase>\n", out);
}

static void print_junit(const struct run *run, const char *log, FILE *out)
{
	int i, failures = 0, skipped = 0;

	for (i = 0; i < run->nr_modules; i++) {
		skipped += run->modules[i].state == MODULE_NEW;
		failures += run->modules[i].state != MODULE_NEW &&
			    !is_ok(&run->modules[i]);
	}
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" skipped=\"%d\">\n",
		run->session.target->release, run->nr_modules, failures,
		skipped);
	for (i = 0; i < run->nr_modules; i++)
		junit_module(&run->modules[i], out);
	fputs("  <system-out>", out);
	xml_text(log, out);
	fputs("</system-out>\n</testsuite>\n", out);
}

void report_format(const struct run *run, enum format format, const char *log,
		   FILE *out)
{
	switch (format) {
	case FORMAT_TEXT:
		break;
	case FORMAT_JSON:
		return print_json(run, log, out);
	case FORMAT_KTAP:
		return print_ktap(run, log, out);
	case FORMAT_JUNIT:
		return print_junit(run, log, out);
	}
}
