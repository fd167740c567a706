// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files of the instance, written and read for the host.
 *
 * Process context, in PID 1; sleeps.  Uses what the system calls use, which
 * serves all kinds of files, with the kernel's memory for a program's.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include "internal.h"

#define PIECE 32768

/* The position does not tell how far it is: in a device it may stand still. */
static long write_all(struct file *file, const char *data, unsigned long n)
{
	unsigned long written = 0;
	loff_t at = 0;

	while (written < n) {
		const char *rest = data + written;
		ssize_t done = vfs_write(file,
					 (__force const char __user *)rest,
					 n - written, &at);

		if (done <= 0)
			return done ? done : -EIO;
		written += done;
	}
	return 0;
}

/* Not every file system has anything to sync. */
static long sync_file(struct file *file)
{
	long err = vfs_fsync(file, 0);

	return err == -EINVAL ? 0 : err;
}

/* Replaces the content of the file or device at @path; 0 or -errno. */
long file_put(const char *path, const void *data, unsigned long n)
{
	struct file *file = filp_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	long err;

	if (IS_ERR(file))
		return PTR_ERR(file);
	err = write_all(file, data, n);
	if (!err)
		err = sync_file(file);
	filp_close(file, NULL);
	return err;
}

/* Sends all of the file or device at @path to the host; 0 or -errno. */
long file_save(const char *path)
{
	struct file *file = filp_open(path, O_RDONLY, 0);
	void *piece = kmalloc(PIECE, GFP_KERNEL);
	loff_t at = 0;
	ssize_t n = -ENOMEM;

	if (IS_ERR(file)) {
		kfree(piece);
		return PTR_ERR(file);
	}
	while (piece) {
		usercopy_trust_files(true);
		n = vfs_read(file, (__force char __user *)piece, PIECE, &at);
		usercopy_trust_files(false);
		if (n <= 0)
			break;
		host_file_content(piece, n);
	}
	kfree(piece);
	filp_close(file, NULL);
	return n;
}
