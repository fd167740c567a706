// SPDX-License-Identifier: GPL-2.0-only
/*
 * calls FILE MODE CALL...: opens a file and makes system calls on it, one
 * after the other, and prints what each gives.
 *
 * MODE is letters: r, w, n (O_NONBLOCK), a (O_APPEND), t (O_TRUNC),
 * d (O_DIRECTORY).  One thread; stops at nothing.  For the scenarios.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define BUFFER_SIZE (2 << 20)

static int fd;
static char buffer[BUFFER_SIZE];
static char *argument[3]; /* of the call, behind colons */

static long number(int i)
{
	return argument[i] ? strtol(argument[i], NULL, 0) : 0;
}

static void *pointer(int i)
{
	return argument[i] ? (void *)strtoul(argument[i], NULL, 0) : NULL;
}

static bool failed(long ret)
{
	if (ret >= 0)
		return false;
	puts(strerrorname_np(errno));
	return true;
}

static void show_bytes(long n)
{
	long i, shown = n < 60 ? n : 60;

	printf("%ld \"", n);
	for (i = 0; i < shown; i++)
		if (isprint((unsigned char)buffer[i]))
			putchar(buffer[i]);
		else
			printf("\\%o", (unsigned char)buffer[i]);
	puts(shown < n ? "\"..." : "\"");
}

static void show(long ret)
{
	if (!failed(ret))
		printf("%ld\n", ret);
}

static void call_read(void)
{
	long n = read(fd, buffer, number(0));

	if (!failed(n))
		show_bytes(n);
}

static void call_pread(void)
{
	long n = pread(fd, buffer, number(0), number(1));

	if (!failed(n))
		show_bytes(n);
}

static void call_readv(void)
{
	struct iovec v[2] = {{buffer, number(0)},
			     {buffer + number(0), number(1)}};
	long n = readv(fd, v, 2);

	if (!failed(n))
		show_bytes(n);
}

static void call_write(void)
{
	show(write(fd, argument[0], strlen(argument[0])));
}

static void call_pwrite(void)
{
	show(pwrite(fd, argument[0], strlen(argument[0]), number(1)));
}

static void call_writev(void)
{
	struct iovec v[2] = {{argument[0], strlen(argument[0])},
			     {argument[1], strlen(argument[1])}};

	show(writev(fd, v, 2));
}

/* N zero bytes. */
static void call_fill(void)
{
	memset(buffer, 0, sizeof(buffer));
	show(write(fd, buffer, number(0)));
}

static void call_read_at(void)
{
	show(syscall(SYS_read, fd, pointer(0), number(1)));
}

static void call_write_at(void)
{
	show(syscall(SYS_write, fd, pointer(0), number(1)));
}

/* The second of two pages is not there. */
static char *edge(void)
{
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	munmap(pages + 4096, 4096);
	memset(pages, 'e', 4096);
	return pages + 4096;
}

static void call_read_edge(void)
{
	show(syscall(SYS_read, fd, edge() - number(0), number(1)));
}

static void call_write_edge(void)
{
	show(syscall(SYS_write, fd, edge() - number(0), number(1)));
}

static void call_read_huge(void)
{
	show(syscall(SYS_read, fd, buffer, (size_t)-1 >> number(0)));
}

static void call_seek(void)
{
	static const char *const names[] = {"set", "cur", "end", "data",
					    "hole"};
	int whence;

	for (whence = 0; whence < 5; whence++)
		if (!strcmp(argument[1], names[whence]))
			break;
	show(lseek(fd, number(0), whence));
}

static void call_ioctl(void)
{
	show(syscall(SYS_ioctl, fd, number(0), pointer(1)));
}

static void show_events(short events)
{
	static const struct {
		short bit;
		const char *name;
	} names[] = {{POLLIN, "in"},	     {POLLPRI, "pri"},
		     {POLLOUT, "out"},	     {POLLERR, "err"},
		     {POLLHUP, "hup"},	     {POLLNVAL, "nval"},
		     {POLLRDNORM, "rdnorm"}, {POLLWRNORM, "wrnorm"}};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (events & names[i].bit)
			printf(" %s", names[i].name);
	puts("");
}

static void call_poll(void)
{
	struct pollfd p = {.fd = fd,
			   .events = POLLIN | POLLPRI | POLLOUT | POLLRDNORM |
				     POLLWRNORM};
	int n;

	if (argument[1])
		p.events = !strcmp(argument[1], "in") ? POLLIN : POLLOUT;
	n = poll(&p, 1, number(0));
	if (failed(n))
		return;
	printf("%d", n);
	show_events(p.revents);
}

