// SPDX-License-Identifier: GPL-2.0-only
/*
 * Vmalloc space: the kernel fills its page tables, the host maps the same
 * pages there.
 *
 * Hooked at the leaves, since vmap() and others are inlined down to them.
 * Called as the native functions are: process context, the vmap area reserved.
 */
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include <asm/pgtable.h>
#include "devices/cards.h"
#include "hook.h"
#include "internal.h"

typedef int vmap_pages_fn(unsigned long addr, unsigned long end, pgprot_t prot,
			  struct page **pages);
typedef int vmap_range_fn(unsigned long addr, unsigned long end,
			  phys_addr_t phys, pgprot_t prot,
			  unsigned int max_shift);
typedef void vunmap_range_fn(unsigned long start, unsigned long end);

vmap_pages_fn machine_vmap_pages;
vmap_range_fn machine_vmap_range;
vunmap_range_fn machine_vunmap_range;
struct page *machine_section_memmap(unsigned long pfn, unsigned long nr_pages,
				    int nid, void *altmap, void *pgmap);

HOOK(vmap_small_pages_range_noflush, machine_vmap_pages, HOOK_SLOT, HOOK_BOOT,
     "fills page tables that the host's processor does not walk");
HOOK(vmap_range_noflush, machine_vmap_range, HOOK_SLOT, HOOK_LATE,
     "maps device memory, of which there is none but emulated");
HOOK(__vunmap_range_noflush, machine_vunmap_range, HOOK_SLOT, HOOK_BOOT,
     "empties page tables that the host's processor does not walk");
HOOK(__populate_section_memmap, machine_section_memmap, HOOK_ENTRY, HOOK_BOOT,
     "maps the page array by large pages of its own");

/* Contiguous pages are mapped in one go. */
static unsigned long run_length(struct page **pages, unsigned long n)
{
	unsigned long i;

	for (i = 1; i < n; i++)
		if (page_to_pfn(pages[i]) != page_to_pfn(pages[0]) + i)
			break;
	return i;
}

int machine_vmap_pages(unsigned long addr, unsigned long end, pgprot_t prot,
		       struct page **pages)
{
	unsigned long n = (end - addr) >> PAGE_SHIFT, i, run;
	unsigned int rights = protect_rights(pgprot_val(prot));
	int err;

	err = NATIVE(vmap_pages_fn,
		     vmap_small_pages_range_noflush)(addr, end, prot, pages);
	for (i = 0; !err && i < n; i += run) {
		run = run_length(pages + i, n - i);
		err = host_memory_map(addr + i * PAGE_SIZE,
				      page_to_phys(pages[i]), run * PAGE_SIZE,
				      rights);
	}
	return err;
}

static bool is_ram(phys_addr_t phys, unsigned long n)
{
	return phys >= machine_boot_info.ram_low &&
	       phys + n <= machine_boot_info.ram_high;
}

int machine_vmap_range(unsigned long addr, unsigned long end, phys_addr_t phys,
		       pgprot_t prot, unsigned int max_shift)
{
	int err;

	/* Small pages only, so that rights can change page by page. */
	err = NATIVE(vmap_range_fn, vmap_range_noflush)(addr, end, phys, prot,
							PAGE_SHIFT);
	if (err)
		return err;
	if (is_ram(phys, end - addr))
		return host_memory_map(addr, phys, end - addr,
				       protect_rights(pgprot_val(prot)));
	err = host_memory_map_void(addr, end - addr);
	/* Accesses to what answers are to be traps (devices/mmio.c). */
	if (!err && cards_have(phys, end - addr))
		err = host_memory_protect(addr, end - addr, 0);
	return err;
}

void machine_vunmap_range(unsigned long start, unsigned long end)
{
	NATIVE(vunmap_range_fn, __vunmap_range_noflush)(start, end);
	host_memory_unmap(start, end - start);
}

/* The whole page array is one reserved mapping, filled on first touch. */
struct page *machine_section_memmap(unsigned long pfn, unsigned long nr_pages,
				    int nid, void *altmap, void *pgmap)
{
	return pfn_to_page(pfn);
}
