// SPDX-License-Identifier: GPL-2.0-only
/*
 * Directories of the instance in programs' hands.  A program gets a descriptor
 * of an empty directory of the same name below a folder of ours, so that it can
 * keep it, pass it on, and make it its current one; what is in it the instance
 * says (dir_calls.c).
 *
 * Locked.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "clients/internal.h"

static char *top; /* the folder, canonical */
static size_t top_length;
static dev_t top_dev;
static bool used;

int shadow_set_up(const char *run_dir)
{
	char path[PATH_SIZE];
	struct stat st;

	if (snprintf(path, sizeof(path), "%s/shadow", run_dir) >= PATH_SIZE)
		return -ENAMETOOLONG;
	if (mkdir(path, 0755) && errno != EEXIST)
		return -errno;
	top = realpath(path, NULL);
	if (!top || stat(top, &st))
		return -errno;
	top_length = strlen(top);
	top_dev = st.st_dev;
	return 0;
}

bool shadow_used(void)
{
	return used;
}

static int make_directories(char *path)
{
	char *p = path + top_length + 1;

	for (;;) {
		p = strchr(p, '/');
		if (p)
			*p = 0;
		if (mkdir(path, 0755) && errno != EEXIST)
			return -errno;
		if (!p)
			return 0;
		*p++ = '/';
	}
}

int shadow_open(const char *path)
{
	char real[2 * PATH_SIZE];
	int fd, err;

	snprintf(real, sizeof(real), "%s%s", top, path);
	err = make_directories(real);
	if (err)
		return err;
	fd = open(real, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	used = true;
	return fd;
}

int shadow_path_at(const char *real, char *out)
{
	if (!top || strncmp(real, top, top_length) ||
	    (real[top_length] && real[top_length] != '/'))
		return -ENOENT;
	strcpy(out, real[top_length] ? real + top_length : "/");
	return 0;
}

bool shadow_is_fd(int tid, int fd, char *path)
{
	char link[64], real[PATH_SIZE];
	struct stat st;
	ssize_t n;

	if (!used)
		return false;
	snprintf(link, sizeof(link), "/proc/%d/fd/%d", tid, fd);
	if (stat(link, &st) || st.st_dev != top_dev || !S_ISDIR(st.st_mode))
		return false;
	n = readlink(link, real, sizeof(real) - 1);
	if (n < 0)
		return false;
	real[n] = 0;
	return !shadow_path_at(real, path);
}
