// SPDX-License-Identifier: GPL-2.0-only
/*
 * Privileged instructions that neither a paravirtual table nor a hook covers,
 * and what they find: control, debug and model-specific registers.
 *
 * Runs in a trap, virtual interrupts off; never sleeps.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/uaccess.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>
#include <asm/processor.h>
#include "internal.h"

struct decoder {
	const u8 *p; /* next byte */
	bool operand16;
	u8 rex;
};

static unsigned long *register_of(struct pt_regs *regs, unsigned int nr)
{
	unsigned long *by_number[] = {
		&regs->ax,  &regs->cx,	&regs->dx,  &regs->bx,
		&regs->sp,  &regs->bp,	&regs->si,  &regs->di,
		&regs->r8,  &regs->r9,	&regs->r10, &regs->r11,
		&regs->r12, &regs->r13, &regs->r14, &regs->r15,
	};

	return by_number[nr & 15];
}

static void skip_prefixes(struct decoder *d)
{
	for (;; d->p++) {
		switch (*d->p) {
		case 0x66:
			d->operand16 = true;
			break;
		case 0x2e:
		case 0x3e:
		case 0xf0:
		case 0xf2:
		case 0xf3:
			break;
		default:
			if ((*d->p & 0xf0) == 0x40)
				d->rex = *d->p++;
			return;
		}
	}
}

/* Steps over a ModRM byte and what belongs to it. */
static void skip_modrm(struct decoder *d)
{
	u8 modrm = *d->p++;
	u8 mod = modrm >> 6, rm = modrm & 7;

	if (mod == 3)
		return;
	if (rm == 4)
		d->p++;
	if (mod == 1)
		d->p++;
	else if (mod == 2 || (mod == 0 && rm == 5))
		d->p += 4;
}

static void port_in(struct pt_regs *regs, unsigned int port, unsigned int width)
{
	unsigned long mask = width == 4 ? ~0ul : (1ul << width * 8) - 1;
	unsigned long value = port_read(port, width);

	regs->ax = width == 4 ? value : (regs->ax & ~mask) | (value & mask);
}

/* ins and outs, with or without rep; the direction flag is clear in C code. */
static void port_string(struct pt_regs *regs, bool in, unsigned int width,
			bool repeat)
{
	unsigned long n = repeat ? regs->cx : 1;

	for (; n; n--) {
		if (in) {
			unsigned int v = port_read(regs->dx & 0xffff, width);

			memcpy((void *)regs->di, &v, width);
			regs->di += width;
		} else {
			unsigned int v = 0;

			memcpy(&v, (void *)regs->si, width);
			port_write(regs->dx & 0xffff, width, v);
			regs->si += width;
		}
	}
	if (repeat)
		regs->cx = 0;
}

static bool emulate_port(struct pt_regs *regs, struct decoder *d)
{
	bool repeat = *(const u8 *)regs->ip == 0xf3 ||
		      *(const u8 *)regs->ip == 0xf2;
	u8 op = *d->p++;
	unsigned int width = !(op & 1) ? 1 : d->operand16 ? 2 : 4;

	switch (op) {
	case 0x6c:
	case 0x6d:
	case 0x6e:
	case 0x6f:
		port_string(regs, op < 0x6e, width, repeat);
		return true;
	case 0xe4:
	case 0xe5:
		port_in(regs, *d->p++, width);
		return true;
	case 0xec:
	case 0xed:
		port_in(regs, regs->dx & 0xffff, width);
		return true;
	case 0xe6:
	case 0xe7:
		port_write(*d->p++, width, regs->ax);
		return true;
	case 0xee:
	case 0xef:
		port_write(regs->dx & 0xffff, width, regs->ax);
		return true;
	}
	return false;
}

/* The bit that modules clear to write where they may not. */
static unsigned long write_protect = X86_CR0_WP;

/* Every other bit stays what it is. */
static void write_cr0_bits(unsigned long value)
{
	unsigned long wanted = value & X86_CR0_WP;

	if (wanted == write_protect)
		return;
	write_protect = wanted;
	protect_image(!wanted);
}

unsigned long emulate_read_cr(int nr)
{
	switch (nr) {
	case 0:
		return X86_CR0_PE | X86_CR0_MP | X86_CR0_ET | X86_CR0_NE |
		       X86_CR0_AM | X86_CR0_PG | write_protect;
	case 2:
		return vcpu_read(fault_address);
	case 3:
		/* An oops walks the page tables from here. */
		return __pa(current->active_mm ? current->active_mm->pgd
					       : init_mm.pgd);
	case 4:
		return X86_CR4_PAE | X86_CR4_PSE | X86_CR4_OSFXSR |
		       X86_CR4_OSXMMEXCPT | X86_CR4_OSXSAVE | X86_CR4_PGE;
	}
	return 0;
}

