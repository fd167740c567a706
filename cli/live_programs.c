// SPDX-License-Identifier: GPL-2.0-only
/*
 * The programs of a running instance that someone waits for: the command of
 * ring3 run, and those that ring3 attach asks for through the door, a socket in
 * the instance's folder.
 *
 * The thread of ring3 run; does not block.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "cli/live.h"
#include "lib/strbuf.h"

int live_open_door(struct live *live)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(live->dir.socket) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, live->dir.socket);
	live->door = socket(AF_UNIX,
			    SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (live->door < 0 ||
	    bind(live->door, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(live->door, 16))
		return -errno;
	return 0;
}

/* ---- starting ----------------------------------------------------------------- */

void live_set_environment(const char *dir)
{
	const char *own = getenv("PATH");
	char *path = str_printf("%s/bin:%s:/usr/sbin:/sbin", dir,
				own ? own : "/usr/bin:/bin");

	setenv("PATH", path, 1);
	setenv("RING3_INSTANCE", dir, 1);
	free(path);
}

static struct program *add(struct live *live, int fd)
{
	struct program *p = calloc(1, sizeof(*p)), **link = &live->programs;

	if (!p)
		return NULL;
	p->fd = fd;
	while (*link)
		link = &(*link)->next;
	*link = p;
	return p;
}

static void drop(struct live *live, struct program *p)
{
	struct program **link = &live->programs;

	while (*link != p)
		link = &(*link)->next;
	*link = p->next;
	if (p->fd >= 0)
		close(p->fd);
	free(p);
}

int live_start_first(struct live *live)
{
	struct program *p = add(live, live->front);
	char *shell[] = {getenv("SHELL"), NULL};
	int standard[SPAWN_FDS] = {0, 1, 2};
	char *dir = getcwd(NULL, 0);
	int err;

	if (!p)
		return -ENOMEM;
	p->is_first = true;
	if (!shell[0])
		shell[0] = "/bin/sh";
	err = spawner_request(live->spawner,
			      *live->command ? live->command : shell, environ,
			      dir ? dir : "/", standard, 0);
	free(dir);
	return err;
}

/* ---- events ------------------------------------------------------------------- */

static struct program *find(const struct live *live, pid_t pid)
{
	struct program *p = live->programs;

	while (p && p->pid != pid)
		p = p->next;
	return p;
}

static void on_end(struct live *live, struct program *p, int status)
{
	if (p->is_first) {
		live->status = status;
		live->ended = true;
	}
	drop(live, p);
}

void live_program_event(struct live *live, const struct spawn_event *event)
{
	/* Requests are answered in their order; orphans are nobody's. */
	struct program *p =
		find(live, event->kind == SPAWN_ENDED ? event->pid : 0);

	if (!p)
		return;
	if (p->fd >= 0)
		spawner_tell(p->fd, event);
	switch (event->kind) {
	case SPAWN_STARTED:
		p->pid = event->pid;
		break;
	case SPAWN_FAILED:
		on_end(live, p, 126 << 8);
		break;
	case SPAWN_ENDED:
		on_end(live, p, event->status);
		break;
	case SPAWN_READY:
		break;
	}
}

unsigned int live_poll_set(const struct live *live, struct pollfd *set,
			   unsigned int n)
{
	struct program *p;
	unsigned int i = 0;

	if (i < n)
		set[i++] = (struct pollfd){.fd = live->door, .events = POLLIN};
	for (p = live->programs; p && i < n; p = p->next)
		if (p->fd >= 0)
			set[i++] =
				(struct pollfd){.fd = p->fd, .events = POLLIN};
	return i;
}

static void someone_attached(struct live *live)
{
	int fd = accept4(live->door, NULL, NULL, SOCK_CLOEXEC);
	struct timeval patience = {.tv_sec = 1};
	struct program *p;

	if (fd < 0)
		return;
	/* The request follows at once. */
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	p = add(live, fd);
	if (!p)
		close(fd);
	else if (spawner_forward(fd, live->spawner))
		drop(live, p);
}

/* Who asked for the program is gone, and so is the terminal that it had. */
static void someone_left(struct live *live, int fd)
{
	struct program *p = live->programs;

	while (p && p->fd != fd)
		p = p->next;
	if (!p)
		return;
	if (p->pid && !p->is_first)
		kill(p->pid, SIGHUP);
	close(p->fd);
	p->fd = -1;
}

void live_poll_result(struct live *live, const struct pollfd *set,
		      unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (!set[i].revents)
			continue;
		if (set[i].fd == live->door)
			someone_attached(live);
		else
			someone_left(live, set[i].fd);
	}
}
