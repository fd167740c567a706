/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of ring3 agree share: scenarios, the transcript of one run of
 * a scenario, and what is masked in it.
 *
 * One thread; blocks.  Strings belong to the structure that holds them.
 */
#ifndef CLI_AGREE_H
#define CLI_AGREE_H

#include <stdbool.h>
#include <stddef.h>
#include "lib/strbuf.h"

struct session;
struct instance;
struct agree_run;

/* ---- scenarios: agree_scenario.c, agree_steps.c ---------------------------- */

struct agree_step {
	int line; /* in the scenario's file */
	char *words; /* the whole step, as written */
	char *only; /* targets that it is for, a pattern; NULL: all */
	char *with; /* the loader that it is for; NULL: both */
	void (*run)(struct agree_run *run, char *rest);
	char *rest; /* of words, behind the verb */
};

struct agree_scenario {
	char *name;
	char *file;
	int line;
	char *only; /* targets that it is for, a pattern; NULL: all */
	struct agree_step *steps;
	int nr_steps;
};

struct agree_book {
	struct agree_scenario *scenarios;
	int n;
};

/* Appends the scenarios of the file at @path.  0 or -errno; @error then says
 * where and what. */
int agree_read(struct agree_book *book, const char *path, struct strbuf *error);
void agree_book_free(struct agree_book *book);

/* Finds the function that does what @verb says, or returns NULL. */
void (*agree_verb(const char *verb))(struct agree_run *run, char *rest);

/* Cuts the next word off *@rest; NULL if there is none. */
char *agree_word(char **rest);

/* ---- one run: agree_run.c -------------------------------------------------- */

/* Where files are looked for. */
struct agree_place {
	const char *modules; /* the folder of the target's test modules */
	const char *damage; /* the program that damages modules */
	char *scratch; /* damaged ones */
};

struct agree_section {
	char module[64], name[64];
	unsigned long start;
	unsigned int listing; /* in which it was told */
};

/* What agree_mask.c knows while it masks one transcript. */
struct agree_mask {
	struct agree_section *sections;
	int nr_sections;
	unsigned int listing;
	bool in_trace;
};

struct agree_run {
	struct session *session;
	const struct agree_place *place;
	const struct agree_step *step;
	struct instance *instance;
	struct agree_mask mask;
	struct strbuf transcript;
	struct strbuf problems; /* steps that did not show what they say */
	struct strbuf last; /* what the last step brought, unmasked */
	struct strbuf all; /* and all before it */
	struct strbuf log, content; /* of the job at work */
	char prefix[24]; /* of the transcript's lines: "#12: ", or "" */
	long result; /* of the last step that has one */
	bool killed; /* its task was */
	bool over; /* the instance has ended */
};

/* Runs @scenario in a fresh instance.  0, or -errno when there is none;
 * session->error says why. */
int agree_run(struct agree_run *run, const struct agree_scenario *scenario);
void agree_run_free(struct agree_run *run);

struct ring3_job;
struct module_image;

/* Goes on in another fresh instance.  0 or -errno. */
int agree_restart(struct agree_run *run);

/* Gives the instance a job, and notes what it prints; true if the instance
 * lives on.  The content goes to run->content, and is the caller's to note. */
bool agree_job(struct agree_run *run, struct ring3_job *job,
	       const struct module_image *image);

/* A line of the transcript, masked. */
void agree_note(struct agree_run *run, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The lines of @text, each behind @label, masked. */
void agree_note_lines(struct agree_run *run, const char *label,
		      const char *text);

/* The step does not show what it says. */
void agree_problem(struct agree_run *run, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Notes what the instance shows of its modules; @name: one that may not be
 * among them, or NULL. */
void agree_note_state(struct agree_run *run, const char *name);

/* Notes the tree at @path of the instance. */
void agree_note_tree(struct agree_run *run, const char *path);

/* ---- masking: agree_mask.c ------------------------------------------------- */

/* Learns sections' addresses from lines about /sys/module/NAME/sections. */
void agree_mask_learn(struct agree_mask *mask, const char *listing);

/* Appends @line, without its newline, masked, with one; nothing if all of it
 * differs from run to run. */
void agree_mask_line(struct agree_mask *mask, const char *line,
		     struct strbuf *text);
void agree_mask_free(struct agree_mask *mask);

/* ---- comparing: agree_compare.c -------------------------------------------- */

struct agree_rules;

/* Reads the differences that are allowed.  0 or -errno, @error says why. */
int agree_rules_read(const char *path, struct agree_rules **rules,
		     struct strbuf *error);
void agree_rules_free(struct agree_rules *rules);

/* From now on, transcripts are those of the target @release. */
void agree_rules_for(struct agree_rules *rules, const char *release);

/* Appends to @diff what differs between the transcripts, beyond the rules, and
 * at most so many lines of it; nothing if they agree.  0 or -errno. */
#define AGREE_DIFF_LINES 60
int agree_compare(struct agree_rules *rules, const char *scenario,
		  const char *kernels, const char *ours, struct strbuf *diff);

/* Appends a line for each rule of the targets so far that no comparison needed. */
void agree_rules_unused(const struct agree_rules *rules, struct strbuf *text);

#endif
