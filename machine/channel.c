// SPDX-License-Identifier: GPL-2.0-only
/*
 * The instance's end of the channel to the process that started it.
 *
 * Blocks while the other end is slow.  Sending is signal-safe.  When the other
 * end is gone there is nobody to work for, and the instance ends.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include "machine/internal.h"

static int channel_fd = -1;

void channel_set_up(int fd)
{
	channel_fd = fd;
}

void channel_send(enum wire_kind kind, const void *head, size_t head_size,
		  const void *data, size_t size)
{
	unsigned int tag = kind;
	struct iovec iov[] = {
		{&tag, sizeof(tag)},
		{(void *)head, head_size},
		{(void *)data, size},
	};
	struct msghdr msg = {.msg_iov = iov, .msg_iovlen = 3};

	while (sendmsg(channel_fd, &msg, MSG_NOSIGNAL) < 0)
		if (errno != EINTR)
			_exit(1);
}

static int descriptor_of(struct msghdr *msg)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);
	int fd;

	if (!c || c->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

size_t channel_receive(enum wire_kind kind, void *head, size_t head_size,
		       void *data, size_t size, int *fd)
{
	unsigned int tag = 0;
	struct iovec iov[] = {
		{&tag, sizeof(tag)},
		{head, head_size},
		{data, size},
	};
	char control[CMSG_SPACE(sizeof(int))] = {0};
	struct msghdr msg = {
		.msg_iov = iov,
		.msg_iovlen = 3,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n;

	do {
		n = recvmsg(channel_fd, &msg, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		_exit(1);
	if (tag != kind || (size_t)n < sizeof(tag) + head_size)
		guest_bug("unexpected message");
	if (fd)
		*fd = descriptor_of(&msg);
	return n - sizeof(tag) - head_size;
}
