// SPDX-License-Identifier: GPL-2.0-only
/*
 * One call of a client, from the registers on, as the kernel's entry code would
 * run it.
 *
 * In the task that stands for the client's thread, which has a descriptor only
 * while a call needs it; sleeps.
 */
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/init_syscalls.h>
#include <linux/poll.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/string.h>
#include <linux/task_work.h>
#include <asm/syscall.h>
#include "syscall/clients.h"

extern struct cred init_cred;

/* The file that the task's table holds at @fd, which it gives up. */
static struct file *take_file(unsigned int fd)
{
#if HAVE_FILE_CLOSE_FD
	return file_close_fd(fd);
#else
	return close_fd_get_file(fd);
#endif
}

static long call_kernel(const struct ring3_call *call)
{
	struct pt_regs *regs = task_pt_regs(current);

	memset(regs, 0, sizeof(*regs));
	regs->di = call->args[0];
	regs->si = call->args[1];
	regs->dx = call->args[2];
	regs->r10 = call->args[3];
	regs->r8 = call->args[4];
	regs->r9 = call->args[5];
	regs->ax = -ENOSYS;
	regs->orig_ax = call->nr;
	regs->cs = __USER_CS;
	regs->ss = __USER_DS;
	regs->flags = X86_EFLAGS_IF;
	return hooks_run(regs, call->nr);
}

static bool is_about_modules(unsigned int nr)
{
	return nr == __NR_init_module || nr == __NR_finit_module ||
	       nr == __NR_delete_module;
}

/* A module's init and exit run as whoever calls, who is root elsewhere: those
 * that ask for a capability are to find it although the person has but few. */
static long system_call(const struct ring3_call *call)
{
	const struct cred *own = NULL;
	long result;

	if (is_about_modules(call->nr))
		own = identity_raise();
	result = call_kernel(call);
	if (own)
		revert_creds(own);
	return result;
}

/* Of a directory, the path without links replaces the one that was asked for:
 * ".." from there is then what it seems. */
static void tell_real_path(struct ring3_call *call, struct file *file)
{
	char *path = call->path, *real;

	if (!path || !S_ISDIR(call->mode))
		return;
	real = d_path(&file->f_path, path, PATH_MAX);
	if (!IS_ERR(real))
		memmove(path, real, strlen(real) + 1);
}

/* What the call has opened is the supervisor's from then on. */
static long hand_over(struct ring3_call *call, long fd)
{
	struct client_file *cf;
	struct file *file;
	int err;

	if (fd < 0)
		return fd;
	file = take_file(fd);
	call->mode = file_inode(file)->i_mode;
	call->flags = file->f_flags;
	call->can_poll = file_can_poll(file);
	tell_real_path(call, file);
	err = files_make(file, &cf);
	if (err) {
		fput(file);
		return err;
	}
	call->file = cf;
	return 0;
}

static void close_number(int fd)
{
	struct file *file = take_file(fd);

	if (file)
		fput(file);
}

/* The file that goes along gets a descriptor, which the call is to find. */
static int install_lent(struct ring3_call *call)
{
	int fd = get_unused_fd_flags(0);
	struct file *file;

	if (fd < 0)
		return fd;
	file = lent_file(call->lent);
	if (IS_ERR(file)) {
		put_unused_fd(fd);
		return PTR_ERR(file);
	}
	call->lent->fd = -1;
	fd_install(fd, file);
	if (call->lent->number)
		*call->lent->number = fd;
	else
		call->args[2] = fd;
	return fd;
}

/* The descriptor that the call sees is there only meanwhile. */
static long call_on_file(struct ring3_call *call)
{
	struct file *file = files_file(call->file);
	int fd = get_unused_fd_flags(0), lent = -1;
	long result = 0;

	if (fd < 0)
		return fd;
	fd_install(fd, get_file(file));
	call->args[0] = fd;
	if (call->lent)
		lent = result = install_lent(call);
	if (result >= 0)
		result = system_call(call);
	if (lent >= 0)
		close_number(lent);
	close_number(fd);
	call->flags = files_file(call->file)->f_flags;
	files_touched(call->file);
	return result;
}

/* The file is the person's, and arrives by the host; all else of
 * finit_module(2) is as the program has it. */
static long load_module_file(struct ring3_call *call)
{
	struct client_task *ct = client_current();
	const struct cred *own = override_creds(&init_cred);
	struct file *file;
	long result;
	int fd;

	hooks_note();
	client_stay_inside(ct, true);
	file = module_open_image(call->image, call->size);
	client_stay_inside(ct, false);
	revert_creds(own);
	if (IS_ERR(file))
		return PTR_ERR(file);
	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0) {
		fput(file);
		return fd;
	}
	fd_install(fd, file);
	call->args[0] = fd;
	result = system_call(call);
	close_number(fd);
	return result;
}

/* What is outside the instance has directories that it lacks.  Whether the
 * program may write in them the host has said. */
static void make_directories(struct ring3_call *call)
{
	const struct cred *own = override_creds(&init_cred);
	int umask = current->fs->umask;
	char *slash = call->path;

	current->fs->umask = 0;
	while ((slash = strchr(slash + 1, '/'))) {
		*slash = 0;
		init_mkdir(call->path, 0777);
		*slash = '/';
	}
	if (call->make == RING3_MAKE_ALL)
		init_mkdir(call->path, 0777);
	current->fs->umask = umask;
	revert_creds(own);
}

/* What the host runs, by way of a hook on the call's function. */
static long hooked_call(struct ring3_call *call)
{
	struct client_task *ct = client_current();
	long result;

	if (!hooks_begin(ct, call))
		return RING3_RESULT_HOST;
	result = system_call(call);
	hooks_end(ct);
	return result;
}

static long dispatch(struct ring3_call *call)
{
	if (call->make != RING3_MAKE_NOTHING)
		make_directories(call);
	switch (call->kind) {
	case RING3_CALL_SYSCALL:
		return system_call(call);
	case RING3_CALL_OPEN:
		return hand_over(call, system_call(call));
	case RING3_CALL_FILE:
		return call_on_file(call);
	case RING3_CALL_ACCEPT:
		return hand_over(call, call_on_file(call));
	case RING3_CALL_LIST:
		return list_directory(call);
	case RING3_CALL_POLL:
		call->ready = files_poll(call->file, call->args[1]);
		return 0;
	case RING3_CALL_MMAP:
		return map_file(call);
	case RING3_CALL_MODULE:
		return load_module_file(call);
	case RING3_CALL_HOOKED:
		return hooked_call(call);
	default:
		pr_err("ring3: call of unknown kind %d\n", call->kind);
		return -ENOSYS;
	}
}

/* What entry code does on the way back to user mode; a signal that the kernel
 * sent meanwhile goes to the program, which will see it first. */
static void leave_kernel(struct client_task *ct)
{
	if (test_thread_flag(TIF_NOTIFY_SIGNAL))
		clear_thread_flag(TIF_NOTIFY_SIGNAL);
	process_exit_to_user();
	if (task_sigpending(current))
		signals_forward(ct);
}

void call_run(struct ring3_call *call)
{
	struct client_task *ct = client_current();
	int err;

	call->result = 0;
	if (ct->generation != call->client->generation) {
		call->result = identity_adopt(call->client);
		ct->generation = call->client->generation;
	}
	pages_before_call(call->client);
	if (!call->result)
		call->result = dispatch(call);
	err = pages_after_call(ct);
	if (err && call->result >= 0)
		call->result = err;
	hooks_look();
	leave_kernel(ct);
}
