/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the stubs of calls.c lead: to what looks at a call before and after it.
 *
 * Runs wherever modules' code does.  The stack is fit for a frame throughout.
 */
#include <linux/linkage.h>
#include "check/save.S"

	.text

/* What SAVE saved, which stays where it is: below the stack pointer an interrupt
 * would write over it. */
.macro LOAD
	movq (%rsp), %r11
	movq 8(%rsp), %rax
	movq 16(%rsp), %rdi
	movq 24(%rsp), %rsi
	movq 32(%rsp), %rdx
	movq 40(%rsp), %rcx
	movq 48(%rsp), %r8
	movq 56(%rsp), %r9
	movq 64(%rsp), %r10
.endm

/* r11: the struct call_slot.  The call goes on with all its arguments. */
SYM_CODE_START(calls_enter)
	SAVE
	movq %r11, %rdi
	leaq 16(%rsp), %rsi
	movq %rbp, %rdx
	call calls_before
	RESTORE
	jmp *(%r11)
SYM_CODE_END(calls_enter)

/* The same for functions whose arguments are in registers; calls_before()
 * returns whether to leave the call out, as if it had returned 0. */
SYM_CODE_START(calls_around)
	SAVE
	movq %r11, %rdi
	leaq 16(%rsp), %rsi
	movq %rbp, %rdx
	call calls_before
	testb %al, %al
	jnz 1f
	LOAD
	call *(%r11)
	movq %rax, 8(%rsp)
	movq (%rsp), %rdi
	leaq 16(%rsp), %rsi
	movq %rax, %rdx
	movq %rbp, %rcx
	call calls_after
	movq 8(%rsp), %rax
	leave
	ret
1:	xorl %eax, %eax
	leave
	ret
SYM_CODE_END(calls_around)

	.section .note.GNU-stack, "", @progbits
