// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an instance shows of its modules: /proc/modules, the taint, /sys/module
 * and the modules' part of /proc/kallsyms, for the transcript.
 *
 * One thread; blocks on the instance.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/agree.h"
#include "machine/instance.h"

/* A file, into run->content. */
static bool read_file(struct agree_run *run, const char *path)
{
	struct ring3_job job = {.kind = RING3_JOB_SAVE, .args = path};

	return agree_job(run, &job, NULL) && !job.result;
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Directories give their entries in no order that means anything. */
static char *sorted(const char *text)
{
	struct strbuf out = STRBUF_INIT;
	char *copy = strdup(text ? text : ""), *line, *next;
	char **lines = NULL;
	size_t n = 0, i;

	for (line = strtok_r(copy, "\n", &next); line;
	     line = strtok_r(NULL, "\n", &next)) {
		lines = realloc(lines, (n + 1) * sizeof(*lines));
		lines[n++] = line;
	}
	if (n)
		qsort(lines, n, sizeof(*lines), compare_lines);
	for (i = 0; i < n; i++)
		strbuf_printf(&out, "%s\n", lines[i]);
	free(lines);
	free(copy);
	return out.text ? out.text : strdup("");
}

void agree_note_tree(struct agree_run *run, const char *path)
{
	struct ring3_job job = {.kind = RING3_JOB_LIST, .args = path};
	char *lines;

	if (!agree_job(run, &job, NULL))
		return;
	lines = sorted(run->content.text);
	agree_mask_learn(&run->mask, lines);
	agree_note_lines(run, "", lines);
	strbuf_puts(&run->last, lines);
	free(lines);
	if (job.result)
		agree_note(run, "  %s: %s", path, strerrorname_np(-job.result));
}

static void note_symbols(struct agree_run *run)
{
	struct ring3_job job = {.kind = RING3_JOB_LIST,
				.args = "/proc/kallsyms"};

	if (!agree_job(run, &job, NULL))
		return;
	agree_note_lines(run, "symbol: ", run->content.text);
	if (job.result)
		agree_note(run, "  symbols: %s", strerrorname_np(-job.result));
	else if (run->content.text)
		strbuf_puts(&run->last, run->content.text);
}

/* All that /proc/modules lists, and @name if it does not. */
static void note_trees(struct agree_run *run, const char *name)
{
	char *modules = strdup(run->content.text ? run->content.text : "");
	char *line, *next, path[80];
	bool listed = false;

	for (line = strtok_r(modules, "\n", &next); line;
	     line = strtok_r(NULL, "\n", &next)) {
		line[strcspn(line, " ")] = 0;
		listed |= name && !strcmp(line, name);
		snprintf(path, sizeof(path), "/sys/module/%s", line);
		agree_note_tree(run, path);
	}
	if (name && !listed) {
		snprintf(path, sizeof(path), "/sys/module/%s", name);
		agree_note_tree(run, path);
	}
	free(modules);
}

void agree_note_state(struct agree_run *run, const char *name)
{
	if (!read_file(run, "/proc/sys/kernel/tainted"))
		return;
	agree_note_lines(run, "tainted: ", run->content.text);
	strbuf_printf(&run->last, "tainted: %s", run->content.text);
	if (!read_file(run, "/proc/modules"))
		return;
	agree_note_lines(run, "module: ", run->content.text);
	if (run->content.text)
		strbuf_puts(&run->last, run->content.text);
	note_trees(run, name);
	note_symbols(run);
}
