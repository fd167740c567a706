// SPDX-License-Identifier: GPL-2.0-only
/* Whether taking a file out of the table is called file_close_fd(). */
#include <linux/fdtable.h>
#include <linux/file.h>

struct file *probe(unsigned int fd);

struct file *probe(unsigned int fd)
{
	return file_close_fd(fd);
}
