// SPDX-License-Identifier: GPL-2.0-only
/*
 * System calls made in a program's place, for what only it can do: change its
 * directory, map memory.  ptrace(2), for a moment.
 *
 * On the worker's thread, which is the tracer; blocks, unlocked.  The caught
 * call must still be unanswered: the answer makes the thread stop.
 */
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/user.h>
#include <sys/wait.h>
#include "clients/internal.h"

#define SYSCALL_SIZE 2 /* bytes of the instruction */

/* Waits for its next stop; signals meanwhile are kept for later. */
static int wait_stop(struct tracee *t)
{
	int status;

	if (waitpid(t->tid, &status, __WALL | __WNOTHREAD) < 0)
		return -errno;
	return WIFSTOPPED(status) ? status : -ESRCH;
}

static bool is_syscall_stop(int status)
{
	return WSTOPSIG(status) == (SIGTRAP | 0x80);
}

static int run_to_syscall_stop(struct tracee *t)
{
	int status;

	do {
		if (ptrace(PTRACE_SYSCALL, t->tid, NULL, NULL))
			return -errno;
		status = wait_stop(t);
		if (status < 0)
			return status;
		if (!is_syscall_stop(status) && !(status >> 16))
			t->sig = WSTOPSIG(status);
	} while (!is_syscall_stop(status));
	return 0;
}

/* From where @regs are, behind a system call's instruction. */
static int set_call(const struct tracee *t, struct user_regs_struct *regs,
		    const struct injected *call)
{
	regs->rip -= SYSCALL_SIZE;
	regs->rax = call->nr;
	regs->orig_rax = -1;
	regs->rdi = call->args[0];
	regs->rsi = call->args[1];
	regs->rdx = call->args[2];
	regs->r10 = call->args[3];
	regs->r8 = call->args[4];
	regs->r9 = call->args[5];
	return ptrace(PTRACE_SETREGS, t->tid, NULL, regs) ? -errno : 0;
}

static int one_call(struct tracee *t, const struct user_regs_struct *at,
		    const struct injected *call, long *result)
{
	struct user_regs_struct regs = *at;
	int err = set_call(t, &regs, call);

	if (!err)
		err = run_to_syscall_stop(t);
	if (!err)
		err = run_to_syscall_stop(t);
	if (!err && ptrace(PTRACE_GETREGS, t->tid, NULL, &regs))
		err = -errno;
	*result = regs.rax;
	return err;
}

static int run_all(struct tracee *t, const struct injected *calls, int n,
		   long *result)
{
	struct user_regs_struct regs;
	struct injected call;
	int i, err = 0;
	long value = 0;

	if (ptrace(PTRACE_GETREGS, t->tid, NULL, &regs))
		return -errno;
	for (i = 0; !err && i < n; i++) {
		call = calls[i];
		if (call.is_relative)
			call.args[0] += *result;
		err = one_call(t, &regs, &call, &value);
		if (!i)
			*result = value;
		if (value < 0 && value > -4096)
			*result = value;
	}
	regs.rax = *result;
	regs.orig_rax = -1;
	ptrace(PTRACE_SETREGS, t->tid, NULL, &regs);
	return err;
}

/* Answers the caught call; the thread is then stopped behind it, and we are its
 * tracer.  -ESRCH: it died. */
static int stop_at_call(const struct request *r, struct tracee *t)
{
	int status, err;

	if (ptrace(PTRACE_SEIZE, t->tid, NULL, PTRACE_O_TRACESYSGOOD))
		return -errno;
	if (ptrace(PTRACE_INTERRUPT, t->tid, NULL, NULL)) {
		err = -errno;
		ptrace(PTRACE_DETACH, t->tid, NULL, NULL);
		return err;
	}
	reply_value(r->notif.id, 0);
	do {
		status = wait_stop(t);
		if (status < 0)
			return -ESRCH;
		if (status >> 16 == PTRACE_EVENT_STOP)
			return 0;
		t->sig = WSTOPSIG(status);
	} while (!ptrace(PTRACE_CONT, t->tid, NULL, NULL));
	return -ESRCH;
}

static void let_go(const struct tracee *t)
{
	ptrace(PTRACE_DETACH, t->tid, NULL, (void *)(long)t->sig);
}

/*
 * Makes the calls in order; the caught one's result is that of the first, or the
 * error of one that fails, which is also *@result.  -EPERM: somebody traces the
 * program already; then its call is still unanswered.  With 0 it is answered,
 * but @r is the caller's.
 */
int inject(struct request *r, const struct injected *calls, int n, long *result)
{
	struct tracee t = {.tid = r->notif.pid};
	int err = stop_at_call(r, &t);

	if (!err) {
		run_all(&t, calls, n, result);
		let_go(&t);
	}
	/* Of one that died nobody asks. */
	return err == -ESRCH ? 0 : err;
}

int inject_begin(struct request *r, struct tracee *t)
{
	int err;

	*t = (struct tracee){.tid = r->notif.pid};
	err = stop_at_call(r, t);
	if (!err && ptrace(PTRACE_GETREGS, t->tid, NULL, &t->regs))
		err = -ESRCH;
	return err;
}

int inject_call(struct tracee *t, const struct injected *call, long *result)
{
	return one_call(t, &t->regs, call, result);
}

/* Errors by which the host's kernel knows that a signal came: it then starts
 * the call again, or has it end with EINTR. */
static bool asks_for_restart(long result)
{
	return result == -ERESTARTSYS || result == -513 || result == -514 ||
	       result == -516;
}

void inject_end(struct tracee *t, long nr, long result)
{
	t->regs.rax = result;
	t->regs.orig_rax = asks_for_restart(result) ? nr : -1;
	ptrace(PTRACE_SETREGS, t->tid, NULL, &t->regs);
	let_go(t);
}

int inject_last(struct request *r, const struct injected *call)
{
	struct tracee t = {.tid = r->notif.pid};
	struct user_regs_struct regs;
	int err = stop_at_call(r, &t);

	if (!err) {
		if (!ptrace(PTRACE_GETREGS, t.tid, NULL, &regs))
			set_call(&t, &regs, call);
		let_go(&t);
	}
	return err == -ESRCH ? 0 : err;
}
