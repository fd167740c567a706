// SPDX-License-Identifier: GPL-2.0-only
/*
 * The programs that stand for devices: each has a socket, over which it gets
 * and answers one line at a time.  A line "irq" is no answer but the device's
 * interrupt, and may come at any time.
 *
 * On the kernel's thread, in host operations; device_ask() blocks.  What a
 * program did wrong is remembered, and it is not asked again.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>
#include "machine/internal.h"

/* How long a program may think. */
#define PATIENCE_S 10

struct device {
	int fd;
	int error; /* why it is not asked any more */
	size_t n; /* bytes of input that are no line yet */
	char input[RING3_DEVICE_LINE];
};

static struct device devices[RING3_DEVICES];
static unsigned int nr_devices;
static unsigned int interrupts; /* by number a bit each */

/* Input is a timer's signal, which is the kernel's interrupt; but where runs
 * are to repeat, interrupts come with answers only. */
static int set_up_one(int fd)
{
	struct timeval patience = {.tv_sec = PATIENCE_S};
	struct f_owner_ex owner = {F_OWNER_TID, gettid()};
	int flags = fcntl(fd, F_GETFL);

	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
		       sizeof(patience)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience,
		       sizeof(patience)))
		return -errno;
	if (guest.config->steady_time)
		return 0;
	if (flags < 0 || fcntl(fd, F_SETSIG, SIGALRM) ||
	    fcntl(fd, F_SETOWN_EX, &owner) ||
	    fcntl(fd, F_SETFL, flags | O_ASYNC))
		return -errno;
	return 0;
}

int devices_set_up(const int *fds, unsigned int n)
{
	int err = 0;

	for (; !err && nr_devices < n; nr_devices++) {
		devices[nr_devices].fd = fds[nr_devices];
		err = set_up_one(fds[nr_devices]);
	}
	return err;
}

/* ---- input ---- */

/* Takes the first line out of the input: its length without the end, or -1 if
 * there is none yet. */
static ssize_t take_line(struct device *d, char *line)
{
	char *end = memchr(d->input, '\n', d->n);
	size_t n;

	if (!end)
		return -1;
	n = end - d->input;
	memcpy(line, d->input, n);
	line[n] = 0;
	d->n -= n + 1;
	memmove(d->input, end + 1, d->n);
	return n;
}

/* The next line that is no interrupt, or -1. */
static ssize_t take_answer(struct device *d, char *line)
{
	ssize_t n;

	while ((n = take_line(d, line)) >= 0) {
		if (strcmp(line, "irq"))
			return n;
		interrupts |= 1u << (d - devices);
		guest.vcpu->irq_pending = 1;
	}
	return -1;
}

/* 0, or what is wrong with the program. */
static int receive(struct device *d, int flags)
{
	struct iovec iov = {d->input + d->n, sizeof(d->input) - d->n};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	ssize_t n;

	if (!iov.iov_len)
		return -EMSGSIZE;
	n = recvmsg(d->fd, &msg, flags);
	if (n > 0)
		d->n += n;
	if (n < 0)
		return errno == EINTR ? 0 : errno == EAGAIN ? -EAGAIN : -EPIPE;
	return n ? 0 : -EPIPE;
}

/* ---- asking ---- */

static int send_line(struct device *d, const char *request)
{
	struct iovec iov[] = {{(char *)request, strlen(request)}, {"\n", 1}};
	struct msghdr msg = {.msg_iov = iov, .msg_iovlen = 2};
	ssize_t n;

	do {
		n = sendmsg(d->fd, &msg, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -EPIPE;
	/* One that does not read what it is sent. */
	return n == (ssize_t)strlen(request) + 1 ? 0 : -ETIMEDOUT;
}

/* Ticks cut the socket's own patience short, and it begins anew. */
static int receive_answer(struct device *d, char *answer)
{
	unsigned long end = clock_real() + PATIENCE_S * 1000000000ul;
	ssize_t n;
	int err = 0;

	while ((n = take_answer(d, answer)) < 0) {
		err = receive(d, 0);
		if (err == -EAGAIN || (!err && clock_real() > end))
			err = -ETIMEDOUT;
		if (err)
			return err;
	}
	return strlen(answer) == (size_t)n ? 0 : -EILSEQ;
}

int device_ask(unsigned int nr, const char *request, char *answer)
{
	struct device *d = &devices[nr];

	if (nr >= nr_devices)
		return -ENODEV;
	/* What it said unasked would pass for the answer. */
	if (!d->error && take_answer(d, answer) >= 0)
		d->error = -EBADMSG;
	if (!d->error)
		d->error = send_line(d, request);
	if (!d->error)
		d->error = receive_answer(d, answer);
	return d->error;
}

/* What comes unasked: interrupts.  What else there is, device_ask() finds. */
static void look_at(struct device *d)
{
	char line[RING3_DEVICE_LINE];
	int err;

	do {
		err = receive(d, MSG_DONTWAIT);
	} while (!err);
	if (err != -EAGAIN)
		d->error = err;
	while (d->n >= 4 && !memcmp(d->input, "irq\n", 4)) {
		take_line(d, line);
		interrupts |= 1u << (d - devices);
	}
}

unsigned int device_interrupts(void)
{
	unsigned int i, result;

	for (i = 0; i < nr_devices; i++)
		if (!devices[i].error && !guest.config->steady_time)
			look_at(&devices[i]);
	result = interrupts;
	interrupts = 0;
	return result;
}
