// SPDX-License-Identifier: GPL-2.0-only
/*
 * share: passes the descriptor of /dev/fifo over a socket to a child, and reads
 * it in a thread.  Needs examples/fifo loaded, and empty.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int fifo;

static void need(int good, const char *what)
{
	printf("%s: %s\n", what, good ? "good" : strerrorname_np(errno));
}

static int send_descriptor(int to, int fd)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec byte = {"x", 1};
	struct msghdr message = {.msg_iov = &byte,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	return sendmsg(to, &message, 0) == 1 ? 0 : -1;
}

static int receive_descriptor(int from)
{
	char room[CMSG_SPACE(sizeof(int))], x;
	struct iovec byte = {&x, 1};
	struct msghdr message = {.msg_iov = &byte,
				 .msg_iovlen = 1,
				 .msg_control = room,
				 .msg_controllen = sizeof(room)};
	struct cmsghdr *c;
	int fd = -1;

	if (recvmsg(from, &message, 0) != 1)
		return -1;
	c = CMSG_FIRSTHDR(&message);
	if (c)
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

static void over_a_socket(void)
{
	int pair[2], status = -1;
	pid_t pid;

	need(!socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
	pid = fork();
	if (!pid) {
		int fd;

		close(fifo);
		fd = receive_descriptor(pair[1]);
		_exit(fd < 0 || write(fd, "sent", 4) != 4);
	}
	need(!send_descriptor(pair[0], fifo), "descriptor sent");
	need(waitpid(pid, &status, 0) == pid && !status, "the other wrote");
}

static void *read_in_thread(void *text)
{
	ssize_t n = read(fifo, text, 10);

	return (void *)(long)n;
}

static void in_a_thread(void)
{
	char text[11] = "";
	pthread_t thread;
	void *n;

	need(!pthread_create(&thread, NULL, read_in_thread, text), "thread");
	usleep(100000);
	need(write(fifo, "late", 4) == 4, "write while it waits");
	pthread_join(thread, &n);
	printf("the thread read %ld \"%s\"\n", (long)n, text);
}

int main(void)
{
	char text[16] = "";

	setvbuf(stdout, NULL, _IONBF, 0);
	fifo = open("/dev/fifo", O_RDWR);
	need(fifo >= 0, "open");
	over_a_socket();
	need(read(fifo, text, 10) == 4, "read");
	printf("\"%s\"\n", text);
	in_a_thread();
	return 0;
}
