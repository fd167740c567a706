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

/* Standard error stays: it is where libFuzzer writes. */
void fuzz_quiet(void)
{
	static bool done;

	if (!done && !freopen("/dev/null", "w", stdout))
		abort();
	done = true;
}
