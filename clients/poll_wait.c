// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting in a program's place, so that it gets exactly the events that the
 * instance's kernel has: poll(2) and select(2) of nothing but the instance's
 * files, and all calls that wait for POLLPRI of one.  Otherwise, with files of
 * the host's among them, the host's kernel waits, on the pipes (file.c).
 *
 * Locked.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include "clients/internal.h"
#include "clients/poll_list.h"
#include "clients/rules.h"

/* The kernel's error for a call that goes on unless a handler has run. */
#define ERESTARTNOHAND 514

#define FOREVER (~0ul)

static struct request *waiting; /* linked by next_running */

static unsigned long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ul + t.tv_nsec;
}

/* ---- what the call says --------------------------------------------------------- */

static bool is_epoll(const struct request *r)
{
	return r->list->epoll >= 0;
}

static bool is_select(const struct request *r)
{
	return r->notif.data.nr == SYS_select ||
	       r->notif.data.nr == SYS_pselect6;
}

/* Where the call's mask of signals is, and its size; 0: it has none. */
static unsigned long mask_at(const struct request *r, unsigned long *size)
{
	const __u64 *args = r->notif.data.args;
	unsigned long pair[2] = {0};

	switch (r->notif.data.nr) {
	case SYS_ppoll:
		*size = args[4];
		return args[3];
	case SYS_epoll_pwait:
	case SYS_epoll_pwait2:
		*size = args[5];
		return args[4];
	case SYS_pselect6:
		if (args[5])
			memory_read(r->notif.pid, pair, args[5], sizeof(pair));
		*size = pair[1];
		return pair[0];
	}
	return 0;
}

/* Returns false if the mask is wrong, which is the host's to say. */
static bool read_mask(const struct request *r)
{
	struct poll_list *list = r->list;
	unsigned long size, at = mask_at(r, &size);

	list->has_mask = at;
	return !at ||
	       (size == sizeof(list->mask) &&
		memory_read(r->notif.pid, &list->mask, at, size) == size);
}

/* Where the call has its time, if it is not an argument itself. */
static unsigned long time_at(const struct request *r)
{
	const __u64 *args = r->notif.data.args;

	return args[is_epoll(r) ? 3 : r->notif.data.nr == SYS_ppoll ? 2 : 4];
}

/* Nanoseconds; FOREVER; or -EFAULT in *@err. */
static unsigned long timeout_of(const struct request *r, int *err)
{
	const __u64 *args = r->notif.data.args;
	unsigned int nr = r->notif.data.nr;
	unsigned long at = time_at(r);
	long pair[2];
	int ms;

	*err = 0;
	if (nr == SYS_poll || (is_epoll(r) && nr != SYS_epoll_pwait2)) {
		ms = args[nr == SYS_poll ? 2 : 3];
		return ms < 0 ? FOREVER : ms * 1000000ul;
	}
	if (!at)
		return FOREVER;
	if (memory_read(r->notif.pid, pair, at, sizeof(pair)) != sizeof(pair)) {
		*err = -EFAULT;
		return 0;
	}
	if (pair[0] < 0 || pair[1] < 0)
		*err = -EINVAL;
	return pair[0] * 1000000000ul +
	       pair[1] * (nr == SYS_select ? 1000ul : 1ul);
}

/* ---- what it gets ----------------------------------------------------------------- */

static unsigned int ready_of(const struct poll_entry *e)
{
	struct pollfd p = {.fd = e->host, .events = e->events};

	if (e->file)
		return e->file->ready;
	return e->host >= 0 && poll(&p, 1, 0) > 0 ? p.revents : 0;
}

static unsigned int events_at(const struct poll_entry *e)
{
	return ready_of(e) & (e->events | POLLERR | POLLHUP);
}

static long put_poll(const struct request *r)
{
	const struct poll_list *list = r->list;
	unsigned long at = r->notif.data.args[0];
	unsigned int i;
	long n = 0;
	short got;

	for (i = 0; i < list->n; i++) {
		got = events_at(&list->entry[i]);
		n += got != 0;
		if (memory_write(r->notif.pid,
				 at + i * sizeof(struct pollfd) +
					 offsetof(struct pollfd, revents),
				 &got, sizeof(got)) != sizeof(got))
			return -EFAULT;
	}
	return n;
}

/* What select(2) calls readable, writable and exceptional. */
static const unsigned int kinds[3] = {
	POLLRDNORM | POLLRDBAND | POLLIN | POLLHUP | POLLERR,
	POLLWRBAND | POLLWRNORM | POLLOUT | POLLERR,
	POLLPRI,
};

/* Which of the three sets an entry of list_of_select() comes from. */
static unsigned int set_of(const struct poll_entry *e)
{
	return e->events == POLLIN ? 0 : e->events == POLLOUT ? 1 : 2;
}