static bool emulate_control_register(struct pt_regs *regs, struct decoder *d,
				     u8 op)
{
	u8 modrm = *d->p++;
	unsigned int nr = (modrm >> 3 & 7) | (d->rex & 4) << 1;
	unsigned long *reg = register_of(regs, (modrm & 7) | (d->rex & 1) << 3);

	if (op == 0x20)
		*reg = emulate_read_cr(nr);
	else if (op == 0x22 && nr == 0)
		write_cr0_bits(*reg);
	else if (op == 0x21)
		*reg = nr == 6 ? vcpu_read(debug_status) : 0;
	else if (op == 0x23 && nr == 6)
		vcpu_write(debug_status, *reg);
	return true;
}

/* The registers that a bare machine has and that Linux reads unasked; any
 * other is a general protection fault, as on hardware. */
u64 emulate_read_msr(unsigned int msr, int *err)
{
	*err = 0;
	switch (msr) {
	case MSR_GS_BASE:
		return this_cpu_read(this_cpu_off);
	case MSR_FS_BASE:
	case MSR_KERNEL_GS_BASE:
	case MSR_IA32_APICBASE:
	case MSR_IA32_MISC_ENABLE:
	case MSR_IA32_CR_PAT:
	case MSR_IA32_UCODE_REV:
	case MSR_IA32_MCG_CAP:
	case MSR_IA32_MCG_STATUS:
	case MSR_MTRRcap:
	case MSR_MTRRdefType:
	case MSR_IA32_DEBUGCTLMSR:
	case MSR_IA32_TSC_ADJUST:
		return 0;
	case MSR_IA32_TSC:
		return rdtsc();
	case MSR_EFER:
		return EFER_SCE | EFER_LME | EFER_LMA | EFER_NX;
	}
	*err = -EIO;
	return 0;
}

int emulate_write_msr(unsigned int msr, u64 value)
{
	int err;

	switch (msr) {
	case MSR_GS_BASE:
		host_cpu_set_gs(value);
		return 0;
	case MSR_IA32_SYSENTER_CS:
	case MSR_IA32_SYSENTER_ESP:
	case MSR_IA32_SYSENTER_EIP:
	case MSR_IA32_PRED_CMD:
	case MSR_IA32_FLUSH_CMD:
		return 0;
	}
	emulate_read_msr(msr, &err);
	return err;
}

static bool emulate_msr(struct pt_regs *regs, u8 op)
{
	int err;
	u64 value;

	if (op == 0x30)
		return !emulate_write_msr(regs->cx,
					  (u32)regs->ax | regs->dx << 32);
	value = emulate_read_msr(regs->cx, &err);
	if (err)
		return false;
	regs->ax = (u32)value;
	regs->dx = value >> 32;
	return true;
}

static bool emulate_two_byte(struct pt_regs *regs, struct decoder *d)
{
	u8 op = *d->p++;

	switch (op) {
	case 0x00: /* lldt, ltr, str */
		skip_modrm(d);
		return true;
	case 0x01: /* lgdt, lidt, invlpg, swapgs, clac, stac */
		skip_modrm(d);
		return true;
	case 0x06: /* clts */
	case 0x08: /* invd */
	case 0x09: /* wbinvd */
		return true;
	case 0x20:
	case 0x21:
	case 0x22:
	case 0x23:
		return emulate_control_register(regs, d, op);
	case 0x30:
	case 0x32:
		return emulate_msr(regs, op);
	}
	return false;
}

/*
 * Does at regs->ip what the hardware would do in kernel mode, and steps over
 * it; false when it is no such instruction.  The instruction was just fetched,
 * so its bytes are readable.
 */
bool emulate_instruction(struct pt_regs *regs)
{
	struct decoder d = {.p = (const u8 *)regs->ip};

	skip_prefixes(&d);
	switch (*d.p) {
	case 0xfa: /* cli */
		regs->flags &= ~X86_EFLAGS_IF;
		d.p++;
		break;
	case 0xfb: /* sti */
		regs->flags |= X86_EFLAGS_IF;
		d.p++;
		break;
	case 0xf4: /* hlt: idle goes through arch_cpu_idle() */
		d.p++;
		break;
	case 0x0f:
		d.p++;
		if (!emulate_two_byte(regs, &d))
			return false;
		break;
	default:
		if (!emulate_port(regs, &d))
			return false;
	}
	regs->ip = (unsigned long)d.p;
	return true;
}
