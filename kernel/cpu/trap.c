// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traps: what the CPU would send through the interrupt descriptor table.
 *
 * The host turns a signal into a frame on the kernel's stack and continues in
 * machine_trap_entry, so everything here runs as the kernel's own exception
 * handlers do: on the task's stack, virtual interrupts off.
 */
#include <linux/bug.h>
#include <linux/console.h>
#include <linux/hardirq.h>
#include <linux/kdebug.h>
#include <linux/magic.h>
#include <linux/sched/debug.h>
#include <linux/sched/task_stack.h>
#include <linux/stddef.h>
#include <asm/stacktrace.h>
#include <asm/traps.h>
#include "check/calls.h"
#include "entry.h"
#include "internal.h"
#include "sanitize/fence.h"

/* What the kernel's assembly entry code calls; declared nowhere. */
void exc_divide_error(struct pt_regs *regs);
void exc_overflow(struct pt_regs *regs);
void exc_invalid_op(struct pt_regs *regs);
void exc_coprocessor_error(struct pt_regs *regs);
void exc_simd_coprocessor_error(struct pt_regs *regs);
void exc_stack_segment(struct pt_regs *regs, unsigned long error);
void exc_general_protection(struct pt_regs *regs, unsigned long error);
void exc_alignment_check(struct pt_regs *regs, unsigned long error);
void exc_page_fault(struct pt_regs *regs, unsigned long error);
void exc_int3(struct pt_regs *regs);
void exc_debug(struct pt_regs *regs);
void die(const char *text, struct pt_regs *regs, long error);
void machine_trap(struct pt_regs *regs, unsigned long vector,
		  unsigned long error);

/* What the assembly of the kernel half and the host take for granted. */
static_assert(sizeof(struct ring3_vcpu) <= sizeof(struct tss_struct));
static_assert(offsetof(struct ring3_vcpu, irq_pending) ==
	      VCPU_OFFSET_IRQ_PENDING);
static_assert(offsetof(struct ring3_vcpu, host_sp) == VCPU_OFFSET_HOST_SP);
static_assert(offsetof(struct ring3_vcpu, kernel_sp) == VCPU_OFFSET_KERNEL_SP);
static_assert(offsetof(struct ring3_vcpu, nmi_pending) ==
	      VCPU_OFFSET_NMI_PENDING);
static_assert(offsetof(struct ring3_vcpu, client) == VCPU_OFFSET_CLIENT);
static_assert(offsetof(struct ring3_kernel, host) == HEAD_OFFSET_HOST);
static_assert(sizeof(struct pt_regs) == sizeof(struct ring3_frame));
static_assert(sizeof(struct pt_regs) == FRAME_BYTES);
static_assert(offsetof(struct pt_regs, ip) == offsetof(struct ring3_frame, ip));
static_assert(offsetof(struct pt_regs, di) == offsetof(struct ring3_frame, di));

/*
 * The kernel's handler takes BUG and WARN only at addresses where it expects
 * kernel text, which ours is not; so this comes first, and does what
 * handle_bug() does.
 */
static void invalid_op(struct pt_regs *regs)
{
	if (emulate_instruction(regs))
		return;
	if (report_bug(regs->ip, regs) == BUG_TRAP_TYPE_WARN) {
		regs->ip += LEN_UD2;
		return;
	}
	exc_invalid_op(regs);
}

static void page_fault(struct pt_regs *regs, unsigned long error,
		       unsigned long address)
{
	/* To the host's CPU everything runs in user mode. */
	error &= ~(unsigned long)X86_PF_USER;
	vcpu_write(fault_address, address);
	if (fence_fault(regs, error, address))
		return;
	user_access(regs, error, address);
	if (mmio_access(regs, address) || user_fault(regs, error, address))
		return;
	/* What is mapped elsewhere is for those who ask for its pages. */
	pagefault_disable();
	exc_page_fault(regs, error);
	pagefault_enable();
}

/* A trap found no room on the stack it happened on. */
static void double_fault(struct pt_regs *regs)
{
	unsigned long address = vcpu_read(fault_address);
	void *stack = task_stack_page(current);

	pr_emerg(
		"BUG: TASK stack guard page was hit at %px (stack is %px..%px)\n",
		(void *)address, stack, stack + THREAD_SIZE - 1);
	/* What is said by now needs not be found again by the scheduler. */
	*end_of_stack(current) = STACK_END_MAGIC;
	die("stack guard page", regs, 0);
	panic("stack guard hit");
}

static const char *nmi_text(enum ring3_nmi reason)
{
	return reason == RING3_NMI_STUCK
		       ? "all tasks sleep and nothing wakes them"
		       : "the CPU is busy and does not come back";
}

/*
 * The watchdog of last resort, on the host's side.  As in panic(), output must
 * not wait for locks that the interrupted code may hold.
 */
static void watchdog(struct pt_regs *regs)
{
	enum ring3_nmi reason = vcpu_read(nmi_reason);

	bust_spinlocks(1);
	pr_emerg("watchdog: BUG: %s [%s:%d]\n", nmi_text(reason), current->comm,
		 task_pid_nr(current));
	if (reason == RING3_NMI_STUCK)
		show_state_filter(TASK_UNINTERRUPTIBLE);
	else
		show_regs(regs);
	console_flush_on_panic(CONSOLE_FLUSH_PENDING);
	host_exit(RING3_EXIT_HUNG, nmi_text(reason));
}

static void dispatch(struct pt_regs *regs, unsigned long vector,
		     unsigned long error)
{
	switch (vector) {
	case RING3_TRAP_DE:
		return exc_divide_error(regs);
	case RING3_TRAP_DB:
		if (!fence_stepped(regs))
			exc_debug(regs);
		return;
	case RING3_TRAP_NMI:
		return watchdog(regs);
	case RING3_TRAP_BP:
		if (!inline_access(regs))
			exc_int3(regs);
		return;
	case RING3_TRAP_OF:
		return exc_overflow(regs);
	case RING3_TRAP_UD:
		return invalid_op(regs);
	case RING3_TRAP_DF:
		return double_fault(regs);
	case RING3_TRAP_SS:
		return exc_stack_segment(regs, error);
	case RING3_TRAP_GP:
		if (!emulate_instruction(regs))
			exc_general_protection(regs, error);
		return;
	case RING3_TRAP_PF:
		return page_fault(regs, error, vcpu_read(fault_address));
	case RING3_TRAP_MF:
		return exc_coprocessor_error(regs);
	case RING3_TRAP_AC:
		return exc_alignment_check(regs, error);
	case RING3_TRAP_XF:
		return exc_simd_coprocessor_error(regs);
	case RING3_TRAP_SYSCALL:
		return die("system call instruction in the kernel", regs, 0);
	case RING3_VECTOR_TIMER:
		return irq_deliver(regs);
	}
	die("unexpected trap", regs, vector);
}

/* Called by machine_trap_entry; returns to where the trap came from. */
void machine_trap(struct pt_regs *regs, unsigned long vector,
		  unsigned long error)
{
	if (vector == RING3_TRAP_NMI) {
		unsigned int flag = vcpu_read(irq_enabled);

		/* An NMI is taken whatever the flag says, and keeps it. */
		regs->flags = (regs->flags & ~X86_EFLAGS_IF) | flag;
	}
	vcpu_write(irq_enabled, 0);
	dispatch(regs, vector, error);
	while ((regs->flags & X86_EFLAGS_IF) && vcpu_read(irq_pending))
		irq_deliver(regs);
	vcpu_write(irq_enabled, regs->flags & X86_EFLAGS_IF);
}
