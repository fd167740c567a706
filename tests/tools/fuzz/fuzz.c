// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the fuzz targets share.  One thread.
 */
#include "tests/tools/fuzz/fuzz.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/file.h"

const char *fuzz_file(const void *data, size_t size)
{
	static char path[64];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("fuzz", 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	if (fd < 0 || ftruncate(fd, 0) || lseek(fd, 0, SEEK_SET) ||
	    file_write_all(fd, data, size))
		abort();
	return path;
}

static const char *dir;

static void remove_dir(void)
{
	file_remove_tree(dir);
}

const char *fuzz_dir(void)
{
	static char path[] = "/tmp/ring3-fuzz-XXXXXX";
	static bool made;

	if (!made && (!mkdtemp(path) || atexit(remove_dir)))
		abort();
	made = true;
	dir = path;
	return path;
}

void fuzz_file_in(const char *name, const void *data, size_t size)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", fuzz_dir(), name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || file_write_all(fd, data, size) || close(fd))
		abort();
}

/* Standard error stays: it is where libFuzzer writes. */
void fuzz_quiet(void)
{
	static bool done;

	if (!done && !freopen("/dev/null", "w", stdout))
		abort();
	done = true;
}
