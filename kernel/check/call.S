/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What modules reach in place of a function that they import: the recorded
 * call of an allocation, and the counter of function entries.
 *
 * Runs wherever modules' code does.  The stack is fit for a frame throughout.
 */
#include <linux/linkage.h>

	.text

/*
 * r11: the struct check_slot.  Calls its native function with the arguments
 * in registers and six words of those on the stack, then check_called(), and
 * returns the native result.
 */
SYM_CODE_START(check_call)
	pushq %rbp
	movq %rsp, %rbp
	pushq %r9
	pushq %r8
	pushq %rcx
	pushq %rdx
	pushq %rsi
	pushq %rdi
	pushq %r11
	pushq %r11 /* the result's place */
	movq (%r11), %rax
	testq %rax, %rax
	jz .Labsent
	.irp word, 56, 48, 40, 32, 24, 16
	pushq \word(%rbp)
	.endr
	call *%rax
	addq $48, %rsp
	movq %rax, (%rsp)
	movq 8(%rsp), %rdi
	leaq 16(%rsp), %rsi
	movq %rax, %rdx
	movq %rbp, %rcx
	call check_called
	movq (%rsp), %rax
	leave
	ret
.Labsent:
	ud2 /* the loader redirected what this kernel does not have */
SYM_CODE_END(check_call)

/*
 * __fentry__ of counted modules: at a function's first instruction, where all
 * registers but r11 and the flags matter to somebody.  coverage_pages[n] are the
 * counters of the code's n-th page in memory, one for every 4 bytes.
 */
SYM_CODE_START(check_count)
	pushq %rax
	movq 8(%rsp), %rax
	movq %rax, %r11
	shrq $12, %r11
	shlq $3, %r11
	addq coverage_pages(%rip), %r11
	movq (%r11), %r11
	andl $0xffc, %eax
	incq (%r11, %rax, 2)
	popq %rax
	ret
SYM_CODE_END(check_count)
