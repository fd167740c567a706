// SPDX-License-Identifier: GPL-2.0-only
/*
 * getdents(2) and getdents64() for directories that are not wholly the host's.
 *
 * The program's descriptor, a directory of ours or the host's, keeps the
 * position: the instance's own, or in a directory of both, the number of the
 * host's entry and, behind those, IN_INSTANCE and the instance's.
 *
 * Locked; reads of the host's directories do not block for long.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "clients/internal.h"
#include "clients/rules.h"

#define IN_INSTANCE (1l << 40)

/* Behind the path in scratch memory. */
#define ENTRIES_SIZE (REQUEST_SCRATCH - PATH_SIZE)

/* struct linux_dirent64 of getdents(2). */
struct entry {
	uint64_t ino;
	int64_t off;
	unsigned short reclen;
	unsigned char type;
	char name[];
};

/* Adds an entry; false if it does not fit. */
static bool put_entry(char *buffer, size_t size, size_t *used, uint64_t ino,
		      int64_t off, unsigned char type, const char *name)
{
	size_t n = (offsetof(struct entry, name) + strlen(name) + 8) & ~7ul;
	struct entry *e = (struct entry *)(buffer + *used);

	if (*used + n > size)
		return false;
	memset(e, 0, n);
	e->ino = ino;
	e->off = off;
	e->reclen = n;
	e->type = type;
	strcpy(e->name, name);
	*used += n;
	return true;
}

static size_t room_for(const struct request *r)
{
	return r->notif.data.args[2] < ENTRIES_SIZE ? r->notif.data.args[2]
						    : ENTRIES_SIZE;
}

/* The position of the program's descriptor, proc_pid_fdinfo(5). */
static long position_of(const struct request *r)
{
	char path[64];
	long position = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", r->notif.pid,
		 (int)r->notif.data.args[0]);
	f = fopen(path, "re");
	if (!f || fscanf(f, "pos: %ld", &position) != 1)
		position = 0;
	if (f)
		fclose(f);
	return position;
}

/* The program moves it itself, and has its answer then; the worker's. */
static void run_move(struct request *r)
{
	struct injected call = {
		.nr = SYS_lseek,
		.args = {r->notif.data.args[0], r->position, SEEK_SET},
	};
	struct tracee t;
	long ignored;
	int err = inject_begin(r, &t);

	if (!err) {
		inject_call(&t, &call, &ignored);
		inject_end(&t, r->notif.data.nr, r->call.result);
	}
	worker_finish(r, err == -ESRCH ? 0 : err);
}

/* The call is over with @n, and the descriptor at @position. */
static void answer_moved(struct request *r, long n, long position)
{
	if (n < 0) {
		request_answer(r, n);
		return;
	}
	/* Ours is the same open file as the program's, or if that is not
	 * allowed, another one. */
	if (lseek(r->fd, position, SEEK_SET) < 0) {
		request_answer(r, -errno);
		return;
	}
	if (position == position_of(r)) {
		request_answer(r, n);
		return;
	}
	r->position = position;
	r->call.result = n;
	worker_queue(r, run_move);
}

/* Makes entries what getdents(2) gives: the type is the last byte of each, which
 * is as long as before. */
static void make_old(char *entries, size_t n)
{
	size_t at, length;

	for (at = 0; at < n; at += length) {
		struct entry *e = (struct entry *)(entries + at);
		unsigned char type = e->type;

		length = e->reclen;
		memmove(&e->type, e->name, strlen(e->name) + 1);
		entries[at + length - 1] = type;
	}
}

/* The program gets @n bytes of entries, and the position behind them. */
static void answer_entries(struct request *r, char *entries, size_t n,
			   long position)
{
	if (r->notif.data.nr == SYS_getdents)
		make_old(entries, n);
	if (memory_write(r->notif.pid, r->notif.data.args[1], entries, n) !=
	    n) {
		request_answer(r, -EFAULT);
		return;
	}
	answer_moved(r, n, position);
}

/* ---- of the instance ------------------------------------------------------------------- */

static void listed(struct request *r)
{
	answer_moved(r, r->call.result, r->call.args[3]);
}

static void ask(struct request *r, void *to, size_t size, long position)
{
	r->call.args[0] = (unsigned long)r->scratch;
	r->call.args[1] = (unsigned long)to;
	r->call.args[2] = size;
	r->call.args[3] = position;
	dispatch_to_instance(r, RING3_CALL_LIST);
}

static void listed_old(struct request *r)
{
	long n = r->call.result;

	if (n > 0)
		answer_entries(r, r->scratch + PATH_SIZE, n, r->call.args[3]);
	else
		request_answer(r, n);
}

