// SPDX-License-Identifier: GPL-2.0-only
/*
 * execve(2) of a file on one of the instance's file systems: the host's kernel
 * can run only what is the host's, so the program gets a copy in memory.
 *
 * Locked where it is called; the rest is the worker's.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "clients/internal.h"
#include "clients/rules.h"

static bool is_script(int fd)
{
	char start[2];

	return pread(fd, start, 2, 0) == 2 && !memcmp(start, "#!", 2);
}

/* execveat(2) of the descriptor; the NUL behind the program's own path is the
 * empty path that this takes. */
static void run_exec(struct request *r)
{
	bool at = r->notif.data.nr == SYS_execveat;
	const __u64 *args = r->notif.data.args;
	unsigned long path = args[at ? 1 : 0];
	char text[PATH_SIZE];
	int n = memory_string(r->notif.pid, path, text, sizeof(text));
	/* An interpreter opens it by its number. */
	int fd = request_add_fd(r, r->fd, -1, !is_script(r->fd));
	struct injected call = {
		.nr = SYS_execveat,
		.args = {fd, path + n, args[at ? 2 : 1], args[at ? 3 : 2],
			 AT_EMPTY_PATH},
	};
	int err = n < 0 ? n : fd < 0 ? fd : inject_last(r, &call);

	worker_finish(r, err);
}

static void fetched(struct request *r, int err)
{
	if (err)
		request_answer(r, err == -EISDIR ? -EACCES : err);
	else
		worker_queue(r, run_exec);
}

static void looked_up(struct request *r)
{
	if (r->call.result < 0)
		request_answer(r, r->call.result);
	else
		fetch(r, fetched);
}

/* A file of the host's under another name. */
static void exec_elsewhere(struct request *r)
{
	struct stat st;

	r->fd = open(r->scratch, O_RDONLY | O_CLOEXEC);
	if (r->fd < 0 || fstat(r->fd, &st))
		request_answer(r, -errno);
	else if (!S_ISREG(st.st_mode) || access(r->scratch, X_OK))
		request_answer(r, -EACCES);
	else
		worker_queue(r, run_exec);
}

/* The path that it names, in scratch memory. */
static int resolve(struct request *r, enum path_kind *kind)
{
	bool at = r->call.nr == SYS_execveat;
	char text[PATH_SIZE];
	int n = memory_string(r->notif.pid, r->call.args[at ? 1 : 0], text,
			      sizeof(text));

	if (n <= 0)
		return n ? n : -ENOENT;
	return path_resolve(r->notif.pid, at ? (int)r->call.args[0] : AT_FDCWD,
			    text, false, r->scratch, kind);
}

bool exec_is_boring(const struct seccomp_notif *notif)
{
	bool at = notif->data.nr == SYS_execveat;
	char text[PATH_SIZE];
	int n = memory_string(notif->pid, notif->data.args[at ? 1 : 0], text,
			      sizeof(text));

	if (n > 0)
		shortcut_note_exec(notif->pid, text);
	return n <= 0 ||
	       !path_may_concern_us(text,
				    at ? (int)notif->data.args[0] : AT_FDCWD);
}

void call_exec(struct request *r)
{
	enum path_kind kind;

	if (!request_scratch(r)) {
		request_answer(r, -ENOMEM);
		return;
	}
	/* The host's kernel says what is wrong with it. */
	if (resolve(r, &kind) || kind == PATH_HOST || kind == PATH_MERGED) {
		request_continue(r);
		return;
	}
	if (kind == PATH_MAPPED) {
		exec_elsewhere(r);
		return;
	}
	r->call.nr = SYS_access;
	r->call.args[0] = (unsigned long)r->scratch;
	r->call.args[1] = X_OK;
	r->done = looked_up;
	dispatch_to_instance(r, RING3_CALL_SYSCALL);
}
