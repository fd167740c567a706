/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The boundary where clients are concerned: unmodified programs whose system
 * calls the instance's kernel runs.
 *
 * The supervisor (clients/, host half) catches a call, decides that it is the
 * instance's, and queues a struct ring3_call; the kernel half runs it in the
 * task that stands for the calling thread and says so by client_done().  The
 * structures are host memory; who may write to a member, and when, stands
 * beside it.  Includes nothing.
 */
#ifndef RING3_CLIENT_H
#define RING3_CLIENT_H

#define RING3_MAX_GROUPS 64

/* struct ring3_call, result: the kernel ended the task, by an oops or a signal;
 * the program is to die of it.  No system call returns it. */
#define RING3_RESULT_KILLED (-4095l)
/* ... of RING3_CALL_HOOKED: there is no hook any more; the host runs it. */
#define RING3_RESULT_HOST (-4094l)

/* Addresses that clients cannot have and both halves can use: what a system
 * call takes by pointer and the supervisor made lies there. */
#define RING3_SCRATCH	  0x4fff00000000ul
#define RING3_SCRATCH_END 0x500000000000ul

/*
 * struct ring3_client - one thread of a client.
 *
 * Written by the supervisor while no call of the thread is under way.
 */
struct ring3_client {
	int tid, tgid;
	unsigned int uid, euid, suid, fsuid;
	unsigned int gid, egid, sgid, fsgid;
	unsigned int nr_groups;
	unsigned int groups[RING3_MAX_GROUPS];
	unsigned long capabilities; /* effective and permitted, by number */
	unsigned int umask;
	char comm[16];
	/* The controlling terminal's number as in proc_pid_stat(5), or 0. */
	unsigned int tty;
	/* Raised with each change of the members above. */
	unsigned int generation;
	/* The kernel half's own: its task.  NULL until the first call, and
	 * again when RING3_CALL_EXIT is done. */
	void *task;
};

/*
 * struct ring3_lent - a file that the client passes to the instance, which may
 * keep it: a number that a system call takes for a descriptor.
 *
 * Belongs to the supervisor, as the call that it comes with.
 */
struct ring3_lent {
	void *file; /* an open file of the instance's, or NULL: */
	int fd; /* the host's; the kernel half closes it when it is done */
	unsigned int flags; /* its O_* flags */
	unsigned long size; /* of the file */
	const char *path; /* its name on the host */
	/* Where the system call finds the number; NULL: in args[2]. */
	unsigned int *number;
};

enum ring3_call_kind {
	/* System call nr with args. */
	RING3_CALL_SYSCALL,
	/* The same; the descriptor that it returns becomes file. */
	RING3_CALL_OPEN,
	/* The same; file stands in for the descriptor args[0]. */
	RING3_CALL_FILE,
	/* The same, and the descriptor that it returns becomes file then. */
	RING3_CALL_ACCEPT,
	/* file is closed for the last time; client may be NULL. */
	RING3_CALL_RELEASE,
	/* Entries of the directory at path args[0] (scratch memory) from
	 * position args[3] on, as getdents64(2) would put them, to args[1]
	 * of args[2] bytes; args[3] becomes the position behind them. */
	RING3_CALL_LIST,
	/* The readiness of file, for the events args[1] as in poll(2); from
	 * now on client_ready() tells of changes. */
	RING3_CALL_POLL,
	/* mmap(2) of file, args as there, offset in bytes: args[5] becomes
	 * the number of pages and scratch[] holds their physical addresses. */
	RING3_CALL_MMAP,
	/* finit_module(2): image, of size bytes, is the file; args[1], args[2]
	 * as there. */
	RING3_CALL_MODULE,
	/* System call nr with args, which the host runs: goes through the
	 * kernel's function because that has a hook, up to client_native(). */
	RING3_CALL_HOOKED,
	/* What the host's call returned: args[0]. */
	RING3_CALL_RESULT,
	/* What the thread waits for is to end as by a signal; with args[0],
	 * as by one that kills, and before later calls of any thread run. */
	RING3_CALL_INTERRUPT,
	/* The thread is gone: its task ends. */
	RING3_CALL_EXIT,
	/* No further calls: RING3_JOB_SERVE ends. */
	RING3_CALL_STOP,
};

/*
 * struct ring3_call - one system call on its way through the instance.
 *
 * Belongs to the supervisor before it is queued and after client_done(), to
 * the kernel half in between.
 */
struct ring3_call {
	struct ring3_call *next; /* in a queue of whoever has it */
	struct ring3_client *client;
	enum ring3_call_kind kind;
	unsigned int nr;
	unsigned long args[6];
	void *file; /* an open file, the kernel half's handle */
	const void *image;
	unsigned long size;
	unsigned long *scratch;
	/* SYSCALL: before it, the directories of path are made where they are
	 * missing, all but the last component, or all. */
	enum {
		RING3_MAKE_NOTHING,
		RING3_MAKE_PARENTS,
		RING3_MAKE_ALL,
	} make;
	/* OPEN: the path, PATH_MAX bytes, or NULL; for a directory the kernel
	 * half puts the one without links there. */
	char *path;
	/* FILE: another file goes along, or NULL. */
	struct ring3_lent *lent;
	/* Filled in by the kernel half: */
	long result; /* of the system call: value or -errno, -512 and such */
	unsigned int mode; /* OPEN, ACCEPT: S_IFMT of what was opened, */
	unsigned int flags; /* its O_* flags, */
	unsigned int can_poll; /* and whether its readiness can change */
	unsigned int ready; /* POLL: events of poll(2) */
};

#endif
