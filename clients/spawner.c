// SPDX-License-Identifier: GPL-2.0-only
/*
 * The spawner: a small process between the instance and its clients.  It puts
 * the filter on, starts what it is asked to, and tells how that ended; orphans
 * become its children.
 *
 * A child of the instance's process, so that the supervisor is an ancestor of
 * all clients and may look into them (Yama, ptrace(2)).  Its own calls are
 * caught as well, so it makes few: those that the filter lets pass.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "clients/internal.h"
#include "clients/spawner.h"

static int pair[2] = {-1, -1};

/* In the spawner, at SPAWN_MESSAGE, so that the filter knows its calls from
 * those of programs; elsewhere NULL. */
static struct msghdr *message;

/* ---- messages ------------------------------------------------------------------- */

static ssize_t send_message(int fd, const void *head, size_t head_size,
			    const void *data, size_t size, const int *fds,
			    int nr_fds)
{
	struct iovec iov[] = {{(void *)head, head_size}, {(void *)data, size}};
	union {
		char bytes[CMSG_SPACE(SPAWN_FDS * sizeof(int))];
		struct cmsghdr align;
	} control = {{0}};
	struct msghdr msg = {.msg_iov = iov, .msg_iovlen = 2};
	struct cmsghdr *c;
	ssize_t n;

	if (nr_fds) {
		msg.msg_control = &control;
		msg.msg_controllen = CMSG_SPACE(nr_fds * sizeof(int));
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(nr_fds * sizeof(int));
		memcpy(CMSG_DATA(c), fds, nr_fds * sizeof(int));
	}
	if (message)
		*message = msg;
	do {
		n = sendmsg(fd, message ? message : &msg, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

static ssize_t receive_message(int fd, void *head, size_t head_size, void *data,
			       size_t size, int *fds, int nr_fds)
{
	struct iovec iov[] = {{head, head_size}, {data, size}};
	union {
		char bytes[CMSG_SPACE(SPAWN_FDS * sizeof(int))];
		struct cmsghdr align;
	} control = {{0}};
	struct msghdr msg = {
		.msg_iov = iov,
		.msg_iovlen = 2,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *c;
	ssize_t n;

	if (message)
		*message = msg;
	n = recvmsg(fd, message ? message : &msg, MSG_CMSG_CLOEXEC);
	if (n < 0)
		return -errno;
	if (message)
		msg = *message;
	for (int i = 0; i < nr_fds; i++)
		fds[i] = -1;
	c = CMSG_FIRSTHDR(&msg);
	if (c && c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len <= CMSG_LEN(nr_fds * sizeof(int)))
		memcpy(fds, CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));
	return n;
}

static size_t put_strings(char *to, size_t at, char *const *strings, int *n)
{
	for (*n = 0; strings[*n]; (*n)++) {
		size_t size = strlen(strings[*n]) + 1;

		if (at + size > SPAWN_MAX)
			return 0;
		memcpy(to + at, strings[*n], size);
		at += size;
	}
	return at;
}

int spawner_request(int fd, char *const *argv, char *const *env,
		    const char *dir, const int *fds, int new_session)
{
	struct spawn_request head = {.new_session = new_session};
	char *data = malloc(SPAWN_MAX);
	char *const dirs[] = {(char *)dir, NULL};
	size_t size = 0;
	int n, result;

	if (!data)
		return -ENOMEM;
	size = put_strings(data, 0, dirs, &n);
	if (size)
		size = put_strings(data, size, argv, &head.nr_args);
	if (size)
		size = put_strings(data, size, env, &head.nr_env);
	result = size ? send_message(fd, &head, sizeof(head), data, size, fds,
				     SPAWN_FDS)
		      : -E2BIG;
	free(data);
	return result < 0 ? result : 0;
}

int spawner_forward(int from, int fd)
{
	char *data = malloc(SPAWN_MAX);
	struct spawn_request head;
	int fds[SPAWN_FDS], i;
	ssize_t n;

	if (!data)
		return -ENOMEM;
	n = receive_message(from, &head, sizeof(head), data, SPAWN_MAX, fds,
			    SPAWN_FDS);
	if (n >= 0 && n <= (ssize_t)sizeof(head))
		n = -EPIPE;
	if (n > 0) {
		n = send_message(fd, &head, sizeof(head), data,
				 n - sizeof(head), fds, SPAWN_FDS);
		for (i = 0; i < SPAWN_FDS; i++)
			if (fds[i] >= 0)
				close(fds[i]);
	}
	free(data);
	return n < 0 ? n : 0;
}

int spawner_tell(int fd, const struct spawn_event *event)
{
	ssize_t n = send_message(fd, event, sizeof(*event), NULL, 0, NULL, 0);

	return n < 0 ? n : 0;
}

int spawner_event(int fd, struct spawn_event *event, int *got_fd)
{
	ssize_t n;

	do {
		n = receive_message(fd, event, sizeof(*event), NULL, 0, got_fd,
				    1);
	} while (n == -EINTR);
	if (n < 0)
		return n;
	return n == sizeof(*event) ? 0 : -EPIPE;
}

/* ---- the process ------------------------------------------------------------------- */

static void tell(enum spawn_event_kind kind, pid_t pid, int status, int fd)
{
	struct spawn_event event = {kind, pid, status};

	send_message(pair[1], &event, sizeof(event), NULL, 0, &fd, fd >= 0);
}

/* Signal-safe. */
static void on_child(int sig)
{
	int status, err = errno;
	pid_t pid;

	(void)sig;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		tell(SPAWN_ENDED, pid, status, -1);
	errno = err;
}

static void reset_signals(void)
{
	static const int changed[] = {SIGINT,  SIGQUIT, SIGTSTP, SIGTTIN,
				      SIGTTOU, SIGHUP,	SIGCHLD, SIGPIPE};
	sigset_t none;
	size_t i;

	for (i = 0; i < sizeof(changed) / sizeof(*changed); i++)
		signal(changed[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static char **split(char **text, int n)
{
	char **list = calloc(n + 1, sizeof(*list));
	int i;

	for (i = 0; list && i < n; i++) {
		list[i] = *text;
		*text += strlen(*text) + 1;
	}
	return list;
}

/* What execve() did not do, the parent is told of by the status. */
static void run(const struct spawn_request *head, char *text, const int *fds)
{
	const char *dir = text;
	char **argv, **env;
	int i;

	text += strlen(text) + 1;
	argv = split(&text, head->nr_args);
	env = split(&text, head->nr_env);
	reset_signals();
	for (i = 0; i < SPAWN_FDS; i++)
		if (fds[i] >= 0)
			dup2(fds[i], i);
	if (head->new_session) {
		setsid();
		ioctl(0, TIOCSCTTY, 0);
	}
	if (chdir(dir))
		fprintf(stderr, "ring3: %s: %s\n", dir, strerror(errno));
	execvpe(argv[0], argv, env);
	fprintf(stderr, "ring3: %s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

static void serve_one(const struct spawn_request *head, char *text, int *fds)
{
	sigset_t block, old;
	pid_t pid;
	int i;

	/* It is told of before its end is. */
	sigemptyset(&block);
	sigaddset(&block, SIGCHLD);
	sigprocmask(SIG_BLOCK, &block, &old);
	pid = fork();
	if (!pid)
		run(head, text, fds);
	tell(pid < 0 ? SPAWN_FAILED : SPAWN_STARTED, pid, pid < 0 ? errno : 0,
	     -1);
	sigprocmask(SIG_SETMASK, &old, NULL);
	for (i = 0; i < SPAWN_FDS; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

static void serve(void)
{
	static char text[SPAWN_MAX + 1];
	struct spawn_request head;
	int fds[SPAWN_FDS];
	ssize_t n;

	for (;;) {
		n = receive_message(pair[1], &head, sizeof(head), text,
				    SPAWN_MAX, fds, SPAWN_FDS);
		if (n == -EINTR)
			continue;
		if (n <= (ssize_t)sizeof(head))
			_exit(0); /* nobody asks any more */
		serve_one(&head, text, fds);
	}
}

static void ignore_terminal(void)
{
	static const int ignored[] = {SIGINT,  SIGQUIT, SIGTSTP, SIGTTIN,
				      SIGTTOU, SIGHUP,	SIGPIPE};
	struct sigaction child = {.sa_handler = on_child};
	size_t i;

	for (i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		signal(ignored[i], SIG_IGN);
	sigaction(SIGCHLD, &child, NULL);
}

/* @to: where the supervisor takes the listener from. */
static void spawner_main(int to)
{
	int listener;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_SET_PDEATHSIG, 0);
	ignore_terminal();
	message = mmap((void *)SPAWN_MESSAGE, sizeof(*message),
		       PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
		       0);
	if (message == MAP_FAILED)
		message = NULL;
	listener = message ? filter_install() : -ENOMEM;
	if (listener < 0) {
		tell(SPAWN_FAILED, 0, -listener, -1);
		_exit(1);
	}
	send_message(to, "", 1, NULL, 0, &listener, 1);
	tell(SPAWN_READY, getpid(), 0, listener);
	close(listener);
	close(to);
	serve();
}

int spawner_pair(int *ours)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	*ours = pair[0];
	return 0;
}

/* The instance has been started, and has the other end. */
void spawner_close_theirs(void)
{
	close(pair[1]);
}

/* In the instance's process, before anything else is there: makes the spawner
 * and returns the listener of its filter. */
int spawner_start(void)
{
	int to[2], listener = -1;
	char byte;
	pid_t pid;
	ssize_t n;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, to))
		return -errno;
	pid = fork();
	if (pid < 0)
		return -errno;
	close(pair[0]);
	if (!pid) {
		close(to[0]);
		spawner_main(to[1]);
	}
	close(to[1]);
	close(pair[1]);
	n = receive_message(to[0], &byte, 1, NULL, 0, &listener, 1);
	close(to[0]);
	thread_count_filters(pid);
	forks_set_up(pid);
	return n == 1 ? listener : -EPERM;
}
