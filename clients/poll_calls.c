// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting for descriptors: the host's kernel waits, on pipes that are made as
 * ready as the instance's files are (file.c).  Before a program waits, the
 * instance is asked once; from then on it tells of changes.
 *
 * Locked.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "clients/internal.h"
#include "clients/poll_list.h"
#include "clients/rules.h"

struct poll_list *poll_list_new(size_t n)
{
	struct poll_list *list =
		calloc(1, sizeof(*list) + n * sizeof(*list->entry));

	if (list)
		list->epoll = -1;
	return list;
}

struct poll_entry *poll_list_add(struct poll_list *list, int fd,
				 unsigned int events)
{
	struct poll_entry *e = &list->entry[list->n++];

	*e = (struct poll_entry){.fd = fd, .events = events, .host = -1};
	return e;
}

static struct poll_list *list_of_poll(const struct request *r)
{
	size_t n = r->call.args[1], i;
	struct pollfd *fds;
	struct poll_list *list;

	if (n > 65536)
		return NULL;
	fds = calloc(n + 1, sizeof(*fds));
	list = poll_list_new(n);
	if (fds && list &&
	    memory_read(r->notif.pid, fds, r->call.args[0], n * sizeof(*fds)) ==
		    n * sizeof(*fds))
		for (i = 0; i < n; i++)
			poll_list_add(list, fds[i].fd, fds[i].events);
	free(fds);
	return list;
}

static void add_set(const struct request *r, struct poll_list *list, int set,
		    unsigned int events)
{
	int fd, n = r->call.args[0];
	fd_set fds;

	FD_ZERO(&fds);
	if (!r->call.args[set] ||
	    !memory_read(r->notif.pid, &fds, r->call.args[set], (n + 7) / 8))
		return;
	for (fd = 0; fd < n; fd++)
		if (FD_ISSET(fd, &fds))
			poll_list_add(list, fd, events);
}

static struct poll_list *list_of_select(const struct request *r)
{
	struct poll_list *list;

	if (r->call.args[0] > FD_SETSIZE)
		return NULL;
	list = poll_list_new(3 * FD_SETSIZE);
	if (!list)
		return NULL;
	add_set(r, list, 1, POLLIN);
	add_set(r, list, 2, POLLOUT);
	add_set(r, list, 3, POLLPRI);
	return list;
}

static struct poll_list *list_of_epoll_ctl(const struct request *r)
{
	struct poll_list *list = poll_list_new(1);
	struct epoll_event event;

	if (list && r->call.args[1] != EPOLL_CTL_DEL &&
	    memory_read(r->notif.pid, &event, r->call.args[3], sizeof(event)) ==
		    sizeof(event))
		poll_list_add(list, r->call.args[2], event.events & 0xffff);
	return list;
}

static struct poll_list *list_of(const struct request *r)
{
	switch (r->notif.data.nr) {
	case SYS_poll:
	case SYS_ppoll:
		return list_of_poll(r);
	case SYS_select:
	case SYS_pselect6:
		return list_of_select(r);
	case SYS_epoll_ctl:
		return list_of_epoll_ctl(r);
	}
	return epoll_list_of(r);
}

static void ask_next(struct request *r);

static void asked(struct request *r)
{
	struct vfile *f = r->vfile;

	if (!r->call.result) {
		f->ready = r->call.ready;
		file_mirror(f, f->wanted);
	}
	r->vfile = NULL;
	file_put(f);
	ask_next(r);
}

/* Returns whether the instance has to be asked. */
static bool ask(struct request *r, struct poll_entry *e)
{
	struct vfile *f = file_at(r->notif.pid, e->fd);

	if (!f)
		return false;
	f->calls++;
	e->file = f;
	f->wanted = e->events;
	f->urgent = f->urgent || e->events & POLLPRI;
	if (r->notif.data.nr == SYS_epoll_ctl)
		f->spent = false;
	if (!f->can_poll) {
		file_mirror(f, e->events);
		return false;
	}
	file_use(f, r);
	r->call.args[1] = e->events;
	r->done = asked;
	return true;
}

void poll_list_free(struct poll_list *list)
{
	unsigned int i;

	if (!list)
		return;
	for (i = 0; i < list->n; i++) {
		if (list->entry[i].file)
			file_put(list->entry[i].file);
		if (list->entry[i].host >= 0)
			close(list->entry[i].host);
	}
	if (list->epoll >= 0)
		close(list->epoll);
	free(list);
}

static void ask_next(struct request *r)
{
	struct poll_list *list = r->list;

	while (list && list->next < list->n) {
		if (ask(r, &list->entry[list->next++])) {
			dispatch_to_instance(r, RING3_CALL_POLL);
			return;
		}
	}
	if (poll_wait_fits(r))
		poll_wait(r);
	else
		request_continue(r);
}

void call_poll(struct request *r)
{
	r->list = list_of(r);
	ask_next(r);
}
