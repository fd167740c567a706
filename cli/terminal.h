/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A terminal for a program that somebody else starts: a pseudo-terminal of its
 * own, connected to ours.
 *
 * One thread; see pty(7).
 */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#define TERMINAL_FDS 2

struct terminal {
	bool is_ours; /* there is one; else the descriptors are passed on */
	bool input_ended;
	int master, slave;
	struct termios saved; /* our terminal's */
	char typed[4096]; /* which the program's terminal has not yet taken */
	size_t nr_typed;
};

/* Replaces those of the three standard descriptors @fds that are a terminal by
 * a new one's; 0 or -errno. */
int terminal_open(struct terminal *t, int *fds);
/* The program has its end. */
void terminal_started(struct terminal *t);
/* What to listen to, at most TERMINAL_FDS; how many. */
int terminal_poll_set(const struct terminal *t, struct pollfd *set);
/* Passes on what there is, both ways, and our terminal's size. */
void terminal_relay(struct terminal *t);
/* Passes on what the program wrote before its end. */
void terminal_drain(struct terminal *t);
/* Our terminal is as before. */
void terminal_close(struct terminal *t);

#endif