static void list_instance(struct request *r, long position)
{
	if (r->notif.data.nr == SYS_getdents) {
		r->done = listed_old;
		ask(r, r->scratch + PATH_SIZE, room_for(r), position);
		return;
	}
	r->done = listed;
	ask(r, (void *)r->notif.data.args[1], r->notif.data.args[2], position);
}

/* ---- of both ------------------------------------------------------------------------------ */

static bool is_kind(const struct request *r, const char *name,
		    enum path_kind kind)
{
	char path[2 * PATH_SIZE];

	snprintf(path, sizeof(path), "%s/%s", r->scratch, name);
	return path_classify(path) == kind;
}

static bool is_dots(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

/* The host's entries from number @from on; returns how far it came. */
static long list_host(struct request *r, long from, size_t *used)
{
	DIR *dir = opendir(r->scratch);
	struct dirent *d;
	long nr = 0;

	while (dir && (d = readdir(dir))) {
		if (!is_dots(d->d_name) && !is_kind(r, d->d_name, PATH_HOST))
			continue;
		if (nr >= from &&
		    !put_entry(r->scratch + PATH_SIZE, room_for(r), used,
			       d->d_ino, nr + 1, d->d_type, d->d_name))
			break;
		nr++;
	}
	if (dir)
		closedir(dir);
	return nr;
}

/* Of the instance's entries, those that are not the host's. */
static size_t filter(struct request *r, size_t n)
{
	char *buffer = r->scratch + PATH_SIZE;
	size_t from = 0, to = 0, length;
	struct entry *e;

	for (; from < n; from += length) {
		e = (struct entry *)(buffer + from);
		length = e->reclen;
		if (is_dots(e->name) || !is_kind(r, e->name, PATH_INSTANCE))
			continue;
		e->off |= IN_INSTANCE;
		memmove(buffer + to, e, length);
		to += length;
	}
	return to;
}

static void rest_listed(struct request *r)
{
	long n = r->call.result;
	size_t kept;

	if (n <= 0) {
		request_answer(r, n);
		return;
	}
	kept = filter(r, n);
	if (kept)
		answer_entries(r, r->scratch + PATH_SIZE, kept,
			       r->call.args[3] | IN_INSTANCE);
	else
		ask(r, r->scratch + PATH_SIZE, room_for(r), r->call.args[3]);
}

static void list_both(struct request *r, long position)
{
	size_t used = 0;

	if (!(position & IN_INSTANCE))
		position = list_host(r, position, &used);
	if (used) {
		answer_entries(r, r->scratch + PATH_SIZE, used, position);
		return;
	}
	r->done = rest_listed;
	ask(r, r->scratch + PATH_SIZE, room_for(r),
	    position & IN_INSTANCE ? position & ~IN_INSTANCE : 0);
}

/* ---- of the host, with names of the instance's ---------------------------------------------- */

/* Who has got the names behind the end, until it has also got the end. */
static struct {
	int tid, fd;
	bool told;
} ends[64];

static bool is_told(const struct request *r)
{
	unsigned int slot = (r->notif.pid + r->notif.data.args[0]) % 64;
	int tid = r->notif.pid, fd = r->notif.data.args[0];

	if (ends[slot].told && ends[slot].tid == tid && ends[slot].fd == fd) {
		ends[slot].told = false;
		return true;
	}
	ends[slot].tid = tid;
	ends[slot].fd = fd;
	ends[slot].told = true;
	return false;
}

static size_t put_places(struct request *r)
{
	const char *path;
	size_t used = 0;
	unsigned int i;

	for (i = 0; (path = path_place_in(r->scratch, i)); i++)
		put_entry(r->scratch + PATH_SIZE, room_for(r), &used, 1 + i, 0,
			  DT_UNKNOWN, strrchr(path, '/') + 1);
	return used;
}

static void list_with_places(struct request *r)
{
	char *buffer = r->scratch + PATH_SIZE;
	long n, position;

	lseek(r->fd, position_of(r), SEEK_SET);
	n = syscall(SYS_getdents64, r->fd, buffer, room_for(r));
	if (n < 0)
		n = -errno;
	if (!n && !is_told(r))
		n = put_places(r);
	position = lseek(r->fd, 0, SEEK_CUR);
	if (n > 0)
		answer_entries(r, buffer, n, position);
	else
		answer_moved(r, n, position);
}

void call_list(struct request *r, const char *path, enum path_kind kind)
{
	long position;

	r->fd = thread_copy_fd(r->notif.pid, r->notif.data.args[0]);
	if (r->fd < 0 || !request_scratch(r)) {
		request_answer(r, r->fd < 0 ? r->fd : -ENOMEM);
		return;
	}
	strcpy(r->scratch, path);
	position = position_of(r);
	if (kind == PATH_MERGED)
		list_both(r, position);
	else if (kind == PATH_HOST)
		list_with_places(r);
	else
		list_instance(r, position);
}
