// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs whose instance is gone, and the books about them: which calls are
 * unanswered, and which pipes stand for files.
 *
 * The books are shared by the supervisor, which writes them locked, and the
 * process that started it, which reads them when there is no supervisor.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "clients/internal.h"
#include "clients/orphans.h"
#include "clients/rules.h"

#define MAX_CALLS 1024
#define MAX_PIPES 4096

static struct books {
	uint64_t calls[MAX_CALLS]; /* of notifications; 0: free */
	ino_t pipes[MAX_PIPES];
} * books;

int orphans_prepare(void)
{
	books = mmap(NULL, sizeof(*books), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (books == MAP_FAILED) {
		books = NULL;
		return -errno;
	}
	return 0;
}

/* A call without a place is answered late: when its program is killed. */
void books_add_call(uint64_t id)
{
	static unsigned int next;
	unsigned int i;

	for (i = 0; books && i < MAX_CALLS; i++) {
		next = (next + 1) % MAX_CALLS;
		if (!books->calls[next]) {
			books->calls[next] = id;
			return;
		}
	}
}

void books_remove_call(uint64_t id)
{
	unsigned int i;

	for (i = 0; books && i < MAX_CALLS; i++) {
		if (books->calls[i] == id) {
			books->calls[i] = 0;
			return;
		}
	}
}

static ino_t *pipe_slot(ino_t ino)
{
	unsigned int i;

	for (i = 0; books && i < MAX_PIPES; i++)
		if (books->pipes[i] == ino)
			return &books->pipes[i];
	return NULL;
}

void books_add_pipe(ino_t ino)
{
	ino_t *slot = pipe_slot(0);

	if (slot)
		*slot = ino;
}

void books_remove_pipe(ino_t ino)
{
	ino_t *slot = pipe_slot(ino);

	if (slot)
		*slot = 0;
}

void orphans_adopt(int listener)
{
	unsigned int i;

	reply_listener = listener;
	for (i = 0; books && i < MAX_CALLS; i++)
		if (books->calls[i])
			reply_value(books->calls[i], -EIO);
}

static bool was_file(const struct seccomp_notif *notif)
{
	int nr = notif->data.nr == SYS_mmap ? 4 : 0;
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", notif->pid,
		 (int)notif->data.args[nr]);
	return !stat(path, &st) && S_ISFIFO(st.st_mode) && pipe_slot(st.st_ino);
}

static bool was_path(const struct seccomp_notif *notif, int arg)
{
	char path[PATH_SIZE];

	return memory_string(notif->pid, notif->data.args[arg], path,
			     sizeof(path)) > 0 &&
	       *path == '/' && path_may_concern_us(path, -1);
}

static bool was_instances(const struct seccomp_notif *notif)
{
	const struct call_rule *rule = rule_of(notif);

	switch (rule->class) {
	case RULE_FD:
	case RULE_TRANSFER:
		return was_file(notif);
	case RULE_SOCKET:
		return notif->data.nr == SYS_socket ? !socket_is_boring(notif)
						    : was_file(notif);
	case RULE_PATH:
		return was_path(notif, rule->path) ||
		       (rule->path2 && was_path(notif, rule->path2));
	case RULE_OTHER:
		return notif->data.nr == SYS_init_module ||
		       notif->data.nr == SYS_finit_module ||
		       notif->data.nr == SYS_delete_module ||
		       notif->data.nr == SYS_syslog ||
		       notif->data.nr == SYS_mount;
	case RULE_READY:
	case RULE_HOOKS:
	case RULE_NONE:
		break;
	}
	return false;
}

void orphans_serve(void)
{
	struct seccomp_notif notif;

	memset(&notif, 0, sizeof(notif));
	if (ioctl(reply_listener, SECCOMP_IOCTL_NOTIF_RECV, &notif))
		return;
	if (was_instances(&notif))
		reply_value(notif.id, -EIO);
	else
		reply_continue(notif.id);
}
