// SPDX-License-Identifier: GPL-2.0-only
/*
 * x86-64: the registers of a signal's context, and how to make it go on
 * elsewhere.  sigaction(2), <sys/ucontext.h>.  All signal-safe.
 */
#include <signal.h>
#include <ucontext.h>
#include "machine/internal.h"

void frame_from_context(struct ring3_frame *f, const void *context)
{
	const greg_t *g = ((const ucontext_t *)context)->uc_mcontext.gregs;

	*f = (struct ring3_frame){
		.r15 = g[REG_R15],
		.r14 = g[REG_R14],
		.r13 = g[REG_R13],
		.r12 = g[REG_R12],
		.bp = g[REG_RBP],
		.bx = g[REG_RBX],
		.r11 = g[REG_R11],
		.r10 = g[REG_R10],
		.r9 = g[REG_R9],
		.r8 = g[REG_R8],
		.ax = g[REG_RAX],
		.cx = g[REG_RCX],
		.dx = g[REG_RDX],
		.si = g[REG_RSI],
		.di = g[REG_RDI],
		.orig_ax = -1ul,
		.ip = g[REG_RIP],
		.cs = RING3_KERNEL_CS,
		.flags = g[REG_EFL],
		.sp = g[REG_RSP],
		.ss = RING3_KERNEL_SS,
	};
}

void frame_divert(void *context, unsigned long sp, unsigned long vector,
		  unsigned long error)
{
	greg_t *g = ((ucontext_t *)context)->uc_mcontext.gregs;

	g[REG_RSP] = sp;
	g[REG_RDI] = sp;
	g[REG_RSI] = vector;
	g[REG_RDX] = error;
	g[REG_RIP] = (greg_t)guest.kernel->trap;
	/* Single steps and string directions are the interrupted context's. */
	g[REG_EFL] &= ~0x500;
}

/*
 * Between the look at the flag and the call, a signal that sets the flag would
 * go unnoticed until the call ends; so it makes the thread go past the call.
 */
asm(".text\n"
    ".globl cpu_ioctl_unless\n"
    ".type cpu_ioctl_unless, @function\n"
    "cpu_ioctl_unless:\n"
    "	cmpl	$0, (%rcx)\n"
    "	jne	ioctl_skipped\n"
    "	movl	$16, %eax\n"
    "ioctl_call:\n"
    "	syscall\n"
    "ioctl_called:\n"
    "	ret\n"
    "ioctl_skipped:\n"
    "	movq	$-4, %rax\n"
    "	ret\n"
    ".size cpu_ioctl_unless, . - cpu_ioctl_unless\n");
extern const char ioctl_called[], ioctl_skipped[];

void frame_skip_ioctl(void *context)
{
	greg_t *g = ((ucontext_t *)context)->uc_mcontext.gregs;
	const char *ip = (const char *)g[REG_RIP];

	if (ip >= (const char *)cpu_ioctl_unless && ip < ioctl_called)
		g[REG_RIP] = (greg_t)ioctl_skipped;
}

unsigned long frame_vector(int sig, const void *context, unsigned long *error)
{
	const greg_t *g = ((const ucontext_t *)context)->uc_mcontext.gregs;

	*error = g[REG_ERR];
	switch (sig) {
	case SIGSYS:
		return RING3_TRAP_SYSCALL;
	case SIGTRAP:
		return g[REG_TRAPNO] == RING3_TRAP_DB ? RING3_TRAP_DB
						      : RING3_TRAP_BP;
	}
	return g[REG_TRAPNO];
}
