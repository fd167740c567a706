/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of system calls (dispatch.c), as those see it who carry them out.
 */
#ifndef CLIENTS_RULES_H
#define CLIENTS_RULES_H

#include "clients/internal.h"

enum call_class {
	RULE_NONE, /* not ours */
	RULE_FD, /* on a descriptor; fd_calls.c knows which argument it is */
	RULE_PATH,
	RULE_READY, /* waits for descriptors */
	RULE_SOCKET, /* makes a socket, or is about one */
	RULE_TRANSFER, /* the same, and so frequent that it is caught only where
			* sockets may be ours */
	RULE_OTHER, /* other_calls.c */
	RULE_HOOKS, /* only a hook in the instance may want to know */
};

/* Whether a path's last component is followed if it is a link. */
enum call_follow {
	FOLLOW,
	FOLLOW_NOT,
	FOLLOW_O_FLAGS, /* argument flags may have O_NOFOLLOW */
	FOLLOW_AT_FLAGS, /* AT_SYMLINK_NOFOLLOW */
	FOLLOW_HOW, /* argument flags is a struct open_how */
};

struct call_rule {
	enum call_class class;
	/* Numbers of arguments; -1: none. */
	signed char dirfd, path;
	signed char dirfd2, path2; /* path2 0: none */
	enum call_follow follow;
	signed char flags;
};

const struct call_rule *rule_of(const struct seccomp_notif *notif);

/* Hands the call to the instance in the thread's name, or if the thread is
 * gone, drops it. */
void dispatch_to_instance(struct request *r, enum ring3_call_kind kind);

/* fd_calls.c */
void call_on_fd(struct request *r);
/* path_calls.c */
void call_on_path(struct request *r, const struct call_rule *rule);
/* lend.c: whether a call on @f passes on another file, which lend() then puts
 * into r->lent; 0, or -errno for the program */
bool lends_file(const struct request *r, const struct vfile *f);
int lend(struct request *r);
/* elsewhere.c: on files of the host under another name: r->call has the paths
 * in scratch memory */
void call_elsewhere(struct request *r);
/* chdir(2) to a directory of ours, or with NULL to that at r->scratch */
void call_chdir(struct request *r, const char *shadow);
/* socket_calls.c */
void call_socket(struct request *r);
bool socket_is_boring(const struct seccomp_notif *notif);
/* other_calls.c */
void call_other(struct request *r);
bool other_changes_identity(unsigned int nr);
bool other_is_boring(const struct seccomp_notif *notif);
/* fetch.c: the file at the path at r->scratch into r->fd; then @fetched, with 0
 * or -errno.  Uses the three pages from there on. */
void fetch(struct request *r, void (*fetched)(struct request *r, int err));
/* mounts.c: whether @path is a table of mounts that the instance has a part in,
 * and opening the one at r->scratch */
bool is_mounts(const char *path);
void call_open_mounts(struct request *r, bool cloexec);
/* exec_calls.c */
void call_exec(struct request *r);
bool exec_is_boring(const struct seccomp_notif *notif);
/* poll_calls.c */
void call_poll(struct request *r);
/* dir_calls.c: getdents(2) or getdents64() at the directory @path of @kind */
void call_list(struct request *r, const char *path, enum path_kind kind);
/* mmap_calls.c */
void call_mmap(struct request *r);

#endif
