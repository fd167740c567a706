/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What stubs keep while they call C: all registers of arguments, rax, in which a
 * variadic call has a number, and r11, in which the slot is; and a frame.
 *
 * Included.  The stack is then fit for a call, if it was at the entry.
 */
.macro SAVE
	pushq %rbp
	movq %rsp, %rbp
	pushq %r10
	pushq %r9
	pushq %r8
	pushq %rcx
	pushq %rdx
	pushq %rsi
	pushq %rdi
	pushq %rax
	pushq %r11
.endm

.macro RESTORE
	popq %r11
	popq %rax
	popq %rdi
	popq %rsi
	popq %rdx
	popq %rcx
	popq %r8
	popq %r9
	popq %r10
	popq %rbp
.endm
