// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver's memory for a client: mmap() is done in the task's own address
 * space, all pages are made present, and the host is told where they are.
 *
 * In the task that stands for the client's thread; sleeps.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include "syscall/clients.h"

/* Touches the page, as the program would, so that the driver provides it. */
static int fault_in(struct mm_struct *mm, unsigned long at, bool write)
{
	bool unlocked = false;

	return fixup_user_fault(mm, at, write ? FAULT_FLAG_WRITE : 0,
				&unlocked);
}

static pte_t *entry_of(struct mm_struct *mm, unsigned long at)
{
	pgd_t *pgd = pgd_offset(mm, at);
	p4d_t *p4d = pgd_none(*pgd) ? NULL : p4d_offset(pgd, at);
	pud_t *pud = !p4d || p4d_none(*p4d) ? NULL : pud_offset(p4d, at);
	pmd_t *pmd = !pud || pud_none(*pud) ? NULL : pmd_offset(pud, at);

	if (!pmd || pmd_none(*pmd) || pmd_val(*pmd) & _PAGE_PSE)
		return NULL;
	return (pte_t *)pmd_page_vaddr(*pmd) + pte_index(at);
}

static int find_page(struct mm_struct *mm, unsigned long at, bool write,
		     unsigned long *physical)
{
	pte_t *pte = entry_of(mm, at);
	int err = 0;

	if (!pte || !(pte_val(*pte) & _PAGE_PRESENT))
		err = fault_in(mm, at, write);
	if (err)
		return err;
	pte = entry_of(mm, at);
	if (!pte || !(pte_val(*pte) & _PAGE_PRESENT))
		return -EFAULT;
	*physical = pte_val(*pte) & PTE_PFN_MASK;
	return 0;
}

long map_file(struct ring3_call *call)
{
	struct mm_struct *mm = current->mm;
	unsigned long n = PAGE_ALIGN(call->args[1]), prot = call->args[2];
	unsigned long at, i, pages = n >> PAGE_SHIFT;
	long err = 0;

	if (pages > call->size)
		return -ENOMEM;
	at = vm_mmap(files_file(call->file), 0, n, prot,
		     call->args[3] & ~MAP_FIXED, call->args[5]);
	if (IS_ERR_VALUE(at))
		return at;
	mmap_read_lock(mm);
	for (i = 0; !err && i < pages; i++)
		err = find_page(mm, at + i * PAGE_SIZE, prot & PROT_WRITE,
				&call->scratch[i]);
	mmap_read_unlock(mm);
	if (err) {
		vm_munmap(at, n);
		return err;
	}
	call->args[5] = pages;
	return 0;
}
