// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading and unloading by the kernel's own loader, through the system calls
 * that insmod(8) and rmmod(8) make.
 *
 * Called in a task of its own, in process context; sleeps.
 */
#include <linux/fcntl.h>
#include <linux/module.h>
#include <linux/string.h>
#include <asm/ptrace.h>
#include "internal.h"

long __x64_sys_init_module(const struct pt_regs *regs);
long __x64_sys_delete_module(const struct pt_regs *regs);

/*
 * @image, @args: in host memory, below TASK_SIZE as a program's would be.
 * Returns what init_module(2) does.
 */
long module_load(const void *image, unsigned long size, const char *args)
{
	struct pt_regs regs = {
		.di = (unsigned long)image,
		.si = size,
		.dx = (unsigned long)args,
	};

	return __x64_sys_init_module(&regs);
}

/* Returns what delete_module(2) with O_NONBLOCK does. */
long module_unload(const char *name)
{
	struct pt_regs regs = {
		.di = (unsigned long)name,
		.si = O_NONBLOCK,
	};

	return __x64_sys_delete_module(&regs);
}

/* Whether a module of that name is there in any state. */
bool module_is_listed(const char *name)
{
	bool listed;

	preempt_disable();
	listed = find_module(name);
	preempt_enable();
	return listed;
}
