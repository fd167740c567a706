// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clients' threads: who they are, and when they end.
 *
 * Locked.  What a thread is called and may do is read when its first call comes
 * and again when something may have changed it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "clients/internal.h"

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL
#endif

#define BUCKETS		 1024
#define ALL_CAPABILITIES ((1ul << 41) - 1)

/* What a person may do to a kernel that is theirs, without being root in it:
 * load modules, read the log, make device nodes; capabilities(7). */
#define CAP_SYS_MODULE 16
#define CAP_MKNOD      27
#define CAP_SYSLOG     34
#define OWNER_CAPABILITIES                                                     \
	(1ul << CAP_SYS_MODULE | 1ul << CAP_MKNOD | 1ul << CAP_SYSLOG)

static struct client *buckets[BUCKETS];
static int filters; /* on a client that is not root by our `sudo` */
static int epoll_fd;
static uid_t owner; /* who started the instance */

int thread_set_up(int epoll)
{
	epoll_fd = epoll;
	owner = geteuid();
	return 0;
}

struct client *thread_find(int tid)
{
	struct client *c = buckets[tid % BUCKETS];

	while (c && c->shared.tid != tid)
		c = c->next;
	return c;
}

/* ---- /proc/TID/status, proc_pid_status(5) ------------------------------------ */

static const char *field(const char *status, const char *name)
{
	const char *found = strstr(status, name);

	return found ? found + strlen(name) : "";
}

static void parse_groups(struct ring3_client *c, const char *text)
{
	unsigned int group;
	int n;

	c->nr_groups = 0;
	while (c->nr_groups < RING3_MAX_GROUPS &&
	       sscanf(text, " %u%n", &group, &n) == 1) {
		c->groups[c->nr_groups++] = group;
		text += n;
		if (*text == '\n' || (*text == ' ' && text[1] == '\n'))
			break;
	}
}

/* A `sudo` of ours has put a second filter on its command. */
static void become_root(struct ring3_client *c)
{
	c->uid = c->euid = c->suid = c->fsuid = 0;
	c->gid = c->egid = c->sgid = c->fsgid = 0;
	c->nr_groups = 0;
}

static void parse_status(struct ring3_client *c, const char *status)
{
	sscanf(field(status, "\nTgid:"), "%d", &c->tgid);
	sscanf(field(status, "\nUid:"), "%u %u %u %u", &c->uid, &c->euid,
	       &c->suid, &c->fsuid);
	sscanf(field(status, "\nGid:"), "%u %u %u %u", &c->gid, &c->egid,
	       &c->sgid, &c->fsgid);
	sscanf(field(status, "\nUmask:"), "%o", &c->umask);
	parse_groups(c, field(status, "\nGroups:"));
	if (atoi(field(status, "\nSeccomp_filters:")) > filters)
		become_root(c);
	c->capabilities = !c->euid	     ? ALL_CAPABILITIES
			  : c->euid == owner ? OWNER_CAPABILITIES
					     : 0;
}

/* "TID (NAME) STATE PPID PGRP SESSION TTY ...", and anything may be in NAME. */
static void parse_stat(struct ring3_client *c, const char *stat)
{
	const char *name = strchr(stat, '('), *end = strrchr(stat, ')');

	if (!name || !end)
		return;
	snprintf(c->comm, sizeof(c->comm), "%.*s", (int)(end - name - 1),
		 name + 1);
	sscanf(end + 1, " %*c %*d %*d %*d %u", &c->tty);
}

static int read_proc(int tid, const char *name, char *to, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", tid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, to, size - 1);
	close(fd);
	if (n < 0)
		return -ESRCH;
	to[n] = 0;
	return n;
}

void thread_count_filters(int pid)
{
	char text[4096];

	if (read_proc(pid, "status", text, sizeof(text)) > 0)
		filters = atoi(field(text, "\nSeccomp_filters:"));
}

static pid_t number_in_status(int tid, const char *name)
{
	char text[4096];

	return read_proc(tid, "status", text, sizeof(text)) > 0
		       ? atoi(field(text, name))
		       : 0;
}

pid_t thread_process(int tid)
{
	pid_t pid = number_in_status(tid, "\nTgid:");

	return pid ? pid : tid;
}

pid_t thread_parent(int tid)
{
	return number_in_status(tid, "\nPPid:");
}

static int read_identity(struct ring3_client *c)
{
	char text[4096];
	int n = read_proc(c->tid, "status", text, sizeof(text));

	if (n < 0)
		return n;
	parse_status(c, text);
	if (read_proc(c->tid, "stat", text, sizeof(text)) > 0)
		parse_stat(c, text);
	c->generation++;
	return 0;
}

/* ---- coming and going ---------------------------------------------------------- */

static void open_pidfd(struct client *c)
{
	c->pidfd = syscall(SYS_pidfd_open, c->shared.tid, PIDFD_THREAD);
	c->pidfd_is_own = c->pidfd >= 0 || c->shared.tid == c->shared.tgid;
	/* Older kernels have descriptors for processes only. */
	if (c->pidfd < 0)
		c->pidfd = syscall(SYS_pidfd_open, c->shared.tgid, 0);
}

