// SPDX-License-Identifier: GPL-2.0-only
/*
 * The paravirtual tables: the first place where the machine takes over from
 * hardware.  Set once, before start_kernel(), by one thread.
 */
#include <linux/mm.h>
#include <asm/desc.h>
#include <asm/i8259.h>
#include <asm/paravirt.h>
#include <asm/x86_init.h>
#include "internal.h"

void get_wallclock(struct timespec64 *now);

static unsigned long read_cr0_(void)
{
	return emulate_read_cr(0);
}

static unsigned long read_cr3_(void)
{
	return emulate_read_cr(3);
}

/* A new address space: nothing of the old one may be seen through it. */
static void write_cr3_(unsigned long cr3)
{
	user_flush_all();
}

static void write_cr2_(unsigned long cr2)
{
	vcpu_write(fault_address, cr2);
}

/* Control registers have the value that Linux wants from the start. */
static void write_cr_ignored(unsigned long value)
{
}

static unsigned long get_debugreg_(int nr)
{
	return nr == 6 ? vcpu_read(debug_status) : 0;
}

static void set_debugreg_(int nr, unsigned long value)
{
	if (nr == 6)
		vcpu_write(debug_status, value);
}

static u64 read_msr_safe_(unsigned int msr, int *err)
{
	return emulate_read_msr(msr, err);
}

static int write_msr_safe_(unsigned int msr, unsigned int low,
			   unsigned int high)
{
	return emulate_write_msr(msr, low | (u64)high << 32);
}

static void flush_all(void)
{
	user_flush_all();
}

static void flush_page(unsigned long address)
{
	user_flush_page(address);
}

/* Vmalloc space is unmapped on the host when the kernel unmaps it. */
static void flush_kernel(void)
{
}

/* There is no descriptor table; GS has no user value to keep. */
static void load_gs_index_(unsigned int selector)
{
}

static void load_tls_(struct thread_struct *thread, unsigned int cpu)
{
}

static void load_sp0_(unsigned long sp0)
{
}

asm(".pushsection .entry.text, \"ax\"\n"
    ".globl machine_read_cr2\n"
    "machine_read_cr2:\n"
    "	movq %gs:cpu_tss_rw+48, %rax\n"
    "	ret\n"
    "	int3\n"
    ".popsection");
void machine_read_cr2(void);
static_assert(offsetof(struct ring3_vcpu, fault_address) == 48);

void paravirt_set_up(void)
{
	pv_ops.irq.save_fl.func = machine_save_fl;
	pv_ops.irq.irq_disable.func = machine_irq_disable;
	pv_ops.irq.irq_enable.func = machine_irq_enable;
	pv_ops.irq.safe_halt = clock_safe_halt;
	pv_ops.irq.halt = clock_halt;

	pv_ops.cpu.read_cr0 = read_cr0_;
	pv_ops.cpu.write_cr0 = write_cr_ignored;
	pv_ops.cpu.write_cr4 = write_cr_ignored;
	pv_ops.cpu.get_debugreg = get_debugreg_;
	pv_ops.cpu.set_debugreg = set_debugreg_;
	pv_ops.cpu.load_gs_index = load_gs_index_;
	pv_ops.cpu.load_tls = load_tls_;
	pv_ops.cpu.load_sp0 = load_sp0_;
	pv_ops.cpu.read_msr_safe = read_msr_safe_;
	pv_ops.cpu.write_msr_safe = (void *)write_msr_safe_;

	pv_ops.mmu.read_cr2.func = machine_read_cr2;
	pv_ops.mmu.write_cr2 = write_cr2_;
	pv_ops.mmu.read_cr3 = read_cr3_;
	pv_ops.mmu.write_cr3 = write_cr3_;
	pv_ops.mmu.flush_tlb_user = flush_all;
	pv_ops.mmu.flush_tlb_kernel = flush_kernel;
	pv_ops.mmu.flush_tlb_one_user = flush_page;

	x86_platform.get_wallclock = get_wallclock;
	legacy_pic = &null_legacy_pic;
}
