/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Devices that programs stand for (--device): what the person asked for, the
 * programs' processes, and the instance's part.
 *
 * One thread; blocks.
 */
#ifndef CLI_DEVICES_H
#define CLI_DEVICES_H

#include <stdbool.h>
#include <sys/types.h>
#include <ring3/boundary.h>
#include "lib/strbuf.h"

struct instance;

struct device {
	char *word; /* as given: BUS:DEVICE=PROGRAM */
	char *name; /* of it, without the program */
	const char *program; /* part of word */
	char *description; /* for the kernel half, RING3_DEVICE_* */
	pid_t pid;
};

struct devices {
	struct device list[RING3_DEVICES];
	int fds[RING3_DEVICES]; /* our ends; -1 once the instance has them */
	int n;
};

/* Takes a word of the command line: 0, or -EINVAL, -E2BIG. */
int devices_parse(struct devices *devices, const char *word);
void devices_free(struct devices *devices);

/* Starts the programs, whose sockets are for the instance: 0 or -errno. */
int devices_start(struct devices *devices);
/* The instance has its copies. */
void devices_started(struct devices *devices);

/* Adds them to an instance that waits for a job: 0, or -errno and why. */
int devices_add(const struct devices *devices, struct instance *instance,
		struct strbuf *trouble);

/* When the instance is gone: ends the programs; those that came to a bad end
 * themselves are added to @trouble. */
void devices_end(struct devices *devices, struct strbuf *trouble);

#endif
