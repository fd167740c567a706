// SPDX-License-Identifier: GPL-2.0-only
/*
 * What system calls cost a program, in an instance or out of it.
 *
 *   clients read FILE SIZE COUNT   reads of the first SIZE bytes; prints ns of one
 *   clients start NS               prints how long ago that was, in ns
 *   clients now                    prints the time, in ns
 *
 * One thread.  For bench/clients.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 7

static unsigned long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ul + t.tv_nsec;
}

/* The best of some rounds: others run on the machine, too. */
static int reads(const char *path, size_t size, unsigned long count)
{
	unsigned long best = -1ul, begin, i;
	char *buffer = malloc(size);
	int fd = open(path, O_RDONLY), round;

	if (fd < 0 || !buffer) {
		perror(path);
		return 1;
	}
	memset(buffer, 1, size);
	for (round = 0; round < ROUNDS; round++) {
		begin = now();
		for (i = 0; i < count; i++)
			if (pread(fd, buffer, size, 0) != (ssize_t)size) {
				perror("read");
				return 1;
			}
		if ((now() - begin) / count < best)
			best = (now() - begin) / count;
	}
	printf("%lu\n", best);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "read"))
		return reads(argv[2], atol(argv[3]), atol(argv[4]));
	if (argc == 3 && !strcmp(argv[1], "start"))
		printf("%lu\n", now() - strtoul(argv[2], NULL, 10));
	else if (argc == 2 && !strcmp(argv[1], "now"))
		printf("%lu\n", now());
	else
		return 2;
	return 0;
}
