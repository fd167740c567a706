/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Entries into the kernel half: cold start, resumption from a snapshot, traps,
 * and the paravirtual interrupt flag.
 *
 * Signals do not divert the processor inside this file (it lies outside
 * text_low..text_high of struct ring3_kernel), so the stack may be in any
 * state here.  The offsets are those of struct ring3_vcpu.
 */
#include <linux/linkage.h>
#include <asm/thread_info.h>
#include "frame.S"

	.section .entry.text, "ax"

/* The interrupt flag: callee-saved calls, only rax and flags may change. */
SYM_CODE_START(machine_save_fl)
	movl	%gs:VCPU_IRQ_ENABLED, %eax
	ret
	int3
SYM_CODE_END(machine_save_fl)

SYM_CODE_START(machine_irq_disable)
	movl	$0, %gs:VCPU_IRQ_ENABLED
	ret
	int3
SYM_CODE_END(machine_irq_disable)

SYM_CODE_START(machine_irq_enable)
	movl	$EFLAGS_IF, %gs:VCPU_IRQ_ENABLED
	cmpl	$0, %gs:VCPU_IRQ_PENDING
	jne	1f
	ret
	int3
1:	popq	%rax
	PUSH_FRAME_HEAD %rax
	jmp	machine_frame_interrupt
SYM_CODE_END(machine_irq_enable)

/* On the stack: ss, sp, flags, cs, ip of a context to interrupt here. */
SYM_CODE_START(machine_frame_interrupt)
	pushq	$-1
	PUSH_REGISTERS
	movq	%rsp, %rdi
	movl	$VECTOR_TIMER, %esi
	xorl	%edx, %edx
	jmp	machine_trap_entry
SYM_CODE_END(machine_frame_interrupt)

/* rdi: the frame, at which rsp stands; rsi: vector; rdx: error code. */
SYM_CODE_START(machine_trap_entry)
	cld
	call	machine_trap
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rax
	popq	%rcx
	popq	%rdx
	popq	%rsi
	popq	%rdi
	addq	$8, %rsp
	/* iretq takes the selectors that the host kernel gave the process. */
	movq	$HOST_CS, 8(%rsp)
	movq	$HOST_SS, 32(%rsp)
	iretq
SYM_CODE_END(machine_trap_entry)

/* start(boot), on the host's stack. */
SYM_CODE_START(machine_start)
	leaq	-8(%rsp), %rax
	andq	$-16, %rax
	movq	%rax, %gs:VCPU_HOST_SP
	leaq	init_thread_union+THREAD_SIZE-FRAME_BYTES, %rsp
	xorl	%ebp, %ebp
	call	machine_boot
	ud2
SYM_CODE_END(machine_start)

	.section .note.GNU-stack, "", @progbits
