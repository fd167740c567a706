// SPDX-License-Identifier: GPL-2.0-only
/*
 * Modules and an instance for the commands that load again and again.
 *
 * One thread; blocks.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/cmd.h"
#include "cli/run.h"
#include "cli/trial.h"

static void on_log(void *arg, const char *text, size_t n)
{
	struct trial *trial = arg;

	strbuf_add(&trial->log, text, n);
}

static void on_content(void *arg, const void *data, size_t n)
{
	struct trial *trial = arg;

	strbuf_add(&trial->content, data, n);
}

static int add_file(struct trial *trial, const char *path)
{
	struct module_image *more, image;
	int err = session_open_module(path, "", &image);

	if (err) {
		strbuf_printf(&trial->session.error, "cannot read %s: %s", path,
			      strerror(-err));
		return err;
	}
	more = realloc(trial->images, (trial->nr + 1) * sizeof(*more));
	if (!more) {
		session_close_module(&image);
		return -ENOMEM;
	}
	trial->images = more;
	more[trial->nr++] = image;
	return 0;
}

static int add_word(struct trial *trial, const char *word)
{
	struct modlist list = {0};
	size_t i;
	int err;

	if (run_is_file(word))
		return add_file(trial, word);
	err = session_resolve(&trial->session, word, &list);
	for (i = 0; !err && i < list.n; i++)
		err = add_file(trial, list.path[i]);
	modlist_free(&list);
	return err;
}

int trial_open(struct trial *trial, const char *target, char **words, int n)
{
	struct session *s = &trial->session;
	int i, err;

	s->log = on_log;
	s->content = on_content;
	s->arg = trial;
	err = session_open(s, target);
	if (!err)
		err = session_prepare(s);
	for (i = 0; !err && i < n; i++)
		err = add_word(trial, words[i]);
	if (!err)
		return -1;
	fprintf(stderr, "ring3: %s\n",
		s->error.text ? s->error.text : strerror(-err));
	return trial->nr || err != -ENOENT ? CLI_FAILED : CLI_NO_TARGET;
}

void trial_close(struct trial *trial)
{
	trial_stop(trial);
	while (trial->nr)
		session_close_module(&trial->images[--trial->nr]);
	free(trial->images);
	strbuf_free(&trial->log);
	strbuf_free(&trial->content);
	strbuf_free(&trial->end);
	session_close(&trial->session);
}

int trial_start(struct trial *trial)
{
	int err;

	trial_stop(trial);
	strbuf_reset(&trial->end);
	err = session_start(&trial->session, &trial->instance);
	if (err)
		fprintf(stderr, "ring3: %s\n", trial->session.error.text);
	return err;
}

void trial_stop(struct trial *trial)
{
	struct instance_end end;

	if (!trial->instance)
		return;
	instance_wait(trial->instance, &end);
	instance_free(trial->instance);
	trial->instance = NULL;
	if (end.kind != INSTANCE_EXITED || end.why != RING3_EXIT_DONE)
		session_describe_end(&trial->session, &end, &trial->end);
}

int trial_job(struct trial *trial, struct ring3_job *job, int i)
{
	int err;

	strbuf_reset(&trial->log);
	if (!trial->instance)
		return -EPIPE;
	err = instance_job(trial->instance, job,
			   i < 0 ? NULL : &trial->images[i]);
	if (err)
		trial_stop(trial);
	return err;
}

long trial_unload(struct trial *trial, const char *name)
{
	/* As rmmod does: O_NONBLOCK. */
	struct ring3_job job = {.kind = RING3_JOB_UNLOAD, .flags = 04000};
	int err;

	snprintf(job.name, sizeof(job.name), "%s", name);
	err = trial_job(trial, &job, -1);
	return err ? err : job.result;
}

long trial_read(struct trial *trial, const char *path)
{
	struct ring3_job job = {.kind = RING3_JOB_SAVE, .args = path};
	int err;

	strbuf_reset(&trial->content);
	strbuf_puts(&trial->content, "");
	err = trial_job(trial, &job, -1);
	return err ? err : job.result;
}

unsigned long trial_memory(struct trial *trial, const char *key)
{
	const char *line;

	if (trial_read(trial, "/proc/meminfo"))
		return 0;
	line = strstr(trial->content.text, key);
	return line ? strtoul(line + strlen(key) + 1, NULL, 10) : 0;
}

int trial_number(const char *text, unsigned long low, unsigned long high,
		 unsigned int *value)
{
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno || end == text || *end || number < low || number > high) {
		fprintf(stderr, "ring3: '%s' is no number from %lu to %lu\n",
			text, low, high);
		return CLI_USAGE;
	}
	*value = number;
	return -1;
}

int trial_loader(const char *text, struct session *session)
{
	if (!strcmp(text, "kernel")) {
		session->options |= RING3_OPTION_KERNEL_LOADER;
		return -1;
	}
	if (!strcmp(text, "ring3"))
		return -1;
	fprintf(stderr, "ring3: the loader is ring3 or kernel, not '%s'\n",
		text);
	return CLI_USAGE;
}
