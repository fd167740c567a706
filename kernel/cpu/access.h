/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Instructions that access memory where it is not what they find, and what they
 * do instead is done for them.  Any context.
 */
#ifndef KERNEL_CPU_ACCESS_H
#define KERNEL_CPU_ACCESS_H

#include <linux/types.h>

struct insn;
struct pt_regs;

/* The longest instruction. */
#define ACCESS_LONGEST 15

/* As insn_decode_mmio() has the kinds, by one name. */
#if HAVE_INSN_MMIO
#define ACCESS(kind) INSN_MMIO_##kind
#else
#define ACCESS(kind) MMIO_##kind
#endif

/* What the instruction at @code does, an ACCESS(); its size of access. */
int access_decode(const u8 *code, struct insn *insn, int *bytes);

/* Whether it moves between memory and a register, or a constant to memory. */
bool access_is_plain(int kind);

/* Does what a plain one does with the value that it has read. */
void access_load(struct insn *insn, struct pt_regs *regs, int kind, int bytes,
		 unsigned long value);

/* What a plain one writes; the bytes above its size mean nothing. */
unsigned long access_stored(struct insn *insn, struct pt_regs *regs, int kind);

#endif
