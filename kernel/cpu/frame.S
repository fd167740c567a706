/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Macros of the kernel half's assembly, included by entry.S and host.S: the
 * members of struct ring3_vcpu, and how a struct pt_regs is stacked.
 */
#include "entry.h"

#define VCPU_IRQ_ENABLED cpu_tss_rw + VCPU_OFFSET_IRQ_ENABLED
#define VCPU_IRQ_PENDING cpu_tss_rw + VCPU_OFFSET_IRQ_PENDING
#define VCPU_HOST_SP cpu_tss_rw + VCPU_OFFSET_HOST_SP
#define VCPU_KERNEL_SP cpu_tss_rw + VCPU_OFFSET_KERNEL_SP
#define VCPU_NMI_PENDING cpu_tss_rw + VCPU_OFFSET_NMI_PENDING
#define VCPU_CLIENT cpu_tss_rw + VCPU_OFFSET_CLIENT

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
