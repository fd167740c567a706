// SPDX-License-Identifier: GPL-2.0-only
/*
 * Running other programs: the compiler, the package manager.
 *
 * Any thread; blocks until the program has ended; not signal-safe.
 */
#include "lib/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/strbuf.h"

/* What we block or ignore is our own affair and not the program's. */
static int set_signals(posix_spawnattr_t *attr)
{
	sigset_t none, pipe;
	int err;

	sigemptyset(&none);
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	err = posix_spawnattr_setsigmask(attr, &none);
	if (!err)
		err = posix_spawnattr_setsigdefault(attr, &pipe);
	if (!err)
		err = posix_spawnattr_setflags(
			attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	return err;
}

/* Nothing to read, and all that is written goes to @out. */
static int set_files(posix_spawn_file_actions_t *files, int out)
{
	int err;

	err = posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null",
					       O_RDONLY, 0);
	if (!err)
		err = posix_spawn_file_actions_adddup2(files, out,
						       STDOUT_FILENO);
	if (!err)
		err = posix_spawn_file_actions_adddup2(files, out,
						       STDERR_FILENO);
	return err;
}

static int start(char *const argv[], int out, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int err;

	err = posix_spawn_file_actions_init(&files);
	if (err)
		return -err;
	err = posix_spawnattr_init(&attr);
	if (err)
		goto destroy_files;
	err = set_signals(&attr);
	if (!err)
		err = set_files(&files, out);
	if (!err)
		err = posix_spawnp(pid, argv[0], &files, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
destroy_files:
	posix_spawn_file_actions_destroy(&files);
	return -err;
}

static int collect(int fd, struct strbuf *output)
{
	char block[4096];

	for (;;) {
		ssize_t got = read(fd, block, sizeof(block));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			return 0;
		strbuf_add(output, block, got);
	}
}

static int reap(pid_t pid, int *status)
{
	int how;

	while (waitpid(pid, &how, 0) < 0)
		if (errno != EINTR)
			return -errno;
	*status = WIFSIGNALED(how) ? 128 + WTERMSIG(how) : WEXITSTATUS(how);
	return 0;
}

static int run_collecting(char *const argv[], struct strbuf *output,
			  int *status)
{
	int fds[2], err, reaped;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	err = start(argv, fds[1], &pid);
	close(fds[1]);
	if (err)
		goto close_read;
	err = collect(fds[0], output);
	reaped = reap(pid, status);
	if (!err)
		err = reaped;
close_read:
	close(fds[0]);
	return err;
}

int spawn_wait(char *const argv[], struct strbuf *output, int *status)
{
	pid_t pid;
	int err;

	if (output)
		return run_collecting(argv, output, status);
	err = start(argv, STDERR_FILENO, &pid);
	return err ? err : reap(pid, status);
}
