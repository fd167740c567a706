// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which addresses reads that must not fault may try: those of the kernel, which
 * here are not the upper half.
 *
 * Any context.
 */
#include <linux/mm.h>
#include <linux/uaccess.h>
#include "hook.h"
#include "internal.h"

bool machine_nofault_allowed(const void *src, size_t size);

bool machine_nofault_allowed(const void *src, size_t size)
{
	unsigned long address = (unsigned long)src;

	return address >= machine_boot_info.half_low &&
	       address < machine_boot_info.user_low;
}
HOOK(copy_from_kernel_nofault_allowed, machine_nofault_allowed, HOOK_SLOT,
     HOOK_LATE, "takes low addresses for those of programs");

bool machine_valid_bugaddr(unsigned long address);

bool machine_valid_bugaddr(unsigned long address)
{
	return machine_nofault_allowed((void *)address, 2);
}
HOOK(is_valid_bugaddr, machine_valid_bugaddr, HOOK_ENTRY, HOOK_LATE,
     "takes low addresses for those of programs");
