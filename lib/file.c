// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whole files: read, replaced atomically, and the directories above them.
 *
 * Any thread, no locks, may block on disk, not signal-safe.
 */
#include "lib/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/strbuf.h"

/* Enough for a file whose size is known, one byte more to notice its end. */
static size_t size_guess(int fd)
{
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size < 4096)
		return 4096;
	return (size_t)st.st_size + 2;
}

/* Reads what is left of @fd into @data, which grows as needed. */
static int read_rest(int fd, char **data, size_t *cap, size_t *size)
{
	for (;;) {
		ssize_t got = read(fd, *data + *size, *cap - 1 - *size);
		char *more;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			return 0;
		*size += got;
		if (*size < *cap - 1)
			continue;
		more = realloc(*data, *cap * 2);
		if (!more)
			return -ENOMEM;
		*data = more;
		*cap *= 2;
	}
}

int file_read_fd(int fd, void **data, size_t *size)
{
	size_t cap = size_guess(fd);
	size_t used = 0;
	char *text;
	int err;

	if (lseek(fd, 0, SEEK_SET) < 0 && errno != ESPIPE)
		return -errno;
	text = malloc(cap);
	if (!text)
		return -ENOMEM;
	err = read_rest(fd, &text, &cap, &used);
	if (err) {
		free(text);
		return err;
	}
	text[used] = '\0';
	*data = text;
	*size = used;
	return 0;
}

int file_read(const char *path, void **data, size_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = file_read_fd(fd, data, size);
	close(fd);
	return err;
}

int file_write_all(int fd, const void *data, size_t size)
{
	const char *p = data;

	while (size) {
		ssize_t put = write(fd, p, size);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -errno;
		p += put;
		size -= put;
	}
	return 0;
}

static int write_synced(int fd, const void *data, size_t size, mode_t mode)
{
	int err = file_write_all(fd, data, size);

	if (err)
		return err;
	if (fchmod(fd, mode) || fsync(fd))
		return -errno;
	return 0;
}

int file_replace(const char *path, const void *data, size_t size, mode_t mode)
{
	char *temporary = str_printf("%s.XXXXXX", path);
	int fd, err;

	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		goto free_name;
	}
	err = write_synced(fd, data, size, mode);
	if (close(fd) && !err)
		err = -errno;
	if (!err && rename(temporary, path))
		err = -errno;
	if (err)
		unlink(temporary);
free_name:
	free(temporary);
	return err;
}

/* A directory that is there is fine; anything else of that name is not. */
static int make_dir(const char *path)
{
	struct stat st;
	int err;

	if (!mkdir(path, 0777))
		return 0;
	err = -errno;
	if (!stat(path, &st))
		return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
	return err;
}

int file_make_dirs(const char *path)
{
	char *copy = strdup(path);
	int err = 0;

	if (!copy)
		return -ENOMEM;
	for (char *p = copy; *p && !err; p++) {
		if (*p != '/' || p == copy || p[-1] == '/')
			continue;
		*p = '\0';
		err = make_dir(copy);
		*p = '/';
	}
	if (!err)
		err = make_dir(copy);
	free(copy);
	return err;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path) ? errno : 0;
}

int file_remove_tree(const char *path)
{
	struct stat st;
	int ret;

	if (lstat(path, &st))
		return errno == ENOENT ? 0 : -errno;
	ret = nftw(path, remove_one, 32, FTW_DEPTH | FTW_PHYS);
	return ret < 0 ? -errno : -ret;
}

bool file_exists(const char *path)
{
	return !access(path, F_OK);
}
