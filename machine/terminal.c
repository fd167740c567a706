// SPDX-License-Identifier: GPL-2.0-only
/*
 * Terminals of programs that live in the instance: what its kernel prints to
 * one.
 *
 * The kernel's thread, in a host operation; does not block.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>
#include "machine/internal.h"

/* Of Linux's list of devices. */
#define MAJOR_VT	4
#define MAJOR_PTS	136
#define MAJOR_PTS_LAST	143
#define MINORS_OF_PTS	256
#define MINOR_OF_SERIAL 64

/* The number as proc_pid_stat(5) has it. */
static dev_t device_of(unsigned int number)
{
	return makedev((number >> 8) & 0xfff,
		       (number & 0xff) | ((number >> 12) & 0xfff00));
}

static int path_of(dev_t device, char *path, size_t size)
{
	unsigned int ma = major(device), mi = minor(device);

	if (ma >= MAJOR_PTS && ma <= MAJOR_PTS_LAST)
		snprintf(path, size, "/dev/pts/%u",
			 (ma - MAJOR_PTS) * MINORS_OF_PTS + mi);
	else if (ma == MAJOR_VT && mi < MINOR_OF_SERIAL)
		snprintf(path, size, "/dev/tty%u", mi);
	else if (ma == MAJOR_VT)
		snprintf(path, size, "/dev/ttyS%u", mi - MINOR_OF_SERIAL);
	else
		return -ENXIO;
	return 0;
}

/* Whether the terminal puts a carriage return before each newline. */
static bool adds_returns(int fd)
{
	struct termios t;

	return !tcgetattr(fd, &t) && t.c_oflag & OPOST && t.c_oflag & ONLCR;
}

/* What goes to the driver in the instance is not processed any more; so those
 * returns that the terminal adds are left out here. */
static long write_unprocessed(int fd, const char *text, unsigned long n)
{
	bool adds = adds_returns(fd);
	unsigned long done = 0, piece;
	const char *end;
	ssize_t put;

	while (done < n) {
		end = adds ? memmem(text + done, n - done, "\r\n", 2) : NULL;
		piece = (end ? (unsigned long)(end - text) : n) - done;
		put = piece ? write(fd, text + done, piece) : 0;
		if (put < 0)
			return done ? (long)done : -errno;
		done += put;
		if ((unsigned long)put < piece)
			break;
		if (end)
			done++;
	}
	return done;
}

long terminal_write(unsigned int number, const void *text, unsigned long n)
{
	dev_t device = device_of(number);
	struct stat st;
	char path[64];
	long done = path_of(device, path, sizeof(path));
	int fd;

	if (done || !guest.config->clients)
		return -ENXIO;
	fd = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISCHR(st.st_mode) || st.st_rdev != device)
		done = -ENXIO;
	else
		done = write_unprocessed(fd, text, n);
	close(fd);
	return done;
}
