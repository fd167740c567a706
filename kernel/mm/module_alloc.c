// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory for modules: the kernel's vmalloc, in a range of low addresses, since
 * modules are compiled to lie within 2 GiB of the kernel.
 *
 * Process context; may sleep.
 */
#include <linux/mm.h>
#include <linux/moduleloader.h>
#include <linux/vmalloc.h>
#include "hook.h"
#include "internal.h"

void *machine_module_alloc(unsigned long size);
void *machine_execmem_alloc(int type, size_t size);

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

void *machine_module_memory(unsigned long size)
{
	return alloc(size, __builtin_return_address(0));
}

HOOK_IF_PRESENT(module_alloc, machine_module_alloc, HOOK_SLOT, HOOK_LATE,
		"allocates at addresses of the upper half");
HOOK_IF_PRESENT(execmem_alloc, machine_execmem_alloc, HOOK_SLOT, HOOK_LATE,
		"allocates at addresses of the upper half");
