// SPDX-License-Identifier: GPL-2.0-only
/*
 * listen [N]: waits for the doorbell to ring N times (1).
 *
 * sysfs counts what was not read since the last change as news, so it is read
 * once before the first wait.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int read_rings(int fd)
{
	char text[16] = "";

	if (pread(fd, text, sizeof(text) - 1, 0) < 0) {
		perror("read");
		exit(1);
	}
	return atoi(text);
}

int main(int argc, char **argv)
{
	int times = argc > 1 ? atoi(argv[1]) : 1;
	struct pollfd p = {.events = POLLPRI};

	p.fd = open("/sys/kernel/doorbell/rings", O_RDONLY);
	if (p.fd < 0) {
		perror("/sys/kernel/doorbell/rings");
		return 1;
	}
	printf("rings: %d, listening\n", read_rings(p.fd));
	fflush(stdout);
	while (times--) {
		if (poll(&p, 1, 10000) <= 0) {
			puts("nobody rang");
			return 1;
		}
		printf("rings: %d\n", read_rings(p.fd));
		fflush(stdout);
	}
	return 0;
}
