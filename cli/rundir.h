/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The folder of a running instance: what its programs find in it, and how other
 * commands find the instance.
 */
#ifndef CLI_RUNDIR_H
#define CLI_RUNDIR_H

#include "image/target.h"

struct rundir {
	char *path; /* .../ring3/PID */
	char *modules; /* its /lib/modules */
	char *bin; /* first in its programs' PATH */
	char *console; /* the kernel's console, written to */
};

/* Makes the folder for @target; 0 or -errno. */
int rundir_make(const struct target *target, struct rundir *dir);
/* Takes it away, with all that is in it. */
void rundir_remove(struct rundir *dir);

#endif
