// SPDX-License-Identifier: GPL-2.0-only
/*
 * try-cat FILE: prints a file if it can be opened without waiting.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char text[256];
	ssize_t n;
	int fd;

	if (argc != 2) {
		fprintf(stderr, "usage: try-cat FILE\n");
		return 2;
	}
	fd = open(argv[1], O_RDONLY | O_NONBLOCK);
	if (fd < 0) {
		printf("%s: %s\n", argv[1],
		       errno == EAGAIN ? "taken, come back later"
				       : strerror(errno));
		return 1;
	}
	while ((n = read(fd, text, sizeof(text))) > 0)
		fwrite(text, 1, n, stdout);
	return n < 0;
}
