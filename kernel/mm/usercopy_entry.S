/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The innermost accesses to a program's memory, in place of the kernel's: each
 * asks whether current stands for a client, whose memory is in another process
 * (syscall/memory.c), and is the plain instruction otherwise.
 *
 * The registers are those that the kernel's functions use and keep.  Faults are
 * fixed up by machine_fixup_exception() of usercopy.c.
 */
#include <linux/linkage.h>
#include <linux/errno.h>
#include <asm/asm.h>
#include "cpu/frame.S"

.macro SAVE_FOR_C
	pushq	%rcx
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
.endm

.macro RESTORE_FROM_C
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdi
	popq	%rsi
	popq	%rcx
.endm

	.text

/* eax = what of edx bytes from rsi was not copied to rdi. */
SYM_CODE_START(machine_copy_user)
	cmpl	$0, %gs:VCPU_CLIENT
	jne	client_copy
	movl	%edx, %ecx
1:	rep movsb
2:	movl	%ecx, %eax
	ret
	int3
	_ASM_EXTABLE(1b, 2b)
SYM_CODE_END(machine_copy_user)

/* rep movsb that may end early: rdi, rsi and rcx move, rax changes. */
SYM_CODE_START(machine_rep_movs)
	cmpl	$0, %gs:VCPU_CLIENT
	jne	3f
1:	rep movsb
2:	ret
	int3
3:	pushq	%rdx
	SAVE_FOR_C
	movq	%rcx, %rdx
	call	client_copy
	RESTORE_FROM_C
	popq	%rdx
	subq	%rax, %rcx
	addq	%rcx, %rdi
	addq	%rcx, %rsi
	movq	%rax, %rcx
	ret
	int3
	_ASM_EXTABLE(1b, 2b)
SYM_CODE_END(machine_rep_movs)

/* rep stosb of zeros that may end early: rdi and rcx move. */
SYM_CODE_START(machine_rep_stos)
	cmpl	$0, %gs:VCPU_CLIENT
	jne	3f
1:	rep stosb
2:	ret
	int3
3:	pushq	%rdx
	SAVE_FOR_C
	movq	%rcx, %rsi
	call	client_clear
	RESTORE_FROM_C
	popq	%rdx
	subq	%rax, %rcx
	addq	%rcx, %rdi
	movq	%rax, %rcx
	xorl	%eax, %eax
	ret
	int3
	_ASM_EXTABLE(1b, 2b)
SYM_CODE_END(machine_rep_stos)

/* rax: the pointer, then 0 or -EFAULT; rdx: the value.  Nothing else changes.
 * The kernel's own check of the pointer takes its addresses for a program's,
 * which lie above user_low. */
.macro GET_USER name, size, load, check
SYM_CODE_START(machine_\name)
	cmpl	$0, %gs:VCPU_CLIENT
	jne	3f
	.if	\check
	cmpq	usercopy_lowest(%rip), %rax
	jb	2f
	.endif
1:	\load
	xorl	%eax, %eax
	ret
	int3
2:	xorl	%edx, %edx
	movq	$-EFAULT, %rax
	ret
	int3
3:	SAVE_FOR_C
	movq	%rax, %rdi
	movl	$\size, %esi
	call	client_get_user
	RESTORE_FROM_C
	ret
	int3
	_ASM_EXTABLE(1b, 2b)
SYM_CODE_END(machine_\name)
.endm

	GET_USER get_user_1, 1, "movzbl (%rax), %edx", 1
	GET_USER get_user_2, 2, "movzwl (%rax), %edx", 1
	GET_USER get_user_4, 4, "movl (%rax), %edx", 1
	GET_USER get_user_8, 8, "movq (%rax), %rdx", 1
	GET_USER get_user_nocheck_1, 1, "movzbl (%rax), %edx", 0
	GET_USER get_user_nocheck_2, 2, "movzwl (%rax), %edx", 0
	GET_USER get_user_nocheck_4, 4, "movl (%rax), %edx", 0
	GET_USER get_user_nocheck_8, 8, "movq (%rax), %rdx", 0

/* rcx: the pointer, then 0 or -EFAULT; rax: the value.  Nothing else changes
 * but rbx, which callers give up. */
.macro PUT_USER name, size, store, check
SYM_CODE_START(machine_\name)
	cmpl	$0, %gs:VCPU_CLIENT
	jne	3f
	.if	\check
	cmpq	usercopy_lowest(%rip), %rcx
	jb	2f
	.endif
1:	\store
	xorl	%ecx, %ecx
	ret
	int3
2:	movl	$-EFAULT, %ecx
	ret
	int3
3:	pushq	%rax
	pushq	%rdx
	SAVE_FOR_C
	movq	%rcx, %rdi
	movl	$\size, %esi
	movq	%rax, %rdx
	call	client_put_user
	movq	%rax, %rbx
	RESTORE_FROM_C
	popq	%rdx
	popq	%rax
	movl	%ebx, %ecx
	ret
	int3
	_ASM_EXTABLE(1b, 2b)
SYM_CODE_END(machine_\name)
.endm

	PUT_USER put_user_1, 1, "movb %al, (%rcx)", 1
	PUT_USER put_user_2, 2, "movw %ax, (%rcx)", 1
	PUT_USER put_user_4, 4, "movl %eax, (%rcx)", 1
	PUT_USER put_user_8, 8, "movq %rax, (%rcx)", 1
	PUT_USER put_user_nocheck_1, 1, "movb %al, (%rcx)", 0
	PUT_USER put_user_nocheck_2, 2, "movw %ax, (%rcx)", 0
	PUT_USER put_user_nocheck_4, 4, "movl %eax, (%rcx)", 0
	PUT_USER put_user_nocheck_8, 8, "movq %rax, (%rcx)", 0

	.section .note.GNU-stack, "", @progbits
