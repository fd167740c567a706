/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Host operations: stubs that change to the host's stack and call through the
 * table in struct ring3_kernel.
 *
 * Signals do not divert here.  What they note while the host works, an
 * interrupt or an NMI, is delivered on the way back.
 */
#include <linux/linkage.h>
#include "frame.S"

	.section .entry.text, "ax"

/* eax: offset in struct ring3_host; arguments in their registers. */
SYM_CODE_START_LOCAL(host_call)
	pushq	%rbp
	movq	%rsp, %rbp
	movq	%rsp, %gs:VCPU_KERNEL_SP
	cmpb	$0, %gs:in_kernel_fpu
	jne	.Lwith_fpu
	movq	%gs:VCPU_HOST_SP, %rsp
	call	*ring3_kernel+HEAD_OFFSET_HOST(%rax)
	movq	%rbp, %rsp
.Lreturn:
	popq	%rbp
	cmpl	$0, %gs:VCPU_NMI_PENDING
	jne	.Lnmi
	cmpl	$0, %gs:VCPU_IRQ_PENDING
	jne	.Lpending
	ret
	int3

.Lpending:
	cmpl	$0, %gs:VCPU_IRQ_ENABLED
	jne	.Linterrupt
	ret
	int3
.Linterrupt:
	popq	%rcx
	PUSH_FRAME_HEAD %rcx
	jmp	machine_frame_interrupt

.Lnmi:
	movl	$0, %gs:VCPU_NMI_PENDING
	popq	%rcx
	PUSH_FRAME_HEAD %rcx
	pushq	$-1
	PUSH_REGISTERS
	movq	%rsp, %rdi
	movl	$VECTOR_NMI, %esi
	xorl	%edx, %edx
	jmp	machine_trap_entry

/* Between kernel_fpu_begin() and _end() the vector registers are in use, and
 * the host's code would change them. */
.Lwith_fpu:
	movq	%rax, %r10
	movq	%rdx, %r11
	movl	$XSAVE_COMPONENTS, %eax
	xorl	%edx, %edx
	xsave64	host_fpu_area
	movq	%r10, %rax
	movq	%r11, %rdx
	movq	%gs:VCPU_HOST_SP, %rsp
	call	*ring3_kernel+HEAD_OFFSET_HOST(%rax)
	movq	%rbp, %rsp
	movq	%rax, %r10
	movl	$XSAVE_COMPONENTS, %eax
	xorl	%edx, %edx
	xrstor64 host_fpu_area
	movq	%r10, %rax
	jmp	.Lreturn
SYM_CODE_END(host_call)

.set host_op_offset, 0
.macro HOST_OP name
SYM_CODE_START(host_\name)
	movl	$host_op_offset, %eax
	jmp	host_call
SYM_CODE_END(host_\name)
.set host_op_offset, host_op_offset + 8
.endm

/* In the order of struct ring3_host. */
	HOST_OP clock_now
	HOST_OP clock_wall
	HOST_OP clock_arm
	HOST_OP clock_wait
	HOST_OP clock_delay
	HOST_OP clock_real
	HOST_OP console_write
	HOST_OP memory_map
	HOST_OP memory_map_void
	HOST_OP memory_map_zero
	HOST_OP memory_unmap
	HOST_OP memory_protect
	HOST_OP memory_poke
	HOST_OP memory_share
	HOST_OP memory_free_hint
	HOST_OP cpu_set_gs
	HOST_OP snapshot_registers_lost
	HOST_OP job_next_registers_lost
	HOST_OP job_done
	HOST_OP module_request
	HOST_OP module_next
	HOST_OP file_content
	HOST_OP hook_report
	HOST_OP bench_report
	HOST_OP explain
	HOST_OP coverage
	HOST_OP coverage_file
	HOST_OP fuzz_next_registers_lost
	HOST_OP verified_find
	HOST_OP verified_add
	HOST_OP fuzz_map
	HOST_OP client_next
	HOST_OP client_run
	HOST_OP client_done
	HOST_OP client_read
	HOST_OP client_write
	HOST_OP client_signal
	HOST_OP client_ready
	HOST_OP client_hooked
	HOST_OP client_native
	HOST_OP lent_read
	HOST_OP lent_write
	HOST_OP lent_sync
	HOST_OP lent_close
	HOST_OP terminal_write
	HOST_OP device_ask
	HOST_OP device_interrupts
	HOST_OP exit

/* The instance goes on behind these in another process, or at another time: what
 * the C calling convention promises to keep has to be in memory. */
.macro HOST_OP_KEEPING_REGISTERS name
SYM_CODE_START(host_\name)
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	call	host_\name\()_registers_lost
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	ret
	int3
SYM_CODE_END(host_\name)
.endm

	HOST_OP_KEEPING_REGISTERS snapshot
	HOST_OP_KEEPING_REGISTERS job_next
	HOST_OP_KEEPING_REGISTERS fuzz_next

SYM_CODE_START(machine_resume)
	leaq	-8(%rsp), %rax
	andq	$-16, %rax
	movq	%rax, %gs:VCPU_HOST_SP
	movq	%gs:VCPU_KERNEL_SP, %rsp
	movl	$1, %eax
	jmp	.Lreturn
SYM_CODE_END(machine_resume)

	.section .bss
	.balign	64
host_fpu_area:
	.skip	4096

	.section .note.GNU-stack, "", @progbits
