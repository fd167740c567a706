// SPDX-License-Identifier: GPL-2.0-only
/* The kinds of memory accesses that insn_decode_mmio() tells are INSN_MMIO_*. */
#include <asm/insn-eval.h>

enum insn_mmio_type probe(struct insn *insn, int *bytes);

enum insn_mmio_type probe(struct insn *insn, int *bytes)
{
	return insn_decode_mmio(insn, bytes);
}
