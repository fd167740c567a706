/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Constants and macros of the kernel half's assembly: the layout of struct
 * ring3_vcpu (checked by cpu/trap.c) and of struct pt_regs.
 */
#ifndef KERNEL_CPU_ENTRY_H
#define KERNEL_CPU_ENTRY_H

#define VCPU_OFFSET_IRQ_ENABLED 0
#define VCPU_OFFSET_IRQ_PENDING 4
#define VCPU_OFFSET_HOST_SP 8
#define VCPU_OFFSET_KERNEL_SP 16
#define VCPU_OFFSET_NMI_PENDING 24

#define HEAD_OFFSET_HOST 64 /* of struct ring3_kernel */

#define EFLAGS_IF 0x200
#define FRAME_BYTES 168
#define VECTOR_TIMER 0x100
#define VECTOR_NMI 2
#define HOST_CS 0x33
#define HOST_SS 0x2b
#define XSAVE_COMPONENTS 0xe7 /* x87, SSE, AVX, AVX-512 */

#ifdef __ASSEMBLY__

#define VCPU_IRQ_ENABLED cpu_tss_rw + VCPU_OFFSET_IRQ_ENABLED
#define VCPU_IRQ_PENDING cpu_tss_rw + VCPU_OFFSET_IRQ_PENDING
#define VCPU_HOST_SP cpu_tss_rw + VCPU_OFFSET_HOST_SP
#define VCPU_KERNEL_SP cpu_tss_rw + VCPU_OFFSET_KERNEL_SP
#define VCPU_NMI_PENDING cpu_tss_rw + VCPU_OFFSET_NMI_PENDING

/* Stacks ss, sp, flags, cs, ip of the caller, whose return address has just
 * been popped into \ip.  Flags change. */
.macro PUSH_FRAME_HEAD ip
	pushq	$0x18
	pushq	%rsp
	addq	$8, (%rsp)
	pushfq
	orq	$EFLAGS_IF, (%rsp)
	pushq	$0x10
	pushq	\ip
.endm

.macro PUSH_REGISTERS
	pushq	%rdi
	pushq	%rsi
	pushq	%rdx
	pushq	%rcx
	pushq	%rax
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
.endm

#endif /* __ASSEMBLY__ */
#endif
