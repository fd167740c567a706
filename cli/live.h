/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of ring3 run know of each other.
 */
#ifndef CLI_LIVE_H
#define CLI_LIVE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>
#include "cli/rundir.h"
#include "cli/session.h"
#include "lib/strbuf.h"

struct live {
	struct session session;
	struct instance *instance;
	struct rundir dir;
	FILE *console;
	int spawner; /* our end of its socket */
	int control; /* of the supervisor's */
	int listener; /* a copy of the filter's, for when the instance is gone */
	bool lost; /* it is */
	pid_t spawner_pid;
	pid_t first; /* the program asked for */
	int status; /* its end, as wait(2) gives it */
	bool ended; /* it has */
	struct strbuf log; /* since the last job */
	struct strbuf modules; /* /proc/modules at the end */
};

/* live_end.c: unloads what programs have loaded and left, and tells of what
 * that leaves behind. */
void live_unload_all(struct live *live);
/* Ends the programs that are still there, and tells of them. */
void live_end_programs(const struct live *live);

#endif
