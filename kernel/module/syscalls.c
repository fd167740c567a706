// SPDX-License-Identifier: GPL-2.0-only
/*
 * init_module(2), finit_module(2), delete_module(2): which loader serves them,
 * and the calls that the instance itself makes.
 *
 * In a task of its own, in process context; sleeps.
 */
#include <linux/capability.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kernel_read_file.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/security.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <asm/ptrace.h>
#include "hook.h"
#include "module/internal.h"

#define COPY_CHUNK (16 * PAGE_SIZE)

typedef long syscall_fn(const struct pt_regs *regs);

syscall_fn __x64_sys_init_module, __x64_sys_delete_module;
syscall_fn machine_init_module, machine_finit_module, machine_delete_module;

HOOK(__x64_sys_init_module, machine_init_module, HOOK_SLOT, HOOK_LATE,
     "loads by the kernel's module system; ours does it");
HOOK(__x64_sys_finit_module, machine_finit_module, HOOK_SLOT, HOOK_LATE,
     "loads by the kernel's module system; ours does it");
HOOK(__x64_sys_delete_module, machine_delete_module, HOOK_SLOT, HOOK_LATE,
     "unloads by the kernel's module system; ours does it");

static bool by_kernel(void)
{
	return ring3_kernel.options & RING3_OPTION_KERNEL_LOADER;
}

static int may_init_module(void)
{
	return !capable(CAP_SYS_MODULE) || modules_disabled ? -EPERM : 0;
}

static int copy_in_chunks(void *to, const char __user *from, unsigned long n)
{
	unsigned long chunk;

	for (; n; n -= chunk, to += chunk, from += chunk) {
		chunk = min(n, COPY_CHUNK);
		if (copy_from_user(to, from, chunk))
			return -EFAULT;
		cond_resched();
	}
	return 0;
}

/* A copy, which the program cannot change any more. */
static int copy_image(struct load_info *info, const void __user *from,
		      unsigned long n)
{
	int err = security_kernel_load_data(LOADING_MODULE, true);

	if (err)
		return err;
	if (PFN_UP(n) > si_mem_available())
		return -ENOMEM;
	info->hdr = __vmalloc(n, GFP_KERNEL | __GFP_NOWARN);
	if (!info->hdr)
		return -ENOMEM;
	info->len = n;
	info->copied = true;
	err = copy_in_chunks(info->hdr, from, n);
	if (!err)
		err = security_kernel_post_load_data(
			(char *)info->hdr, n, LOADING_MODULE, "init_module");
	if (err)
		vfree(info->hdr);
	return err;
}

static long load_from_memory(const void __user *image, unsigned long n,
			     const char __user *args)
{
	struct load_info info = {0};
	int err = may_init_module();

	if (err)
		return err;
	if (n < sizeof(Elf_Ehdr))
		return -ENOEXEC;
	err = copy_image(&info, image, n);
	return err ? err : load_module(&info, args);
}

long machine_init_module(const struct pt_regs *regs)
{
	if (by_kernel())
		return NATIVE(syscall_fn, __x64_sys_init_module)(regs);
	return load_from_memory((const void __user *)regs->di, regs->si,
				(const char __user *)regs->dx);
}

static int read_image(struct load_info *info, struct file *file)
{
	void *data = NULL;
	int n = kernel_read_file(file, 0, &data, INT_MAX, NULL, READING_MODULE);
	int err = 0;

	if (n < 0)
		return n;
	if (info->flags & MODULE_INIT_COMPRESSED_FILE) {
		err = module_decompress_image(info, data, n);
		vfree(data);
		return err;
	}
	info->hdr = data;
	info->len = n;
	info->copied = true;
	return 0;
}

/* What finit_module(2) was asked for. */
struct request {
	struct file *file;
	const char __user *args;
	unsigned int flags;
};

static long serve(void *arg)
{
	const struct request *request = arg;
	struct load_info info = {.flags = request->flags};
	int err = read_image(&info, request->file);

	return err ? err : load_module(&info, request->args);
}

static long load_from_file(int fd, const char __user *args, unsigned int flags)
{
	struct request request = {.args = args, .flags = flags};
	long err = may_init_module();

	if (err)
		return err;
	if (flags &
	    ~(MODULE_INIT_IGNORE_MODVERSIONS | MODULE_INIT_IGNORE_VERMAGIC |
	      MODULE_INIT_COMPRESSED_FILE))
		return -EINVAL;
	request.file = fget(fd);
	if (!request.file)
		return -EBADF;
	err = -EBADF;
	if (request.file->f_mode & FMODE_READ)
		err = load_once(file_inode(request.file), serve, &request);
	fput(request.file);
	return err;
}

long machine_finit_module(const struct pt_regs *regs)
{
	if (by_kernel())
		return NATIVE(syscall_fn, __x64_sys_finit_module)(regs);
	return load_from_file(regs->di, (const char __user *)regs->si,
			      regs->dx);
}

long machine_delete_module(const struct pt_regs *regs)
{
	if (by_kernel())
		return NATIVE(syscall_fn, __x64_sys_delete_module)(regs);
	return delete_module((const char __user *)regs->di, regs->si);
}

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

/* The same for an @image that nobody else sees and that may be written to: it
 * need not be copied. */
long module_load_in_place(void *image, unsigned long size, const char *args)
{
	struct load_info info = {.hdr = image, .len = size};
	int err;

	if (by_kernel() || size < sizeof(Elf_Ehdr))
		return module_load(image, size, args);
	err = may_init_module();
	return err ? err : load_module(&info, (const char __user *)args);
}

/* All of a load but parameters and init, and everything undone; @image may be
 * written to. */
long module_try(void *image, unsigned long size)
{
	struct load_info info = {.hdr = image, .len = size, .trial = true};

	if (size < sizeof(Elf_Ehdr))
		return -ENOEXEC;
	return load_module(&info, NULL);
}

/* @flags: O_NONBLOCK, O_TRUNC.  Returns what delete_module(2) does. */
long module_unload(const char *name, unsigned int flags)
{
	struct pt_regs regs = {
		.di = (unsigned long)name,
		.si = flags,
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
