/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where stubs lead: to what decides, and on to the function that was called,
 * with all its arguments.
 *
 * Runs wherever modules' code does.  The stack is fit for a frame throughout.
 */
#include <linux/linkage.h>
#include <uapi/asm-generic/errno-base.h>
#include "check/save.S"

	.text

/* r11: the struct fault_slot.  fault_decide() returns in rax whether to fail,
 * and in rdx with what. */
SYM_CODE_START(fault_call)
	SAVE
	movq %r11, %rdi
	leaq 16(%rsp), %rsi
	movq %rbp, %rdx
	call fault_decide
	testq %rax, %rax
	jnz 1f
	RESTORE
	jmp *(%r11)
1:	movq %rdx, %rax
	leave
	ret
SYM_CODE_END(fault_call)

/* The stub has pushed the slot; all registers matter.  What is on top then
 * is r11 as it was, and the slot is in it. */
.macro SAVE_ALL
	xchgq %r11, (%rsp)
	pushq %rax
	pushq %rcx
	pushq %rdx
	pushq %rsi
	pushq %rdi
	pushq %r8
	pushq %r9
	pushq %r10
	pushq %r11
.endm

.macro RESTORE_BUT_R11
	popq %r11
	popq %r10
	popq %r9
	popq %r8
	popq %rdi
	popq %rsi
	popq %rdx
	popq %rcx
	popq %rax
.endm

/* On to what the slot in r11 says, with r11 as it was. */
.macro GO_ON
	movq (%r11), %r11
	xchgq %r11, (%rsp)
	ret
.endm

/* For fault_decide(), the word below the return address is the frame. */
.macro DECIDE
	SAVE_ALL
	movq %r11, %rdi
	xorl %esi, %esi
	leaq 72(%rsp), %rdx
	call fault_decide
	testq %rax, %rax
	RESTORE_BUT_R11
.endm

/* The error in rax, what was read in rdx. */
SYM_CODE_START(fault_get_user)
	DECIDE
	jnz 1f
	GO_ON
1:	popq %r11
	movq $-EFAULT, %rax
	xorl %edx, %edx
	ret
SYM_CODE_END(fault_get_user)

/* The error in rcx. */
SYM_CODE_START(fault_put_user)
	DECIDE
	jnz 1f
	GO_ON
1:	popq %r11
	movq $-EFAULT, %rcx
	ret
SYM_CODE_END(fault_put_user)

SYM_CODE_START(schedule_user)
	SAVE_ALL
	call schedule_point
	RESTORE_BUT_R11
	GO_ON
SYM_CODE_END(schedule_user)

/* r11: the struct stub_slot. */
SYM_CODE_START(schedule_call)
	SAVE
	call schedule_point
	RESTORE
	jmp *(%r11)
SYM_CODE_END(schedule_call)

/* A module's __fentry__ and return thunk: all registers but r11 matter. */
SYM_CODE_START(schedule_entry)
	SAVE
	call schedule_point
	RESTORE
	ret
SYM_CODE_END(schedule_entry)

/*
 * __fentry__, and what -fsanitize-coverage=trace-pc calls: counts the pair of
 * this place and the one before.  At a function's first instruction all
 * registers but r11 and the flags matter to somebody.
 */
SYM_CODE_START(edges_entry)
	pushq %rax
	movq 8(%rsp), %rax
	movq edges_previous(%rip), %r11
	xorq %rax, %r11
	andl $0xffff, %r11d
	incb edges(%r11)
	shrq $1, %rax
	movq %rax, edges_previous(%rip)
	popq %rax
	ret
SYM_CODE_END(edges_entry)

	.section .note.GNU-stack, "", @progbits
