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
	int host; /* a copy of a descriptor of the host's, or -1 */
	unsigned long data; /* epoll: what the program gets with the events */
};

struct poll_list {
	unsigned int n, next; /* still to be asked for */
	bool hosts; /* some entries are copies */
	int epoll; /* a copy of what epoll_wait(2) is called with, or -1 */
	bool has_mask; /* meanwhile these signals are blocked: */
	unsigned long mask;
	struct poll_entry entry[];
};

/* poll_calls.c: @n entries' room, or NULL; and one more entry */
struct poll_list *poll_list_new(size_t n);
struct poll_entry *poll_list_add(struct poll_list *list, int fd,
				 unsigned int events);

/* epoll_wait.c: the instance's files that the descriptor waits for, or NULL if
 * the host's kernel can show what they are ready for */
struct poll_list *epoll_list_of(const struct request *r);
/* Gives the program what there is now: how much, or -EFAULT. */
long epoll_put(const struct request *r);

/* poll_wait.c: whether it is us who can tell; if so, waits and answers */
bool poll_wait_fits(const struct request *r);
void poll_wait(struct request *r);

#endif
