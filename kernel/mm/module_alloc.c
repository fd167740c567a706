// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory for modules: an area of vmalloc space in a range of low addresses,
 * since modules are compiled to lie within 2 GiB of the kernel.
 *
 * Pages that a module gave back are kept for the next one.  The host has moved
 * them to where they can be mapped twice, which costs more than all else in a
 * small module's load; their addresses are unmapped all the same, so that a
 * late access faults.
 *
 * Process context; may sleep.
 */
#include <linux/bitmap.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/moduleloader.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include "hook.h"
#include "internal.h"

/* Of the kernel's memory management, not for modules. */
struct vm_struct *__get_vm_area_caller(unsigned long size, unsigned long flags,
				       unsigned long start, unsigned long end,
				       const void *caller);
int vmap_pages_range_noflush(unsigned long addr, unsigned long end,
			     pgprot_t prot, struct page **pages,
			     unsigned int page_shift);
extern atomic_long_t nr_vmalloc_pages; /* what /proc/meminfo shows */

void *machine_module_alloc(unsigned long size);
void *machine_execmem_alloc(int type, size_t size);

/* The most pages that are kept: enough for the largest of common modules. */
#define KEPT_MAX 1024

/* Which pages of RAM are kept: a clear bit. */
static unsigned long *not_kept;
static unsigned long nr_kept, ram_pages;
static DEFINE_MUTEX(kept_mutex);

static unsigned long first_pfn(void)
{
	return PHYS_PFN(machine_boot_info.ram_low);
}

static int set_up_kept(void)
{
	int err = 0;

	mutex_lock(&kept_mutex);
	if (not_kept)
		goto unlock;
	ram_pages = PHYS_PFN(machine_boot_info.ram_high -
			     machine_boot_info.ram_low);
	not_kept = bitmap_alloc(ram_pages, GFP_KERNEL);
	if (not_kept)
		bitmap_fill(not_kept, ram_pages);
	else
		err = -ENOMEM;
unlock:
	mutex_unlock(&kept_mutex);
	return err;
}

static void take_kept(struct page **pages, unsigned long at, unsigned long n)
{
	unsigned long i;

	bitmap_set(not_kept, at, n);
	nr_kept -= n;
	for (i = 0; i < n; i++)
		pages[i] = pfn_to_page(first_pfn() + at + i);
}

/* @n pages that lie side by side, which the host maps in one go. */
static bool reuse_pages(struct page **pages, unsigned long n)
{
	unsigned long at = ram_pages;

	mutex_lock(&kept_mutex);
	if (n <= nr_kept)
		at = bitmap_find_next_zero_area(not_kept, ram_pages, 0, n, 0);
	if (at < ram_pages)
		take_kept(pages, at, n);
	mutex_unlock(&kept_mutex);
	return at < ram_pages;
}

static bool alloc_run(struct page **pages, unsigned long n)
{
	void *run = alloc_pages_exact(n * PAGE_SIZE, GFP_KERNEL | __GFP_NOWARN |
							     __GFP_NORETRY);
	unsigned long i;

	for (i = 0; run && i < n; i++)
		pages[i] = virt_to_page(run + i * PAGE_SIZE);
	return run;
}

static void free_pages_to(struct page **pages, unsigned long n)
{
	while (n--)
		__free_page(pages[n]);
}

static int alloc_single(struct page **pages, unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++) {
		/* Rather no module than a task killed for its sake. */
		pages[i] = alloc_page(GFP_KERNEL | __GFP_RETRY_MAYFAIL |
				      __GFP_NOWARN);
		if (!pages[i]) {
			free_pages_to(pages, i);
			return -ENOMEM;
		}
	}
	return 0;
}

static int get_pages(struct page **pages, unsigned long n)
{
	if (reuse_pages(pages, n) || alloc_run(pages, n))
		return 0;
	return alloc_single(pages, n);
}

static void put_pages_back(struct page **pages, unsigned long n)
{
	mutex_lock(&kept_mutex);
	for (; n && nr_kept < KEPT_MAX; n--, nr_kept++)
		clear_bit(page_to_pfn(*pages++) - first_pfn(), not_kept);
	mutex_unlock(&kept_mutex);
	free_pages_to(pages, n);
}

static int map_pages(struct vm_struct *area, struct page **pages,
		     unsigned long n)
{
	unsigned long start = (unsigned long)area->addr;

	return vmap_pages_range_noflush(start, start + n * PAGE_SIZE,
					PAGE_KERNEL, pages, PAGE_SHIFT);
}

void *machine_module_memory(unsigned long size)
{
	unsigned long n = size >> PAGE_SHIFT;
	struct vm_struct *area;
	struct page **pages;

	if (n > nr_kept + si_mem_available() || set_up_kept())
		return NULL;
	pages = kvmalloc_array(n, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return NULL;
	if (get_pages(pages, n))
		goto free_array;
	area = __get_vm_area_caller(size, VM_ALLOC,
				    machine_boot_info.module_low,
				    machine_boot_info.module_high,
				    __builtin_return_address(0));
	if (!area)
		goto put_pages;
	area->pages = pages;
	area->nr_pages = n;
	if (map_pages(area, pages, n))
		goto free_area;
	atomic_long_add(n, &nr_vmalloc_pages);
	return area->addr;

free_area:
	vunmap(area->addr);
put_pages:
	put_pages_back(pages, n);
free_array:
	kvfree(pages);
	return NULL;
}

/* @memory: of machine_module_memory(), or NULL. */
void machine_module_memory_free(void *memory)
{
	struct vm_struct *area = memory ? find_vm_area(memory) : NULL;
	struct page **pages;
	unsigned long n;

	if (!area)
		return;
	pages = area->pages;
	n = area->nr_pages;
	vunmap(memory);
	/* The address is free at once, as that of a module always is. */
	vm_unmap_aliases();
	put_pages_back(pages, n);
	atomic_long_sub(n, &nr_vmalloc_pages);
	kvfree(pages);
}

/* The kernel's own loader: as the kernel has it, but in the low range. */
static void *alloc(unsigned long size, void *caller)
{
	return __vmalloc_node_range(size, PAGE_SIZE,
				    machine_boot_info.module_low,
				    machine_boot_info.module_high, GFP_KERNEL,
				    PAGE_KERNEL, VM_FLUSH_RESET_PERMS,
				    NUMA_NO_NODE, caller);
}

void *machine_module_alloc(unsigned long size)
{
	return alloc(size, __builtin_return_address(0));
}

void *machine_execmem_alloc(int type, size_t size)
{
	return alloc(size, __builtin_return_address(0));
}

HOOK_IF_PRESENT(module_alloc, machine_module_alloc, HOOK_SLOT, HOOK_LATE,
		"allocates at addresses of the upper half");
HOOK_IF_PRESENT(execmem_alloc, machine_execmem_alloc, HOOK_SLOT, HOOK_LATE,
		"allocates at addresses of the upper half");
