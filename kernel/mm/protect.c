// SPDX-License-Identifier: GPL-2.0-only
/*
 * Protection of kernel memory: set_memory_ro() and its like, and the kernel's
 * own text and read-only data after boot.
 *
 * The kernel's page tables stay the truth for vmalloc and module space; the
 * host's mapping follows them.  Called in process context; may not sleep on
 * its own.
 */
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/set_memory.h>
#include <linux/vmalloc.h>
#include <asm/pgtable.h>
#include <asm/sections.h>
#include "hook.h"
#include "internal.h"

int machine_change_page_attr(unsigned long *addr, int numpages,
			     pgprot_t mask_set, pgprot_t mask_clr,
			     int force_split, int in_flag, struct page **pages);
void machine_mark_rodata_ro(void);

/* What a page table entry's flags allow. */
unsigned int protect_rights(u64 flags)
{
	unsigned int rights = 0;

	if (flags & _PAGE_PRESENT)
		rights |= RING3_READ;
	if (rights && (flags & _PAGE_RW))
		rights |= RING3_WRITE;
	if (rights && !(flags & _PAGE_NX))
		rights |= RING3_EXEC;
	return rights;
}

/* Changes the page table entry; false where there is none: RAM and the image
 * have no page tables, and their rights do not change after boot. */
static bool change_entry(unsigned long addr, pgprot_t set, pgprot_t clr,
			 unsigned int *rights)
{
	unsigned int level;
	pte_t *pte = lookup_address(addr, &level);
	u64 flags;

	if (!pte || level != PG_LEVEL_4K)
		return false;
	flags = (pte_val(*pte) & ~pgprot_val(clr)) | pgprot_val(set);
	set_pte_atomic(pte, __pte(flags));
	*rights = protect_rights(flags);
	return true;
}

/* Neighbouring pages that come to the same rights change at once. */
static int change_range(unsigned long addr, unsigned long end, pgprot_t set,
			pgprot_t clr)
{
	unsigned long start = addr;
	unsigned int rights, pending = 0;
	int err = 0;

	for (; !err && addr < end; addr += PAGE_SIZE) {
		bool mapped = change_entry(addr, set, clr, &rights);

		if (mapped && start < addr && rights == pending)
			continue;
		if (start < addr)
			err = host_memory_protect(start, addr - start, pending);
		start = mapped ? addr : addr + PAGE_SIZE;
		pending = rights;
	}
	if (!err && start < end)
		err = host_memory_protect(start, end - start, pending);
	return err;
}

/* Cache attributes mean nothing here; rights do. */
#define RIGHTS (_PAGE_RW | _PAGE_NX | _PAGE_PRESENT)

int machine_change_page_attr(unsigned long *addr, int numpages,
			     pgprot_t mask_set, pgprot_t mask_clr,
			     int force_split, int in_flag, struct page **pages)
{
	pgprot_t set = __pgprot(pgprot_val(mask_set) & RIGHTS);
	pgprot_t clr = __pgprot(pgprot_val(mask_clr) & RIGHTS);

	/* Lists of pages and addresses carry cache attributes only. */
	if (in_flag || (!pgprot_val(set) && !pgprot_val(clr)))
		return 0;
	return change_range(*addr, *addr + numpages * PAGE_SIZE, set, clr);
}
HOOK(change_page_attr_set_clr, machine_change_page_attr, HOOK_SLOT, HOOK_BOOT,
     "edits and flushes the page tables of the direct map");

/* The image's text and constants, writable while CR0.WP is clear. */
void protect_image(bool writable)
{
	unsigned long text = PFN_ALIGN(_text);
	unsigned long rodata = PFN_ALIGN(__start_rodata);
	unsigned int write = writable ? RING3_WRITE : 0;

	host_memory_protect(text, PFN_ALIGN(_etext) - text,
			    RING3_READ | RING3_EXEC | write);
	host_memory_protect(rodata, PFN_ALIGN(__end_rodata) - rodata,
			    RING3_READ | write);
}

void machine_mark_rodata_ro(void)
{
	protect_image(false);
}
HOOK(mark_rodata_ro, machine_mark_rodata_ro, HOOK_SLOT, HOOK_BOOT,
     "edits the page tables of the kernel's image");
