// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading from a file of the instance, as finit_module(2) does.
 *
 * Called in a task of its own, in process context; sleeps.
 */
#include <linux/delay.h>
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

/* Writes @image, in host memory, to a file and opens it again.  Its name goes at
 * once: nobody else is to see it. */
struct file *module_open_image(const void *image, unsigned long size)
{
	struct file *file;
	char path[32];
	long err;

	snprintf(path, sizeof(path), "/tmp/.module-%d", current->pid);
	err = file_put(path, image, size);
	if (err)
		return ERR_PTR(err);
	/* As long as the one that wrote is open, nobody may execute it. */
	process_exit_to_user();
	file = filp_open(path, O_RDONLY, 0);
	init_unlink(path);
	return file;
}

/* One call of finit_module(2). */
struct call {
	struct file *file; /* the calling task's to close */
	const char *args;
	unsigned int flags;
	long result;
};

static void finit_module(struct call *call)
{
	struct pt_regs regs = {
		.si = (unsigned long)call->args,
		.dx = call->flags,
	};
	int fd = get_unused_fd_flags(O_CLOEXEC);

	call->result = fd;
	if (fd < 0) {
		fput(call->file);
		return;
	}
	fd_install(fd, call->file);
	regs.di = fd;
	call->result = __x64_sys_finit_module(&regs);
	close_fd(fd);
}

/* Gives the other task the time to begin. */
static void second_program(void *arg)
{
	msleep(5);
	finit_module(arg);
}

/* Who of the two is first does not matter to anyone. */
static void finit_module_twice(struct call *call, long *second)
{
	struct call other = *call;
	struct process process = {
		.comm = "insmod", .fn = second_program, .arg = &other};
	pid_t pid;

	get_file(other.file);
	pid = process_start(&process);
	finit_module(call);
	if (pid < 0)
		other.result = pid;
	else
		process_wait(pid);
	*second = min(call->result, other.result);
	call->result = max(call->result, other.result);
}

/*
 * @image, @args: in host memory, below TASK_SIZE as a program's would be;
 * @flags: MODULE_INIT_*.  Returns what finit_module(2) does.  @second: two
 * tasks do it at once; the larger of their results is returned, and this is
 * the other.
 */
long module_load_file(const void *image, unsigned long size, const char *args,
		      unsigned int flags, long *second)
{
	struct call call = {.file = module_open_image(image, size),
			    .args = args,
			    .flags = flags};

	if (IS_ERR(call.file))
		return PTR_ERR(call.file);
	if (second)
		finit_module_twice(&call, second);
	else
		finit_module(&call);
	return call.result;
}
