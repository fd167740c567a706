// SPDX-License-Identifier: GPL-2.0-only
/*
 * ring3 run --keep: the process that a person started ends with the command,
 * while a child of it goes on with the instance.
 *
 * One thread; blocks.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "cli/cmd.h"
#include "cli/live.h"

static int status_of(int wait_status)
{
	return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status)
				      : 128 + WTERMSIG(wait_status);
}

/* Until the command's end is told, or the child has none to tell of. */
static int wait_for_command(pid_t child, int fd)
{
	struct spawn_event event;
	int got = -1, status = 0;

	while (!spawner_event(fd, &event, &got)) {
		if (event.kind != SPAWN_ENDED && event.kind != SPAWN_FAILED)
			continue;
		fprintf(stderr,
			"ring3: instance %d goes on; see ring3 attach and ring3 stop\n",
			child);
		return event.kind == SPAWN_FAILED ? 126
						  : status_of(event.status);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return status_of(status);
}

int live_fork_front(int *front, int *status)
{
	int pair[2];
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		goto fail;
	child = fork();
	if (child < 0)
		goto fail;
	close(pair[child ? 1 : 0]);
	if (!child) {
		*front = pair[1];
		return 0;
	}
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	*status = wait_for_command(child, pair[0]);
	return 1;

fail:
	fprintf(stderr, "ring3: --keep: %s\n", strerror(errno));
	*status = CLI_FAILED;
	return 1;
}

void live_leave_front(struct live *live)
{
	int null, report;

	if (live->front < 0)
		return;
	live->front = -1; /* closed with its program */
	fflush(stderr);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	report = open(live->dir.report,
		      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	dup2(null, STDIN_FILENO);
	dup2(report < 0 ? null : report, STDOUT_FILENO);
	dup2(report < 0 ? null : report, STDERR_FILENO);
	close(null);
	if (report >= 0)
		close(report);
}
