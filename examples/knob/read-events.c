// SPDX-License-Identifier: GPL-2.0-only
/*
 * read-events NAME N: finds the input device of this name and prints the next
 * N events from it.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int open_device(const char *name)
{
	char path[64], found[80];
	int fd, i;

	for (i = 0; i < 32; i++) {
		snprintf(path, sizeof(path), "/dev/input/event%d", i);
		fd = open(path, O_RDONLY);
		if (fd < 0)
			continue;
		if (ioctl(fd, EVIOCGNAME(sizeof(found)), found) > 0 &&
		    !strcmp(found, name))
			return fd;
		close(fd);
	}
	return -1;
}

static const char *type_name(unsigned int type)
{
	switch (type) {
	case EV_SYN:
		return "sync";
	case EV_KEY:
		return "key";
	case EV_REL:
		return "rel";
	}
	return "other";
}

int main(int argc, char **argv)
{
	struct input_event event;
	int fd, n;

	if (argc != 3) {
		fprintf(stderr, "usage: read-events NAME N\n");
		return 2;
	}
	fd = open_device(argv[1]);
	if (fd < 0) {
		fprintf(stderr, "no input device \"%s\"\n", argv[1]);
		return 1;
	}
	puts("ready");
	fflush(stdout);
	for (n = atoi(argv[2]); n; n--) {
		if (read(fd, &event, sizeof(event)) != sizeof(event))
			return 1;
		printf("%s %d %d\n", type_name(event.type), event.code,
		       event.value);
		fflush(stdout);
	}
	return 0;
}
