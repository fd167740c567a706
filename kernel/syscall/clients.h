/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of syscall/ know of each other, sectioned by the file that
 * defines it.
 */
#ifndef SYSCALL_CLIENTS_H
#define SYSCALL_CLIENTS_H

#include <linux/fs.h>
#include <linux/list.h>
#include "../internal.h"

/* tasks.c: the task that stands for a client's thread */
struct client_task {
	struct ring3_client *client;
	struct task_struct *task; /* NULL until it runs */
	struct ring3_call *call; /* to be run, or running */
	unsigned int generation; /* of client, as last taken over */
	/* A call that the host runs, on its way through a hook, or NULL. */
	struct ring3_call *native;
	bool has_result; /* of it: */
	long host_result;
	bool inside; /* for now, "a program's memory" is the instance's */
	bool has_pages; /* the call has come to pages of the program (pages.c) */
};

/* The calling task's, or NULL. */
struct client_task *client_current(void);

/* While @inside, the calling task's accesses to a program's memory are to the
 * instance's own. */
void client_stay_inside(struct client_task *ct, bool inside);

/* Hands @call to its thread's task, which it makes if there is none; in the
 * interrupt. */
void tasks_run(struct ring3_call *call);
/* RING3_CALL_INTERRUPT; in the interrupt. */
void tasks_interrupt(struct ring3_call *call);
/* Starts and ends the tasks that serve all clients; sleeps. */
int tasks_start(void);
void tasks_stop(void);

/* identity.c: makes current what @client says; sleeps */
int identity_adopt(const struct ring3_client *client);
/* Gives current all capabilities, if it may load modules; what revert_creds()
 * takes, or NULL: nothing has changed. */
const struct cred *identity_raise(void);

/* terminal.c: gives current the tty that stands for the host's, or none for 0;
 * sleeps */
void terminal_adopt(unsigned int number);

/* call.c: runs @call in the calling task, and fills in its result; sleeps */
void call_run(struct ring3_call *call);

/* files.c: an open file as the supervisor holds it */
struct client_file;
int files_make(struct file *file, struct client_file **result);
struct file *files_file(struct client_file *cf);
void files_release(struct client_file *cf);
/* Readiness for @events, and from now on notices of changes; sleeps. */
unsigned int files_poll(struct client_file *cf, unsigned int events);
/* After an operation on it: tells if its readiness is another now. */
void files_touched(struct client_file *cf);

/* hooks.c: from now on, hooks on system calls' functions are looked for */
void hooks_start(void);
/* Finds what the calls since the last time have changed; sleeps. */
void hooks_look(void);
/* Until hooks_end(), the body of @call's function is the host's; false if it
 * has no hook. */
bool hooks_begin(struct client_task *ct, struct ring3_call *call);
void hooks_end(struct client_task *ct);
/* Call @nr of current as entry code makes it, with its tracepoints: by the
 * kernel's function, or where only they are to see it, on the host; sleeps. */
long hooks_run(struct pt_regs *regs, unsigned int nr);
/* What the host's call returned; in the interrupt. */
void hooks_result(struct ring3_client *client, long result);

/* inner.c: whether ftrace or a kprobe is at @function's entry */
bool function_is_hooked(const void *function);
/* The last function with a hook that call @nr comes to behind @own, which is
 * the call's own function; or NULL. */
const void *inner_hooked(unsigned int nr, const void *own);

/* lent.c: the file that the client lends, with a reference for the caller;
 * sleeps */
struct file *lent_file(const struct ring3_lent *from);

/* list.c: RING3_CALL_LIST */
long list_directory(struct ring3_call *call);

/* mmap.c: RING3_CALL_MMAP */
long map_file(struct ring3_call *call);

/* pages.c: pages of programs that the kernel holds; all sleep.  Makes those of
 * current possible, which stands for a client. */
void pages_map(void);
/* Exchange what has changed; 0, or -EFAULT: the program may not write there. */
void pages_before_call(const struct ring3_client *client);
int pages_after_call(struct client_task *ct);
/* The process is gone. */
void pages_forget(int tgid);

/* inline.c: from now on, accesses in line are to clients' memory; sleeps */
int inline_start(void);

/* signal.c: passes signals that the kernel sent to current on to the client */
void signals_forward(struct client_task *ct);

#endif
