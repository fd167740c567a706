/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Constants of the kernel half's assembly: the layout of struct
 * ring3_vcpu (checked by cpu/trap.c) and of struct pt_regs.
 */
#ifndef KERNEL_CPU_ENTRY_H
#define KERNEL_CPU_ENTRY_H

#define VCPU_OFFSET_IRQ_ENABLED 0
#define VCPU_OFFSET_IRQ_PENDING 4
#define VCPU_OFFSET_HOST_SP	8
#define VCPU_OFFSET_KERNEL_SP	16
#define VCPU_OFFSET_NMI_PENDING 24
#define VCPU_OFFSET_CLIENT	28

#define HEAD_OFFSET_HOST 64 /* of struct ring3_kernel */

#define EFLAGS_IF	 0x200
#define FRAME_BYTES	 168
#define VECTOR_TIMER	 0x100
#define VECTOR_NMI	 2
#define HOST_CS		 0x33
#define HOST_SS		 0x2b
#define XSAVE_COMPONENTS 0xe7 /* x87, SSE, AVX, AVX-512 */

#endif
