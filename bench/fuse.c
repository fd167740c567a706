// SPDX-License-Identifier: GPL-2.0-only
/*
 * The peer of bench/clients: a file of 1 MiB in a file system in user space, read
 * past the page cache, as a device's is.
 *
 *   fuse [OPTION...] DIRECTORY   until it is unmounted; libfuse's options
 *
 * One thread.
 */
#define FUSE_USE_VERSION 31
#include <errno.h>
#include <fuse.h>
#include <string.h>

#define SIZE (1 << 20)

static char content[SIZE];

static int get_attributes(const char *path, struct stat *st,
			  struct fuse_file_info *info)
{
	(void)info;
	st->st_mode = strcmp(path, "/") ? S_IFREG | 0444 : S_IFDIR | 0555;
	st->st_nlink = 1;
	st->st_size = SIZE;
	return 0;
}

static int open_file(const char *path, struct fuse_file_info *info)
{
	if (strcmp(path, "/file"))
		return -ENOENT;
	info->direct_io = 1;
	return 0;
}

static int read_file(const char *path, char *to, size_t n, off_t at,
		     struct fuse_file_info *info)
{
	(void)path;
	(void)info;
	if (at >= SIZE)
		return 0;
	if (n > SIZE - (size_t)at)
		n = SIZE - at;
	memcpy(to, content + at, n);
	return n;
}

static const struct fuse_operations operations = {
	.getattr = get_attributes,
	.open = open_file,
	.read = read_file,
};

int main(int argc, char **argv)
{
	return fuse_main(argc, argv, &operations, NULL);
}
