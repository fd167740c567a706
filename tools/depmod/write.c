// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replaces files, all of them or none: each is written under another name
 * first, and only when all are there, they are renamed.  Whenever we are
 * killed, each file is either the old or the new one.
 *
 * Main thread; blocks on disk.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "tools/depmod/depmod.h"
#include "tools/log.h"

static int write_file(int dirfd, const char *name,
		      const struct output_file *file)
{
	int fd, err;

	fd = openat(dirfd, name,
		    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
		    0644);
	if (fd < 0)
		return -errno;
	err = file_write_all(fd, file->data, file->size);
	if (close(fd) && !err)
		err = -errno;
	return err;
}

/*
 * Names that are always the same, so that what a killed run left is written
 * over; unless another run is at it.  The lock goes with @dirfd.
 */
static char *temporary_name(int dirfd, const char *name)
{
	if (flock(dirfd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		return str_printf("%s.%d.tmp", name, (int)getpid());
	return str_printf("%s.tmp", name);
}

static int write_temporaries(int dirfd, const struct output_file *file,
			     char **temporary, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int err;

		temporary[i] = temporary_name(dirfd, file[i].name);
		err = write_file(dirfd, temporary[i], &file[i]);
		if (err) {
			log_err("Could not write index '%s': %s\n",
				file[i].name, strerror(-err));
			return err;
		}
	}
	return 0;
}

static int rename_all(int dirfd, const struct output_file *file,
		      char **temporary, size_t n)
{
	int err = 0;

	for (size_t i = 0; i < n; i++)
		if (renameat(dirfd, temporary[i], dirfd, file[i].name)) {
			err = -errno;
			log_err("renameat(%s, %s): %s\n", temporary[i],
				file[i].name, strerror(-err));
			unlinkat(dirfd, temporary[i], 0);
		}
	return err;
}

int write_files(const char *dir, const struct output_file *file, size_t n)
{
	char **temporary = xcalloc(n, sizeof(*temporary));
	int dirfd, err;

	dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dirfd < 0) {
		err = -errno;
		log_err("could not open directory %s: %s\n", dir,
			strerror(-err));
		goto free_names;
	}
	err = write_temporaries(dirfd, file, temporary, n);
	if (!err)
		err = rename_all(dirfd, file, temporary, n);
	else
		for (size_t i = 0; i < n && temporary[i]; i++)
			unlinkat(dirfd, temporary[i], 0);
	close(dirfd);
free_names:
	for (size_t i = 0; i < n; i++)
		free(temporary[i]);
	free(temporary);
	return err;
}