static void call_select(void)
{
	struct timeval limit = {.tv_usec = number(0) * 1000};
	fd_set in, out;

	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_SET(fd, &in);
	FD_SET(fd, &out);
	if (!failed(select(fd + 1, &in, &out, NULL, &limit)))
		printf("in %d out %d\n", !!FD_ISSET(fd, &in),
		       !!FD_ISSET(fd, &out));
}

static void call_epoll(void)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLOUT};
	int set = epoll_create1(0), n;

	if (failed(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event)))
		return;
	event.events = 0;
	n = epoll_wait(set, &event, 1, number(0));
	close(set);
	printf("%d", n);
	show_events(event.events);
}

static void call_mmap(void)
{
	const char *how = argument[1];
	int prot = PROT_READ | (strchr(how, 'w') ? PROT_WRITE : 0);
	char *p = mmap(NULL, number(0), prot,
		       strchr(how, 's') ? MAP_SHARED : MAP_PRIVATE, fd,
		       number(2));

	if (p == MAP_FAILED) {
		failed(-1);
		return;
	}
	puts("mapped");
	munmap(p, number(0));
}

static void call_stat(void)
{
	struct stat st;

	if (!failed(fstat(fd, &st)))
		printf("mode %o links %ld uid %d gid %d size %ld\n", st.st_mode,
		       (long)st.st_nlink, st.st_uid, st.st_gid,
		       (long)st.st_size);
}

static void call_statfs(void)
{
	struct statfs st;

	if (!failed(fstatfs(fd, &st)))
		printf("type %lx name length %ld\n", (long)st.f_type,
		       (long)st.f_namelen);
}

static void call_getfl(void)
{
	int flags = fcntl(fd, F_GETFL);

	if (!failed(flags))
		printf("access %d%s%s\n", flags & O_ACCMODE,
		       flags & O_NONBLOCK ? " nonblock" : "",
		       flags & O_APPEND ? " append" : "");
}

static void call_setfl(void)
{
	show(fcntl(fd, F_SETFL, number(0) ? O_NONBLOCK : 0));
}

static void call_truncate(void)
{
	show(ftruncate(fd, number(0)));
}

static void call_fsync(void)
{
	show(fsync(fd));
}

static void call_chmod(void)
{
	show(fchmod(fd, strtoul(argument[0], NULL, 8)));
}

/* The position is the open file's, not the descriptor's. */
static void call_dup(void)
{
	int copy = dup(fd);

	close(fd);
	fd = copy;
	puts(copy >= 0 ? "done" : strerrorname_np(errno));
}

static void call_close(void)
{
	show(close(fd));
}

static const struct {
	const char *name;
	void (*make)(void);
} calls[] = {
	{"read", call_read},
	{"pread", call_pread},
	{"readv", call_readv},
	{"write", call_write},
	{"pwrite", call_pwrite},
	{"writev", call_writev},
	{"fill", call_fill},
	{"read-at", call_read_at},
	{"write-at", call_write_at},
	{"read-edge", call_read_edge},
	{"write-edge", call_write_edge},
	{"read-huge", call_read_huge},
	{"seek", call_seek},
	{"ioctl", call_ioctl},
	{"poll", call_poll},
	{"select", call_select},
	{"epoll", call_epoll},
	{"mmap", call_mmap},
	{"stat", call_stat},
	{"statfs", call_statfs},
	{"getfl", call_getfl},
	{"nonblock", call_setfl},
	{"truncate", call_truncate},
	{"fsync", call_fsync},
	{"chmod", call_chmod},
	{"dup", call_dup},
	{"close", call_close},
};

static void make(char *text)
{
	char *name = strtok(text, ":");
	size_t i;

	for (i = 0; i < 3; i++)
		argument[i] = strtok(NULL, ":");
	for (i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (!strcmp(calls[i].name, name)) {
			calls[i].make();
			return;
		}
	puts("no such call");
}

static int open_flags(const char *mode)
{
	int flags = strchr(mode, 'w') ? strchr(mode, 'r') ? O_RDWR : O_WRONLY
				      : O_RDONLY;

	return flags | (strchr(mode, 'n') ? O_NONBLOCK : 0) |
	       (strchr(mode, 'a') ? O_APPEND : 0) |
	       (strchr(mode, 't') ? O_TRUNC : 0) |
	       (strchr(mode, 'd') ? O_DIRECTORY : 0);
}

int main(int argc, char **argv)
{
	int i;

	if (argc < 3) {
		fputs("usage: calls FILE MODE [CALL[:ARGUMENT...]...]\n",
		      stderr);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	fd = open(argv[1], open_flags(argv[2]));
	if (fd < 0) {
		printf("open: %s\n", strerrorname_np(errno));
		return 1;
	}
	for (i = 3; i < argc; i++) {
		printf("%s: ", argv[i]);
		make(argv[i]);
	}
	return 0;
}
