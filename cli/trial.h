/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the commands share that load the same modules again and again under
 * hard conditions: the files, and an instance to ask.
 *
 * One thread; blocks; prints only what went wrong, on stderr.
 */
#ifndef CLI_TRIAL_H
#define CLI_TRIAL_H

#include "cli/session.h"

struct trial {
	struct session session;
	struct module_image *images; /* in loading order */
	int nr;
	struct instance *instance;
	struct strbuf log; /* of the kernel; trial_job() empties it */
	struct strbuf content; /* of the last trial_read() */
	struct strbuf end; /* how the instance ended, when it did */
};

/* Opens @target (NULL: the default) and its snapshot, and what @words say: a
 * file, or a module's name, which stands for its dependencies as well.  An exit
 * status, or -1 when all is well. */
int trial_open(struct trial *trial, const char *target, char **words, int n);
void trial_close(struct trial *trial);

/* A new instance; ends the one before.  0 or -errno. */
int trial_start(struct trial *trial);
void trial_stop(struct trial *trial);

/* Does @job, with module @i of images, or -1 for none.  0, or -EPIPE when the
 * instance ended of it; trial->end says how. */
int trial_job(struct trial *trial, struct ring3_job *job, int i);

/* Unloads @name: the result, or -EPIPE. */
long trial_unload(struct trial *trial, const char *name);

/* Reads a file of the instance into trial->content: 0 or -errno. */
long trial_read(struct trial *trial, const char *path);

/* The number behind "KEY:" in the instance's /proc/meminfo, kB. */
unsigned long trial_memory(struct trial *trial, const char *key);

/* As getopt's argument: a number from @low to @high. -1, or an exit status. */
int trial_number(const char *text, unsigned long low, unsigned long high,
		 unsigned int *value);

/* --loader=kernel|ring3.  The same. */
int trial_loader(const char *text, struct session *session);

#endif
