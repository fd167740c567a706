/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The registers of an interrupted context as the kernel's entry code stacks
 * them: struct pt_regs of x86-64, which the kernel half checks at compile
 * time.  Includes nothing.
 */
#ifndef RING3_ARCH_X86_64_H
#define RING3_ARCH_X86_64_H

struct ring3_frame {
	unsigned long r15, r14, r13, r12, bp, bx;
	unsigned long r11, r10, r9, r8, ax, cx, dx, si, di;
	unsigned long orig_ax;
	unsigned long ip, cs, flags, sp, ss;
};

/* Selectors that the kernel expects to find there. */
#define RING3_KERNEL_CS 0x10ul
#define RING3_KERNEL_SS 0x18ul

#define RING3_FLAG_IF 0x200ul

/* Exceptions, as the CPU numbers them. */
#define RING3_TRAP_DE  0
#define RING3_TRAP_DB  1
#define RING3_TRAP_NMI 2
#define RING3_TRAP_BP  3
#define RING3_TRAP_OF  4
#define RING3_TRAP_UD  6
#define RING3_TRAP_DF  8
#define RING3_TRAP_SS  12
#define RING3_TRAP_GP  13
#define RING3_TRAP_PF  14
#define RING3_TRAP_MF  16
#define RING3_TRAP_AC  17
#define RING3_TRAP_XF  19
/* Not the CPU's: a system call instruction where none belongs. */
#define RING3_TRAP_SYSCALL 32

#endif
