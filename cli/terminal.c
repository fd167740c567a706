// SPDX-License-Identifier: GPL-2.0-only
/*
 * A terminal for a program that somebody else starts (cli/terminal.h).
 *
 * One thread.  Blocks where our terminal does not take what is written.
 */
#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "cli/terminal.h"
#include "lib/file.h"

static volatile sig_atomic_t resized;

static void on_resize(int sig)
{
	resized = sig;
}

int terminal_open(struct terminal *t, int *fds)
{
	struct sigaction action = {.sa_handler = on_resize};
	struct winsize size;
	struct termios raw;
	int i;

	memset(t, 0, sizeof(*t));
	t->master = t->slave = -1;
	if (!isatty(0) || tcgetattr(0, &t->saved))
		return 0;
	ioctl(0, TIOCGWINSZ, &size);
	if (openpty(&t->master, &t->slave, NULL, &t->saved, &size))
		return -errno;
	fcntl(t->master, F_SETFD, FD_CLOEXEC);
	fcntl(t->slave, F_SETFD, FD_CLOEXEC);
	fcntl(t->master, F_SETFL, O_NONBLOCK);
	for (i = 0; i < 3; i++)
		if (isatty(fds[i]))
			fds[i] = t->slave;
	sigaction(SIGWINCH, &action, NULL);
	raw = t->saved;
	cfmakeraw(&raw);
	tcsetattr(0, TCSADRAIN, &raw);
	t->is_ours = true;
	return 0;
}

void terminal_started(struct terminal *t)
{
	if (t->slave >= 0)
		close(t->slave);
	t->slave = -1;
}

int terminal_poll_set(const struct terminal *t, struct pollfd *set)
{
	bool wants_input = !t->input_ended && !t->nr_typed;

	if (!t->is_ours)
		return 0;
	set[0] = (struct pollfd){.fd = t->master, .events = POLLIN};
	if (t->nr_typed)
		set[0].events |= POLLOUT;
	set[1] = (struct pollfd){.fd = wants_input ? 0 : -1, .events = POLLIN};
	return 2;
}

/* False when there is nothing more. */
static bool pass_output(struct terminal *t)
{
	char buffer[4096];
	ssize_t n = read(t->master, buffer, sizeof(buffer));

	return n > 0 && !file_write_all(1, buffer, n);
}

static void read_input(struct terminal *t)
{
	struct pollfd p = {.fd = 0, .events = POLLIN};
	ssize_t n;

	if (t->input_ended || t->nr_typed || poll(&p, 1, 0) <= 0)
		return;
	n = read(0, t->typed, sizeof(t->typed));
	if (n > 0)
		t->nr_typed = n;
	else
		t->input_ended = n == 0 || errno != EINTR;
}

static void pass_input(struct terminal *t)
{
	ssize_t n;

	read_input(t);
	if (!t->nr_typed)
		return;
	n = write(t->master, t->typed, t->nr_typed);
	if (n <= 0)
		return;
	t->nr_typed -= n;
	memmove(t->typed, t->typed + n, t->nr_typed);
}

static void pass_size(struct terminal *t)
{
	struct winsize size;

	if (resized && !ioctl(0, TIOCGWINSZ, &size))
		ioctl(t->master, TIOCSWINSZ, &size);
	resized = 0;
}

void terminal_relay(struct terminal *t)
{
	struct pollfd p = {.fd = t->master, .events = POLLIN};

	if (!t->is_ours)
		return;
	pass_size(t);
	pass_input(t);
	if (poll(&p, 1, 0) <= 0)
		return;
	/* Nobody has the other end: it stays ready. */
	if (!pass_output(t) && p.revents & POLLHUP)
		usleep(10000);
}

void terminal_drain(struct terminal *t)
{
	while (t->is_ours && pass_output(t))
		;
}

void terminal_close(struct terminal *t)
{
	if (!t->is_ours)
		return;
	tcsetattr(0, TCSADRAIN, &t->saved);
	close(t->master);
}
