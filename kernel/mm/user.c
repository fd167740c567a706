// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasks' own memory: the host's mappings of a reserved range of addresses are
 * the TLB of the current task's page tables.
 *
 * A fault is first the kernel's, which fills the page table; then the page is
 * mapped.  Flushes unmap.  Runs in traps and from the TLB hooks of the
 * paravirtual table, virtual interrupts on or off.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <asm/pgtable.h>
#include "internal.h"

void exc_page_fault(struct pt_regs *regs, unsigned long error);

static bool mapped_any; /* so that most flushes cost nothing */

static bool is_user_address(unsigned long address)
{
	return address >= machine_boot_info.user_low &&
	       address < machine_boot_info.user_high;
}

static u64 page_table_entry(struct mm_struct *mm, unsigned long address)
{
	pgd_t *pgd = pgd_offset(mm, address);
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;
	pte_t *pte;

	if (pgd_none(*pgd))
		return 0;
	p4d = p4d_offset(pgd, address);
	if (p4d_none(*p4d))
		return 0;
	pud = pud_offset(p4d, address);
	if (pud_none(*pud))
		return 0;
	pmd = pmd_offset(pud, address);
	if (pmd_none(*pmd))
		return 0;
	if (pmd_val(*pmd) & _PAGE_PSE)
		return (pmd_val(*pmd) & ~(u64)(PMD_SIZE - PAGE_SIZE)) +
		       (address & ~PMD_MASK & PAGE_MASK);
	pte = (pte_t *)pmd_page_vaddr(*pmd) + pte_index(address);
	return pte_val(*pte);
}

/* A page that is writable but clean faults once more, so that the kernel
 * sees it become dirty. */
static unsigned int user_rights(u64 entry)
{
	unsigned int rights = protect_rights(entry);

	return entry & _PAGE_DIRTY ? rights : rights & ~RING3_WRITE;
}

/*
 * Returns whether the fault concerned a task's own memory and is dealt with,
 * be it by a page, a fix-up or an oops.
 */
bool user_fault(struct pt_regs *regs, unsigned long error,
		unsigned long address)
{
	unsigned long page = address & PAGE_MASK;
	u64 entry;

	if (!is_user_address(address) || !current->mm)
		return false;
	exc_page_fault(regs, error);
	entry = page_table_entry(current->mm, address);
	if (!(entry & _PAGE_PRESENT))
		return true;
	mapped_any = true;
	host_memory_map(page, entry & PTE_PFN_MASK, PAGE_SIZE,
			user_rights(entry));
	return true;
}

void user_flush_all(void)
{
	if (!mapped_any)
		return;
	mapped_any = false;
	host_memory_unmap(machine_boot_info.user_low,
			  machine_boot_info.user_high -
				  machine_boot_info.user_low);
}

void user_flush_page(unsigned long address)
{
	if (mapped_any && is_user_address(address))
		host_memory_unmap(address & PAGE_MASK, PAGE_SIZE);
}

/* Keeps mmap() inside the range. */
void user_set_layout(struct mm_struct *mm)
{
	mm->mmap_base = machine_boot_info.user_high;
	mm->task_size = machine_boot_info.user_high;
}