static long put_select(const struct request *r)
{
	const struct poll_list *list = r->list;
	fd_set sets[3];
	unsigned int i;
	long n = 0;

	memset(sets, 0, sizeof(sets));
	for (i = 0; i < list->n; i++) {
		const struct poll_entry *e = &list->entry[i];

		if (!(ready_of(e) & kinds[set_of(e)]))
			continue;
		FD_SET(e->fd, &sets[set_of(e)]);
		n++;
	}
	for (i = 0; i < 3; i++) {
		unsigned long at = r->notif.data.args[1 + i];
		size_t size = (r->notif.data.args[0] + 63) / 64 * 8;

		if (at &&
		    memory_write(r->notif.pid, at, &sets[i], size) != size)
			return -EFAULT;
	}
	return n;
}

/* select(2) and ppoll(2) leave the time that was not needed. */
static void put_remaining(const struct request *r)
{
	bool micro = r->notif.data.nr == SYS_select;
	unsigned long left = 0, t = now();
	long pair[2];

	if (r->notif.data.nr == SYS_poll || is_epoll(r) || r->until == FOREVER)
		return;
	if (r->until > t)
		left = r->until - t;
	pair[0] = left / 1000000000ul;
	pair[1] = left % 1000000000ul / (micro ? 1000 : 1);
	memory_write(r->notif.pid, time_at(r), pair, sizeof(pair));
}

static bool is_ready(const struct request *r)
{
	const struct poll_list *list = r->list;
	unsigned int i;

	for (i = 0; i < list->n; i++) {
		const struct poll_entry *e = &list->entry[i];

		if (is_select(r) ? ready_of(e) & kinds[set_of(e)]
				 : events_at(e))
			return true;
	}
	return false;
}

/* Whether the call is over, as it is in any case if it is @late; with what. */
static bool is_over(const struct request *r, bool late, long *result)
{
	if (is_epoll(r)) {
		*result = epoll_put(r);
		return *result || late;
	}
	if (!late && !is_ready(r))
		return false;
	*result = is_select(r) ? put_select(r) : put_poll(r);
	return true;
}

/* ---- waiting ------------------------------------------------------------------------ */

/* Of all that is not the instance's; what cannot be had the host waits for. */
static bool copy_hosts(const struct request *r)
{
	struct poll_list *list = r->list;
	unsigned int i;

	list->hosts = true;
	for (i = 0; i < list->n; i++) {
		struct poll_entry *e = &list->entry[i];

		if (e->file || e->fd < 0)
			continue;
		e->host = thread_copy_fd(r->notif.pid, e->fd);
		if (e->host < 0)
			return false;
	}
	return true;
}

bool poll_wait_fits(const struct request *r)
{
	const struct poll_list *list = r->list;
	unsigned int nr = r->notif.data.nr, i;
	bool any = false, hosts = false, urgent = false;

	if (!list || nr == SYS_epoll_ctl || native_is_hooked(nr) ||
	    !read_mask(r))
		return false;
	for (i = 0; i < list->n; i++) {
		const struct poll_entry *e = &list->entry[i];

		any = any || e->file;
		urgent = urgent || (e->file && e->events & POLLPRI);
		hosts = hosts || (!e->file && e->fd >= 0);
	}
	return any && (!hosts || (urgent && copy_hosts(r)));
}

void poll_wait(struct request *r)
{
	int err;
	unsigned long timeout = timeout_of(r, &err);
	long result;

	if (err) {
		request_answer(r, err);
		return;
	}
	r->until = timeout == FOREVER ? FOREVER : now() + timeout;
	if (is_over(r, !timeout, &result)) {
		if (timeout)
			put_remaining(r);
		request_answer(r, result);
		return;
	}
	r->next_running = waiting;
	waiting = r;
	watch_wake();
}

static void stop_waiting(struct request *r)
{
	struct request **link = &waiting;

	while (*link != r)
		link = &(*link)->next_running;
	*link = r->next_running;
}

static void look(struct request *r, bool late)
{
	long result;

	if (is_over(r, late, &result)) {
		stop_waiting(r);
		put_remaining(r);
		request_answer(r, result);
	}
}

void poll_wait_changed(void)
{
	struct request *r, *next;

	for (r = waiting; r; r = next) {
		next = r->next_running;
		look(r, false);
	}
}

static bool has_signal(struct request *r)
{
	return watch_has_signal(r, r->list->has_mask ? &r->list->mask : NULL);
}

/* A handler runs with the mask of the call, which only the host's kernel can
 * see to: it finds the signal as soon as it begins to wait. */
static void interrupt(struct request *r)
{
	stop_waiting(r);
	put_remaining(r);
	if (r->list->has_mask)
		request_continue(r);
	else
		request_answer(r, is_epoll(r) ? -EINTR : -ERESTARTNOHAND);
}

bool poll_wait_tick(void)
{
	struct request *r, *next;
	bool late;

	for (r = waiting; r; r = next) {
		next = r->next_running;
		late = r->until != FOREVER && now() >= r->until;
		if (!request_is_valid(r) || has_signal(r)) {
			interrupt(r);
		} else if (late || is_epoll(r) || r->list->hosts) {
			look(r, late);
		}
	}
	return waiting;
}
