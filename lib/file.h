/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whole files: read, replaced atomically, and the directories above them.
 *
 * Any thread, no locks, may block on disk, not signal-safe.  All return 0 or
 * -errno.
 */
#ifndef LIB_FILE_H
#define LIB_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Reads all of @path into a new buffer, NUL-terminated beyond @size. */
int file_read(const char *path, void **data, size_t *size);

/* The same from a descriptor, from its start; it may be a pipe. */
int file_read_fd(int fd, void **data, size_t *size);

/* Writes all of @size bytes, over interruptions and short writes. */
int file_write_all(int fd, const void *data, size_t size);

/* Replaces @path by @data at once: a temporary file, fsync, rename. */
int file_replace(const char *path, const void *data, size_t size, mode_t mode);

/* mkdir -p. */
int file_make_dirs(const char *path);

/* rm -r; a path that is not there is no error. */
int file_remove_tree(const char *path);

bool file_exists(const char *path);

#endif
