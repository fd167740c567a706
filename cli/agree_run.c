// SPDX-License-Identifier: GPL-2.0-only
/*
 * One scenario in one instance: its steps in order, and the transcript of what
 * they bring.
 *
 * One thread; blocks until the instance has ended.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/agree.h"
#include "cli/session.h"

static void on_log(void *arg, const char *text, size_t n)
{
	struct agree_run *run = arg;

	strbuf_add(&run->log, text, n);
}

static void on_content(void *arg, const void *data, size_t n)
{
	struct agree_run *run = arg;

	strbuf_add(&run->content, data, n);
}

void agree_note_lines(struct agree_run *run, const char *label,
		      const char *text)
{
	struct strbuf line = STRBUF_INIT;
	struct strbuf masked = STRBUF_INIT;
	size_t n;

	for (; text && *text; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		strbuf_reset(&line);
		strbuf_reset(&masked);
		strbuf_add(&line, text, n);
		strbuf_add(&line, "", 0);
		agree_mask_line(&run->mask, n ? line.text : "", &masked);
		if (masked.len)
			strbuf_printf(&run->transcript, "  %s%s%s", run->prefix,
				      label, masked.text);
	}
	strbuf_free(&line);
	strbuf_free(&masked);
}

void agree_note(struct agree_run *run, const char *format, ...)
{
	struct strbuf line = STRBUF_INIT;
	va_list args;
	char *text = NULL;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		abort();
	va_end(args);
	agree_mask_line(&run->mask, text, &line);
	if (line.len)
		strbuf_add(&run->transcript, line.text, line.len);
	strbuf_free(&line);
	free(text);
}

void agree_problem(struct agree_run *run, const char *format, ...)
{
	va_list args;
	char *text = NULL;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		abort();
	va_end(args);
	strbuf_printf(&run->problems, "line %d: %s: %s\n", run->step->line,
		      run->step->words, text);
	free(text);
}

/* Not the log's end: of a line, more may come with the next job. */
static void note_log(struct agree_run *run)
{
	char *end = run->log.len ? strrchr(run->log.text, '\n') : NULL;
	size_t n = end ? end + 1 - run->log.text : 0;
	char *rest;

	if (!n)
		return;
	rest = strdup(run->log.text + n);
	run->log.text[n] = 0;
	agree_note_lines(run, "log: ", run->log.text);
	strbuf_puts(&run->last, run->log.text);
	strbuf_reset(&run->log);
	strbuf_puts(&run->log, rest);
	free(rest);
}

static void note_end(struct agree_run *run)
{
	struct strbuf text = STRBUF_INIT;
	struct instance_end end;

	run->over = true;
	instance_wait(run->instance, &end);
	note_log(run);
	session_describe_end(run->session, &end, &text);
	agree_note(run, "  %sthe end: %s", run->prefix,
		   text.text ? text.text : "");
	strbuf_printf(&run->last, "the end: %s\n", text.text ? text.text : "");
	strbuf_free(&text);
}

bool agree_job(struct agree_run *run, struct ring3_job *job,
	       const struct module_image *image)
{
	if (run->over)
		return false;
	strbuf_reset(&run->content);
	if (instance_job(run->instance, job, image)) {
		note_end(run);
		return false;
	}
	note_log(run);
	return true;
}

static bool is_for(const char *pattern, const char *release)
{
	return !pattern || !fnmatch(pattern, release, 0);
}

static void do_step(struct agree_run *run, const struct agree_step *step)
{
	char *rest = strdup(step->rest);

	if (run->last.len)
		strbuf_add(&run->all, run->last.text, run->last.len);
	run->step = step;
	step->run(run, rest);
	free(rest);
}

int agree_restart(struct agree_run *run)
{
	struct instance_end end;
	int err;

	if (!run->over)
		instance_wait(run->instance, &end);
	instance_free(run->instance);
	run->instance = NULL;
	run->over = true;
	agree_mask_free(&run->mask);
	err = session_start(run->session, &run->instance);
	if (!err)
		run->over = false;
	return err;
}

int agree_run(struct agree_run *run, const struct agree_scenario *s)
{
	const char *release = run->session->target->release;
	const char *loader = run->session->options & RING3_OPTION_KERNEL_LOADER
				     ? "kernel"
				     : "ring3";
	struct instance_end end;
	int i, err;

	run->session->log = on_log;
	run->session->content = on_content;
	run->session->arg = run;
	err = session_start(run->session, &run->instance);
	if (err)
		return err;
	strbuf_puts(&run->transcript, "");
	for (i = 0; i < s->nr_steps; i++)
		if (is_for(s->steps[i].only, release) &&
		    is_for(s->steps[i].with, loader))
			do_step(run, &s->steps[i]);
	if (!run->transcript.len)
		strbuf_puts(&run->problems, "no step brought anything\n");
	if (!run->over)
		instance_wait(run->instance, &end);
	instance_free(run->instance);
	return 0;
}

void agree_run_free(struct agree_run *run)
{
	agree_mask_free(&run->mask);
	strbuf_free(&run->transcript);
	strbuf_free(&run->problems);
	strbuf_free(&run->last);
	strbuf_free(&run->all);
	strbuf_free(&run->log);
	strbuf_free(&run->content);
}
