/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The descriptors that one call waits for.
 */
#ifndef CLIENTS_POLL_LIST_H
#define CLIENTS_POLL_LIST_H

#include "clients/internal.h"

struct poll_entry {
	int fd;
	unsigned int events;
	struct vfile *file; /* which counts the call as one that uses it */
};

struct poll_list {
	unsigned int n, next; /* still to be asked for */
	struct poll_entry entry[];
};

/* poll_wait.c: whether the instance alone can tell; if so, waits and answers */
bool poll_wait_fits(const struct request *r);
void poll_wait(struct request *r);

#endif
