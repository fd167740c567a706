/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of ring3 run know of each other.
 */
#ifndef CLI_LIVE_H
#define CLI_LIVE_H

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>
#include "cli/options.h"
#include "cli/rundir.h"
#include "cli/session.h"
#include "clients/spawner.h"
#include "lib/strbuf.h"

/* A program that someone waits for. */
struct program {
	struct program *next;
	pid_t pid; /* 0: has been asked for */
	int fd; /* who is told of its end, or -1 */
	bool is_first; /* the command of ring3 run */
};

struct live_options {
	struct options common;
	bool network; /* --network=instance */
	bool keep; /* --keep: goes on without the first program */
	const char *name; /* --name, or NULL */
	const char *save, *from; /* snapshots by name, or NULL */
};

struct live {
	struct session session;
	struct instance *instance;
	struct rundir dir;
	const struct live_options *options;
	char **command; /* with its arguments; empty: the shell */
	int front; /* who is told of the command's end, or -1 */
	FILE *console;
	int spawner; /* our end of its socket */
	int control; /* of the supervisor's */
	int door; /* where others attach */
	int listener; /* a copy of the filter's, for when the instance is gone */
	bool lost; /* it is */
	pid_t spawner_pid;
	struct program *programs; /* in the order in which they were asked for */
	int status; /* the first one's end, as wait(2) gives it */
	bool ended; /* it has */
	bool save_failed;
	struct strbuf log; /* since the last job */
	struct strbuf modules; /* /proc/modules at the end */
};

/* live_options.c: as options_parse(), for ring3 run */
int live_options_parse(struct live_options *options, int argc, char **argv);

/* live_programs.c: the programs, and who asked for them */

/* Opens the door; 0 or -errno. */
int live_open_door(struct live *live);
/* Has the spawner start the command of ring3 run; 0 or -errno. */
int live_start_first(struct live *live);
/* Descriptors to listen to, behind those of who attached: at most @n, with
 * the number returned. */
unsigned int live_poll_set(const struct live *live, struct pollfd *set,
			   unsigned int n);
/* What poll(2) says of them. */
void live_poll_result(struct live *live, const struct pollfd *set,
		      unsigned int n);
/* The spawner tells of a program. */
void live_program_event(struct live *live, const struct spawn_event *event);
/* The environment of programs in the instance whose folder is @dir. */
void live_set_environment(const char *dir);

/* live_front.c: with --keep, the process that waits for the command while a
 * child of it runs the instance.  Returns in both: in the child 0, with the
 * descriptor to tell of the end; in the other 1 with the exit status. */
int live_fork_front(int *front, int *status);
/* In the child, when the one in front is gone or about to be: what is printed
 * from now on goes to the report, which ring3 stop shows. */
void live_leave_front(struct live *live);

/* live_save.c: instances that are kept, by name */

/* Opens the session of the one called @name; 0 or -errno, the session's error
 * says why. */
int live_open_saved(struct session *s, const char *name, const char *target);
/* Gives the instance's folder what the saved one had in its. */
int live_restore_dir(const struct live *live, const char *name);
/* Keeps the instance, which serves no program any more; tells if that fails. */
void live_save(struct live *live, const char *name);

/* live_end.c: unmounts what programs have mounted, unloads what they have
 * loaded, and tells of what that leaves behind. */
void live_unmount_all(struct live *live);
void live_unload_all(struct live *live);
/* Calls @fn, if there is one, for each process that descends from @pid, children
 * first; returns how many. */
int live_each_descendant(pid_t pid, void (*fn)(pid_t pid, int arg), int arg);
/* Ends the programs that are still there, and tells of them. */
void live_end_programs(const struct live *live);

#endif
