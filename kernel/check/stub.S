/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where stubs lead: to what decides, and on to the function that was called,
 * with all its arguments.
 *
 * Runs wherever modules' code does.  The stack is fit for a frame throughout.
 */
#include <linux/linkage.h>

	.text

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
	incb edges_map(%r11)
	shrq $1, %rax
	movq %rax, edges_previous(%rip)
	popq %rax
	ret
SYM_CODE_END(edges_entry)

	.section .note.GNU-stack, "", @progbits
