// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open files of the instance in programs' hands: each is one end of a pipe,
 * which a program can duplicate, pass on and keep over exec as any descriptor.
 *
 * The other end is ours, and tells when the last descriptor is gone.  What is
 * in the pipe makes it as ready as the file is, for poll(2) and its kin.
 *
 * Locked.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "clients/internal.h"

/* Two buffers: one makes it readable and leaves it writable. */
#define PIPE_SIZE 8192

unsigned int file_count;
static struct vfile *files;
static int epoll_fd;

int file_set_up(int epoll)
{
	epoll_fd = epoll;
	return 0;
}

struct vfile *file_first(void)
{
	return files;
}

/* ---- opening ------------------------------------------------------------------- */

int file_reopen(int fd, unsigned int flags)
{
	char path[64];
	int result;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	result = open(path, flags | O_CLOEXEC);
	return result < 0 ? -errno : result;
}

/* The program's end is opened with the access it asked for; ours is the other
 * one. */
static int make_pipe(unsigned int flags, int *ours, int *theirs)
{
	unsigned int access = flags & O_ACCMODE;
	int ends[2], fd;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	fcntl(ends[1], F_SETPIPE_SZ, PIPE_SIZE);
	fd = file_reopen(ends[0], (access == O_ACCMODE ? O_RDWR : access) |
					  (flags & O_NONBLOCK));
	*ours = access == O_WRONLY ? ends[0] : ends[1];
	close(access == O_WRONLY ? ends[1] : ends[0]);
	if (fd < 0) {
		close(*ours);
		return fd;
	}
	*theirs = fd;
	return 0;
}

int file_new(void *handle, unsigned int mode, unsigned int flags, bool can_poll,
	     const char *path, struct vfile **result, int *fd)
{
	struct epoll_event event = {.events = 0};
	struct vfile *f = calloc(1, sizeof(*f));
	struct stat st;
	int err;

	if (!f)
		return -ENOMEM;
	err = make_pipe(flags, &f->pipe, fd);
	if (err) {
		free(f);
		return err;
	}
	fstat(*fd, &st);
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	f->handle = handle;
	f->mode = mode;
	f->flags = flags;
	f->can_poll = can_poll;
	f->changes = 1;
	f->path = strdup(path);
	f->next = files;
	files = f;
	file_count++;
	books_add_pipe(f->ino);
	/* A file without poll() is always ready. */
	f->ready = can_poll ? 0 : POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
	event.data.ptr = f;
	epoll_ctl(epoll_fd, EPOLL_CTL_ADD, f->pipe, &event);
	*result = f;
	return 0;
}

/* ---- finding -------------------------------------------------------------------- */

static struct vfile *find(dev_t dev, ino_t ino)
{
	struct vfile *f = files;

	while (f && (f->ino != ino || f->dev != dev))
		f = f->next;
	return f;
}

/* Descriptors that were ours when last looked at. */
#define LIKELY 16
static struct likely {
	int tid;
	int fd;
} likely[LIKELY];

static struct likely *likely_slot(int tid, int fd)
{
	return &likely[((unsigned int)tid * 7 + fd) % LIKELY];
}

/* To hold one of the person's, if only for a moment, is avoided: if it is the
 * last to be closed, that takes effect here. */
static int stat_of(int tid, int fd, const struct likely *slot, struct stat *st)
{
	char path[64];
	int err = -EPERM;

	if (slot->tid == tid && slot->fd == fd)
		err = thread_stat_fd(tid, fd, st);
	if (err != -EPERM)
		return err;
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", tid, fd);
	return stat(path, st) ? -errno : 0;
}

struct vfile *file_at(int tid, int fd)
{
	struct likely *slot = likely_slot(tid, fd);
	struct vfile *f = NULL;
	struct stat st;

	if (fd < 0 || !file_count)
		return NULL;
	if (!stat_of(tid, fd, slot, &st) && S_ISFIFO(st.st_mode))
		f = find(st.st_dev, st.st_ino);
	*slot = f ? (struct likely){tid, fd} : (struct likely){0};
	return f;
}

/* ---- closing --------------------------------------------------------------------- */

void file_drop_handle(void *handle)
{
	struct request *r = request_new(NULL);

	if (!r)
		return;
	r->call.kind = RING3_CALL_RELEASE;
	r->call.file = handle;
	r->done = request_free;
	request_queue(r);
}

static void release(struct vfile *f)
{
	struct vfile **link = &files;

	while (*link != f)
		link = &(*link)->next;
	*link = f->next;
	file_count--;
	books_remove_pipe(f->ino);
	close(f->pipe);
	file_drop_handle(f->handle);
	free(f->path);
	free(f);
}

void file_use(struct vfile *f, struct request *r)
{
	f->calls++;
	r->vfile = f;
	r->call.file = f->handle;
}

void file_put(struct vfile *f)
{
	if (!--f->calls && f->closed)
		release(f);
}

static void hung_up(struct vfile *f)
{
	if (f->closed)
		return;
	f->closed = true;
	epoll_ctl(epoll_fd, EPOLL_CTL_DEL, f->pipe, NULL);
	if (!f->calls)
		release(f);
}

void file_event(const struct epoll_event *event)
{
	if (event->events & (EPOLLHUP | EPOLLERR))
		hung_up(event->data.ptr);
}

/* ---- readiness --------------------------------------------------------------------- */

static void empty_pipe(struct vfile *f)
{
	char buffer[PIPE_SIZE];
	int fd = file_reopen(f->pipe, O_RDONLY | O_NONBLOCK);

	if (fd < 0)
		return;
	while (read(fd, buffer, sizeof(buffer)) > 0)
		;
	close(fd);
}

static void fill_pipe(struct vfile *f, size_t n)
{
	static const char buffer[PIPE_SIZE];
	int fd = file_reopen(f->pipe, O_WRONLY | O_NONBLOCK);

	if (fd < 0)
		return;
	if (write(fd, buffer, n) < 0)
		f->state = PIPE_EMPTY;
	close(fd);
}

/*
 * What the pipe shows: it can be readable, writable, or both.  Neither cannot
 * be shown to a program that may read and write; then it is what it does not
 * ask for that shows.
 */
static void show(struct vfile *f, enum pipe_state state)
{
	if (f->state == state)
		return;
	f->state = state;
	empty_pipe(f);
	if (state == PIPE_FULL)
		fill_pipe(f, PIPE_SIZE);
	else if (state == PIPE_HALF)
		fill_pipe(f, 1);
}

void file_mirror(struct vfile *f, unsigned int wanted)
{
	bool in = f->ready & (POLLIN | POLLPRI | POLLERR | POLLHUP);
	bool out = f->ready & (POLLOUT | POLLERR | POLLHUP);

	if (in)
		show(f, out ? PIPE_HALF : PIPE_FULL);
	else if (out || !(wanted & POLLOUT) || wanted & POLLIN)
		show(f, PIPE_EMPTY);
	else
		show(f, PIPE_FULL);
}

void file_changed(void *handle, unsigned int events)
{
	struct vfile *f = files;

	while (f && f->handle != handle)
		f = f->next;
	if (!f)
		return;
	f->ready = events;
	f->changes++;
	file_mirror(f, f->wanted);
	poll_wait_changed();
}