static void free_client(struct client *c)
{
	if (c->pidfd >= 0)
		close(c->pidfd);
	free(c);
}

static struct client *make(int tid)
{
	struct client *c = calloc(1, sizeof(*c));
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = tid};

	if (!c)
		return NULL;
	c->shared.tid = tid;
	if (read_identity(&c->shared)) {
		free(c);
		return NULL;
	}
	open_pidfd(c);
	if (c->pidfd >= 0)
		epoll_ctl(epoll_fd, EPOLL_CTL_ADD, c->pidfd, &event);
	c->next = buckets[tid % BUCKETS];
	buckets[tid % BUCKETS] = c;
	return c;
}

struct client *thread_get(int tid)
{
	struct client *c = thread_find(tid);

	if (c && c->exiting)
		return NULL;
	if (!c)
		return make(tid);
	if (c->stale) {
		c->stale = false;
		if (read_identity(&c->shared))
			return NULL;
	}
	return c;
}

void thread_changed(int tid)
{
	struct client *c = thread_find(tid);

	if (c)
		c->stale = true;
}

static void unlink_client(struct client *c)
{
	struct client **link = &buckets[c->shared.tid % BUCKETS];

	while (*link != c)
		link = &(*link)->next;
	*link = c->next;
}

/* Its task has ended, or there was none. */
static void gone(struct request *r)
{
	struct client *c = r->client;

	unlink_client(c);
	free_client(c);
	r->client = NULL;
	request_free(r);
}

/* The thread is dead: what it waits for in the instance ends, then its task. */
void thread_ended(int tid)
{
	struct client *c = thread_find(tid);
	struct request *r;

	if (!c || c->exiting || c->ending)
		return;
	r = request_running_of(c);
	if (r) {
		request_end(r);
		return;
	}
	r = request_new(NULL);
	if (!r)
		return;
	c->exiting = true;
	epoll_ctl(epoll_fd, EPOLL_CTL_DEL, c->pidfd, NULL);
	r->client = c;
	r->call.kind = RING3_CALL_EXIT;
	r->done = gone;
	if (c->shared.task)
		request_queue(r);
	else
		gone(r);
}

/* No call is served any more. */
void thread_end_all(void)
{
	struct client *c, *next;
	int i;

	for (i = 0; i < BUCKETS; i++) {
		for (c = buckets[i]; c; c = next) {
			next = c->next;
			thread_ended(c->shared.tid);
		}
	}
}

/* What the thread may do with @path, where we may do more than it. */
static int access_as(const struct ring3_client *c, const char *path, int mode)
{
	gid_t groups[RING3_MAX_GROUPS];
	int n = getgroups(RING3_MAX_GROUPS, groups), err = 0;
	uid_t uid = geteuid();
	gid_t gid = getegid();

	if (n < 0)
		return -errno;
	/* Of this thread alone, as glibc's are not. */
	syscall(SYS_setgroups, (size_t)c->nr_groups, c->groups);
	syscall(SYS_setfsgid, c->fsgid);
	syscall(SYS_setfsuid, c->fsuid);
	if (syscall(SYS_faccessat2, AT_FDCWD, path, mode, AT_EACCESS))
		err = -errno;
	syscall(SYS_setfsuid, uid);
	syscall(SYS_setfsgid, gid);
	syscall(SYS_setgroups, (size_t)n, groups);
	return err;
}

bool thread_is_others(int tid)
{
	struct client *c = owner ? NULL : thread_get(tid);

	return c && c->shared.fsuid;
}

int thread_access(int tid, const char *path, int mode)
{
	if (thread_is_others(tid))
		return access_as(&thread_find(tid)->shared, path, mode);
	return access(path, mode) ? -errno : 0;
}

int thread_link(int tid, const char *name, char *to)
{
	char link[64];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/%d/%s", tid, name);
	n = readlink(link, to, PATH_SIZE - 1);
	if (n < 0)
		return -errno;
	to[n] = 0;
	return 0;
}

int thread_stat_fd(int tid, int fd, struct stat *st)
{
	const struct client *c = thread_find(tid);
	int copy, err;

	/* Threads can have descriptors of their own. */
	if (!c || c->pidfd < 0 || !c->pidfd_is_own)
		return -EPERM;
	copy = syscall(SYS_pidfd_getfd, c->pidfd, fd, 0);
	if (copy < 0)
		return -errno;
	err = fstat(copy, st) ? -errno : 0;
	close(copy);
	return err;
}

/* A copy of the thread's descriptor @fd; or -errno.  pidfd_getfd(2). */
int thread_copy_fd(int tid, int fd)
{
	struct client *c = thread_get(tid);
	char path[64];
	int copy;

	if (!c)
		return -ESRCH;
	copy = syscall(SYS_pidfd_getfd, c->pidfd, fd, 0);
	if (copy >= 0)
		return copy;
	if (errno != EPERM)
		return -errno;
	/* Where that is not allowed, a file can be opened once more. */
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", tid, fd);
	copy = open(path, O_RDONLY | O_CLOEXEC);
	return copy < 0 ? -errno : copy;
}
