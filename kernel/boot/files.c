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

/* Replaces the content of the file or device at @path; 0 or -errno. */
long file_put(const char *path, const void *data, unsigned long n)
{
	struct file *file = filp_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	loff_t at = 0;
	ssize_t done = 0;
	long err;

	if (IS_ERR(file))
		return PTR_ERR(file);
	while (done >= 0 && at < n)
		done = vfs_write(file, (__force const char __user *)data + at,
				 n - at, &at);
	err = done < 0 ? done : vfs_fsync(file, 0);
	/* Not every file system has anything to sync. */
	if (err == -EINVAL)
		err = 0;
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
