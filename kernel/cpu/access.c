// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions that access memory, done in their place.
 *
 * Any context, also traps with virtual interrupts off.
 */
#include <linux/string.h>
#include <asm/insn.h>
#include <asm/insn-eval.h>
#include "cpu/access.h"
#include "internal.h"

int access_decode(const u8 *code, struct insn *insn, int *bytes)
{
	if (insn_decode(insn, code, ACCESS_LONGEST, INSN_MODE_64))
		return ACCESS(DECODE_FAILED);
	return insn_decode_mmio(insn, bytes);
}

bool access_is_plain(int kind)
{
	return kind == ACCESS(WRITE) || kind == ACCESS(WRITE_IMM) ||
	       kind == ACCESS(READ) || kind == ACCESS(READ_ZERO_EXTEND) ||
	       kind == ACCESS(READ_SIGN_EXTEND);
}

/* A write of four bytes clears the upper half of the register, one of fewer
 * leaves the others as they are. */
void access_load(struct insn *insn, struct pt_regs *regs, int kind, int bytes,
		 unsigned long value)
{
	unsigned long *reg = insn_get_modrm_reg_ptr(insn, regs);

	if (kind == ACCESS(READ_SIGN_EXTEND)) {
		unsigned int shift = 64 - 8 * bytes;

		value = (long)(value << shift) >> shift;
		if (insn->opnd_bytes == 4)
			value = (u32)value;
	}
	if (insn->opnd_bytes >= 4 && (kind != ACCESS(READ) || bytes >= 4))
		*reg = value;
	else
		memcpy(reg, &value,
		       kind == ACCESS(READ) ? bytes : insn->opnd_bytes);
}

unsigned long access_stored(struct insn *insn, struct pt_regs *regs, int kind)
{
	if (kind == ACCESS(WRITE_IMM))
		return (long)insn->immediate1.value;
	return *insn_get_modrm_reg_ptr(insn, regs);
}
