// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scenario files: "scenario NAME", then one step a line (agree_steps.c), which
 * may be for some only: "on TARGET STEP", a pattern, and "with LOADER STEP",
 * kernel or ring3.
 *
 * One thread; blocks on the file.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "cli/agree.h"
#include "lib/file.h"

struct reader {
	struct agree_book *book;
	const char *path;
	int line;
	struct strbuf *error;
};

static int wrong(const struct reader *r, const char *what, const char *word)
{
	strbuf_printf(r->error, "%s:%d: %s '%s'", r->path, r->line, what, word);
	return -EINVAL;
}

char *agree_word(char **rest)
{
	char *word = *rest + strspn(*rest, " \t"), *end;

	if (!*word)
		return NULL;
	end = word + strcspn(word, " \t");
	*rest = end + strspn(end, " \t");
	*end = 0;
	return word;
}

static bool is_known(const struct agree_book *book, const char *name)
{
	int i;

	for (i = 0; i < book->n; i++)
		if (!strcmp(book->scenarios[i].name, name))
			return true;
	return false;
}

static int add_scenario(struct reader *r, char *rest)
{
	struct agree_book *book = r->book;
	const char *name = agree_word(&rest), *on = agree_word(&rest);
	const char *only = agree_word(&rest);

	if (!name || (on && (strcmp(on, "on") || !only)))
		return wrong(r, "expected NAME [on TARGET], not", rest);
	if (is_known(book, name))
		return wrong(r, "there is a scenario already called", name);
	book->scenarios = realloc(book->scenarios,
				  (book->n + 1) * sizeof(*book->scenarios));
	book->scenarios[book->n++] = (struct agree_scenario){
		.name = strdup(name),
		.file = strdup(r->path),
		.line = r->line,
		.only = only ? strdup(only) : NULL,
	};
	return 0;
}

static void free_step(struct agree_step *step)
{
	free(step->words);
	free(step->only);
	free(step->with);
	free(step->rest);
}

/* "on TARGET" and "with LOADER" may stand in front; returns the verb. */
static char *parse_conditions(struct agree_step *step, char **rest)
{
	char *verb = agree_word(rest), *word;

	while (verb && (!strcmp(verb, "on") || !strcmp(verb, "with"))) {
		char **condition = *verb == 'o' ? &step->only : &step->with;

		word = agree_word(rest);
		free(*condition);
		*condition = strdup(word ? word : "");
		verb = agree_word(rest);
	}
	return verb;
}

static bool is_loader(const char *name)
{
	return !name || !strcmp(name, "kernel") || !strcmp(name, "ring3");
}

static int add_step(struct reader *r, const char *text)
{
	struct agree_step step = {.line = r->line, .words = strdup(text)};
	char *copy = strdup(text), *rest = copy;
	char *verb = parse_conditions(&step, &rest);
	struct agree_scenario *s;

	step.run = verb ? agree_verb(verb) : NULL;
	step.rest = strdup(rest);
	free(copy);
	if (!step.run || !r->book->n || !is_loader(step.with)) {
		wrong(r,
		      step.run && !r->book->n ? "before any scenario"
					      : "unknown step",
		      text);
		free_step(&step);
		return -EINVAL;
	}
	s = &r->book->scenarios[r->book->n - 1];
	s->steps = realloc(s->steps, (s->nr_steps + 1) * sizeof(*s->steps));
	s->steps[s->nr_steps++] = step;
	return 0;
}

static int read_line(struct reader *r, char *line)
{
	size_t n = strlen(line);
	char *start = line + strspn(line, " \t");

	while (n && (line[n - 1] == ' ' || line[n - 1] == '\t'))
		line[--n] = 0;
	if (!*start || *start == '#')
		return 0;
	if (!strncmp(start, "scenario ", 9))
		return add_scenario(r, start + 9);
	return add_step(r, start);
}

int agree_read(struct agree_book *book, const char *path, struct strbuf *error)
{
	struct reader r = {book, path, 0, error};
	char *line, *next;
	void *data;
	size_t size;
	int err = file_read(path, &data, &size);

	if (err) {
		strbuf_printf(error, "%s: %s", path, strerror(-err));
		return err;
	}
	for (line = data; !err && line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = 0;
		r.line++;
		err = read_line(&r, line);
	}
	free(data);
	return err;
}

static void free_scenario(struct agree_scenario *s)
{
	int i;

	for (i = 0; i < s->nr_steps; i++)
		free_step(&s->steps[i]);
	free(s->steps);
	free(s->name);
	free(s->file);
	free(s->only);
}

void agree_book_free(struct agree_book *book)
{
	int i;

	for (i = 0; i < book->n; i++)
		free_scenario(&book->scenarios[i]);
	free(book->scenarios);
}
