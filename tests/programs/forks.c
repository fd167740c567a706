// SPDX-License-Identifier: GPL-2.0-only
/*
 * forks N: makes N children while signals of those that end come in, to a
 * handler without SA_RESTART, as shells have it.  fork(2) never gives EINTR.
 *
 * Prints how many could not be made, after the last of them and with the signal
 * blocked: write(2), which is caught, may be ended by one (ring3-run(1)).
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void on_child(int signal)
{
	(void)signal;
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = on_child};
	int i, n = argc > 1 ? atoi(argv[1]) : 1000, failed = 0;
	sigset_t set;
	pid_t pid;

	sigaction(SIGCHLD, &action, NULL);
	for (i = 0; i < n; i++) {
		pid = fork();
		if (!pid)
			_exit(0);
		failed += pid < 0;
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	while (wait(NULL) > 0)
		;
	printf("%d failed\n", failed);
	return 0;
}
