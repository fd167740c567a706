/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The spawner: the process from which all clients descend, and messages to it
 * and from it over a SOCK_SEQPACKET pair.
 */
#ifndef CLIENTS_SPAWNER_H
#define CLIENTS_SPAWNER_H

#include <stddef.h>
#include <sys/types.h>

#define SPAWN_MAX 131072 /* bytes of one message */
/* The message of the spawner's own calls: where no program has memory. */
#define SPAWN_MESSAGE 0x4ffe00000000ul

#define SPAWN_FDS 3 /* standard ones, which come along */

/* To it: this, then the directory, the arguments and the environment, each
 * with its NUL. */
struct spawn_request {
	int nr_args, nr_env;
	int new_session; /* the first descriptor becomes its terminal */
};

enum spawn_event_kind {
	SPAWN_READY, /* the listener comes along */
	SPAWN_STARTED,
	SPAWN_FAILED, /* status: errno */
	SPAWN_ENDED, /* status: as wait(2) gives it */
};

struct spawn_event {
	enum spawn_event_kind kind;
	pid_t pid;
	int status;
};

/* In the caller, the two ends of the pair; before an instance is started whose
 * clients_prepare() makes the spawner. */
int spawner_pair(int *ours);
void spawner_close_theirs(void);
/* Sends a request; 0 or -errno.  The answer is an event. */
int spawner_request(int fd, char *const *argv, char *const *env,
		    const char *dir, const int *fds, int new_session);
/* Receives a request at @from and sends it on, with what comes along: 0,
 * -EPIPE if there is none to come, or another -errno. */
int spawner_forward(int from, int fd);
/* Sends an event on, without a descriptor; 0 or -errno. */
int spawner_tell(int fd, const struct spawn_event *event);
/* Waits for an event; its descriptor, or -1, is in *@fd.  -EPIPE at the end. */
int spawner_event(int fd, struct spawn_event *event, int *got_fd);

#endif
