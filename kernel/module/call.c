// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading from a file of the instance, as finit_module(2) does.
 *
 * Called in a task of its own, in process context; sleeps.
 */
#include <linux/err.h>
#include <linux/fcntl.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/init_syscalls.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <asm/ptrace.h>
#include "../internal.h"

long __x64_sys_finit_module(const struct pt_regs *regs);

/* Writes the file and opens it again for the calling task; the descriptor, or
 * -errno.  Its name goes at once: nobody else is to see it. */
static int open_image(const void *image, unsigned long size)
{
	struct file *file;
	char path[32];
	long err;
	int fd;

	snprintf(path, sizeof(path), "/tmp/.module-%d", current->pid);
	err = file_put(path, image, size);
	if (err)
		return err;
	/* As long as the one that wrote is open, nobody may execute it. */
	process_exit_to_user();
	file = filp_open(path, O_RDONLY, 0);
	init_unlink(path);
	if (IS_ERR(file))
		return PTR_ERR(file);
	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		fput(file);
	else
		fd_install(fd, file);
	return fd;
}

/*
 * @image, @args: in host memory, below TASK_SIZE as a program's would be;
 * @flags: MODULE_INIT_*.  Returns what finit_module(2) does.
 */
long module_load_file(const void *image, unsigned long size, const char *args,
		      unsigned int flags)
{
	struct pt_regs regs = {
		.si = (unsigned long)args,
		.dx = flags,
	};
	int fd = open_image(image, size);
	long result;

	if (fd < 0)
		return fd;
	regs.di = fd;
	result = __x64_sys_finit_module(&regs);
	close_fd(fd);
	return result;
}
