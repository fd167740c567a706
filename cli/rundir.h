/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The folder of a running instance: what its programs find in it, and how other
 * commands find the instance.
 */
#ifndef CLI_RUNDIR_H
#define CLI_RUNDIR_H

#include "image/target.h"

struct rundir {
	char *path; /* .../ring3/PID, PID that of ring3 run */
	char *modules; /* its /lib/modules */
	char *bin; /* first in its programs' PATH */
	char *console; /* the kernel's console, written to */
	char *places; /* what was mounted or made inside; the supervisor's */
	char *report; /* what ring3 run has to say when nobody listens */
	char *socket; /* where ring3 attach asks for programs */
};

/* What another command can know of an instance: the file `instance` in its
 * folder. */
struct rundir_info {
	pid_t pid; /* of ring3 run */
	pid_t spawner; /* from which its programs descend */
	long started; /* time(2) */
	char release[128];
	char name[64]; /* --name, or empty */
	char command[128]; /* the first program's */
};

/* Makes the folder for @target; 0 or -errno. */
int rundir_make(const struct target *target, struct rundir *dir);
/* Says what the instance is; 0 or -errno. */
int rundir_write_info(const struct rundir *dir, const struct rundir_info *info);
/*
 * Calls @fn with each instance of this person that runs, in no order, until it
 * returns other than 0, which is returned.  Folders of those that died without
 * taking theirs away are removed.
 */
int rundir_each(int (*fn)(const char *path, const struct rundir_info *info,
			  void *arg),
		void *arg);
/* Takes it away, with all that is in it. */
void rundir_remove(struct rundir *dir);

#endif
