// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device memory: what ioremap() gives for a card's addresses cannot be
 * accessed, and each access is a trap, in which the card is asked.
 *
 * Runs in traps, virtual interrupts off.
 */
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/string.h>
#include <asm/insn.h>
#include <asm/insn-eval.h>
#include "cpu/access.h"
#include "devices/cards.h"
#include "internal.h"

#define STOS_BYTE  0xaa
#define STOS_WORD  0xab
#define REPEAT	   0xf3
#define REPEAT_NOT 0xf2

/* Whether @address is that of device memory; @phys is then what it maps. */
static bool is_device(unsigned long address, phys_addr_t *phys)
{
	unsigned int level;
	pte_t *pte;

	if (address < machine_boot_info.vmalloc_low ||
	    address >= machine_boot_info.user_low)
		return false;
	pte = lookup_address(address, &level);
	if (!pte || !pte_present(*pte) || level != PG_LEVEL_4K)
		return false;
	*phys = ((phys_addr_t)pte_pfn(*pte) << PAGE_SHIFT) |
		offset_in_page(address);
	return cards_have(*phys, 1);
}

static u64 load(unsigned long address, unsigned int n)
{
	phys_addr_t phys;
	u64 value = 0;

	if (is_device(address, &phys))
		return cards_read(phys, n);
	memcpy(&value, (void *)address, n);
	return value;
}

static void store(unsigned long address, unsigned int n, u64 value)
{
	phys_addr_t phys;

	if (n < sizeof(value))
		value &= (1ull << n * 8) - 1;
	if (is_device(address, &phys))
		cards_write(phys, n, value);
	else
		memcpy((void *)address, &value, n);
}

/* ---- one instruction ------------------------------------------------------------- */

static bool repeats(const struct insn *insn)
{
	unsigned int i;

	for (i = 0; i < insn->prefixes.nbytes; i++)
		if (insn->prefixes.bytes[i] == REPEAT ||
		    insn->prefixes.bytes[i] == REPEAT_NOT)
			return true;
	return false;
}

/* movs and stos: as the processor, all of it or one element. */
static void do_string(const struct insn *insn, struct pt_regs *regs, bool moves,
		      unsigned int n)
{
	long step = regs->flags & X86_EFLAGS_DF ? -(long)n : n;
	unsigned long count = repeats(insn) ? regs->cx : 1;

	for (; count; count--) {
		store(regs->di, n, moves ? load(regs->si, n) : regs->ax);
		regs->di += step;
		if (moves)
			regs->si += step;
	}
	if (repeats(insn))
		regs->cx = 0;
}

static bool do_move(struct insn *insn, struct pt_regs *regs, int kind,
		    unsigned int n)
{
	unsigned long address = (unsigned long)insn_get_addr_ref(insn, regs);

	if (kind == ACCESS(WRITE) || kind == ACCESS(WRITE_IMM))
		store(address, n, access_stored(insn, regs, kind));
	else if (access_is_plain(kind))
		access_load(insn, regs, kind, n, load(address, n));
	else
		return false;
	return true;
}

static bool emulate(struct pt_regs *regs)
{
	struct insn insn;
	int bytes = 0, kind = access_decode((u8 *)regs->ip, &insn, &bytes);
	u8 op = insn.opcode.bytes[0];

	if (kind == ACCESS(MOVS))
		do_string(&insn, regs, true, bytes);
	else if (insn.opcode.nbytes == 1 && op == STOS_BYTE)
		do_string(&insn, regs, false, 1);
	else if (insn.opcode.nbytes == 1 && op == STOS_WORD)
		do_string(&insn, regs, false, insn.opnd_bytes);
	else if (!do_move(&insn, regs, kind, bytes))
		return false;
	regs->ip += insn.length;
	return true;
}

/* Whether the fault was an access to device memory, and is dealt with. */
bool mmio_access(struct pt_regs *regs, unsigned long address)
{
	phys_addr_t phys;

	if (!is_device(address, &phys))
		return false;
	if (emulate(regs))
		return true;
	pr_err("ring3: %pS accesses device memory by an instruction that is not emulated; readl() and its like are\n",
	       (void *)regs->ip);
	return false;
}
