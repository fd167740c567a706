// SPDX-License-Identifier: GPL-2.0-only
/*
 * interrupted: a read of /dev/fifo that a signal ends, and one that it does
 * not, as SA_RESTART says.  Needs examples/fifo loaded, and empty.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t rings;
static int fifo;

static void on_alarm(int signal)
{
	(void)signal;
	rings++;
	if (rings == 2 && write(fifo, "woken", 5) != 5)
		rings = 100;
}

static void read_it(int flags)
{
	struct sigaction action = {.sa_handler = on_alarm, .sa_flags = flags};
	char text[16] = "";
	ssize_t n;

	sigaction(SIGALRM, &action, NULL);
	ualarm(100000, 100000);
	n = read(fifo, text, sizeof(text) - 1);
	ualarm(0, 0);
	if (n < 0)
		printf("%s after %d\n", strerrorname_np(errno), (int)rings);
	else
		printf("\"%s\" after %d\n", text, (int)rings);
}

static void killed(int signal)
{
	int status = 0;
	pid_t pid = fork();
	char c;

	if (!pid)
		_exit(read(fifo, &c, 1) < 0);
	usleep(200000);
	kill(pid, signal);
	waitpid(pid, &status, 0);
	printf("signal %d ended it: %d\n", signal,
	       WIFSIGNALED(status) ? WTERMSIG(status) : -1);
}

static void stopped(void)
{
	int status = 0;
	pid_t pid = fork();
	char c;

	if (!pid)
		_exit(read(fifo, &c, 1) == 1 ? 7 : 1);
	usleep(200000);
	kill(pid, SIGSTOP);
	waitpid(pid, &status, WUNTRACED);
	printf("stopped: %d\n", WIFSTOPPED(status));
	kill(pid, SIGCONT);
	usleep(100000);
	if (write(fifo, "x", 1) != 1)
		perror("write");
	waitpid(pid, &status, 0);
	printf("goes on and exits with %d\n",
	       WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	fifo = open("/dev/fifo", O_RDWR);
	if (fifo < 0) {
		perror("/dev/fifo");
		return 1;
	}
	read_it(0);
	read_it(SA_RESTART);
	killed(SIGINT);
	killed(SIGKILL);
	stopped();
	return 0;
}
