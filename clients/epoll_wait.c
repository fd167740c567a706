// SPDX-License-Identifier: GPL-2.0-only
/*
 * epoll_wait(2) of the instance's files that a program waits for with EPOLLPRI,
 * which no pipe of the host's can show: what the descriptor waits for is read
 * from /proc, and its other files are asked for by a copy of it.  epoll(7),
 * proc_pid_fdinfo(5).
 *
 * Locked.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "clients/internal.h"
#include "clients/poll_list.h"

#define TARGETS_MAX 256
#define EVENTS_MAX  64

/* One line of the description: a file that the descriptor waits for. */
struct target {
	int fd;
	unsigned int events;
	unsigned long data;
	struct vfile *file; /* of the instance, or NULL */
};

static int read_targets(const struct request *r, int epfd,
			struct target *targets)
{
	char path[64], line[256];
	int n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", r->notif.pid, epfd);
	f = fopen(path, "re");
	if (!f)
		return 0;
	while (n < TARGETS_MAX && fgets(line, sizeof(line), f)) {
		struct target *t = &targets[n];
		unsigned long ino;

		if (sscanf(line, "tfd: %d events: %x data: %lx pos:%*d ino:%lx",
			   &t->fd, &t->events, &t->data, &ino) != 4)
			continue;
		t->file = file_at(r->notif.pid, t->fd);
		if (t->file && t->file->ino != ino)
			t->file = NULL;
		n++;
	}
	fclose(f);
	return n;
}

/* Whether what the program gets with an event tells which file it is. */
static bool is_unique(const struct target *targets, int n, int i)
{
	int other;

	for (other = 0; other < n; other++)
		if (other != i && targets[other].data == targets[i].data)
			return false;
	return true;
}

static bool fits(const struct target *targets, int n)
{
	bool urgent = false;
	int i;

	for (i = 0; i < n; i++) {
		if (!targets[i].file)
			continue;
		if (!is_unique(targets, n, i))
			return false;
		urgent = urgent || targets[i].events & EPOLLPRI;
	}
	return urgent;
}

/* What is not asked for need not be read of each descriptor. */
static bool any_is_urgent(void)
{
	const struct vfile *f = file_first();

	while (f && !f->urgent)
		f = f->next;
	return f;
}

struct poll_list *epoll_list_of(const struct request *r)
{
	struct target targets[TARGETS_MAX];
	int epfd = r->notif.data.args[0], i, n;
	struct poll_list *list;

	if ((int)r->notif.data.args[2] <= 0 || !any_is_urgent())
		return NULL;
	n = read_targets(r, epfd, targets);
	if (!fits(targets, n))
		return NULL;
	list = poll_list_new(n);
	if (!list)
		return NULL;
	list->epoll = thread_copy_fd(r->notif.pid, epfd);
	if (list->epoll < 0) {
		poll_list_free(list);
		return NULL;
	}
	for (i = 0; i < n; i++)
		if (targets[i].file)
			poll_list_add(list, targets[i].fd, targets[i].events)
				->data = targets[i].data;
	return list;
}

/* The pipe that stands for one of the instance's files says less than we know. */
static bool is_ours(const struct poll_list *list, unsigned long data)
{
	unsigned int i;

	for (i = 0; i < list->n; i++)
		if (list->entry[i].data == data)
			return true;
	return false;
}

static int get_hosts(const struct poll_list *list, int max,
		     struct epoll_event *events)
{
	int i, n = epoll_wait(list->epoll, events, max, 0), kept = 0;

	for (i = 0; i < n; i++)
		if (!is_ours(list, events[i].data.u64))
			events[kept++] = events[i];
	return kept;
}

static unsigned int events_of(const struct poll_entry *e)
{
	const struct vfile *f = e->file;

	if (!f || (e->events & EPOLLET && f->told == f->changes) ||
	    (e->events & EPOLLONESHOT && f->spent))
		return 0;
	return f->ready & (e->events | EPOLLERR | EPOLLHUP) & 0xffff;
}

long epoll_put(const struct request *r)
{
	const struct poll_list *list = r->list;
	struct epoll_event events[EVENTS_MAX];
	int max = r->notif.data.args[2], n;
	unsigned int i;
	size_t size;

	if (max > EVENTS_MAX)
		max = EVENTS_MAX;
	n = get_hosts(list, max, events);
	for (i = 0; i < list->n && n < max; i++) {
		const struct poll_entry *e = &list->entry[i];
		unsigned int got = events_of(e);

		if (!got)
			continue;
		e->file->told = e->file->changes;
		e->file->spent = true;
		events[n].events = got;
		events[n++].data.u64 = e->data;
	}
	size = n * sizeof(*events);
	if (size && memory_write(r->notif.pid, r->notif.data.args[1], events,
				 size) != size)
		return -EFAULT;
	return n;
}
