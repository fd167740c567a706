// SPDX-License-Identifier: GPL-2.0-only
/*
 * The head of the kernel half: where the host finds everything else.
 *
 * Data only; it lies at the kernel half's lowest address (ring3.lds).
 */
#include "internal.h"

struct ring3_kernel ring3_kernel __section(".ring3.head") = {
	.magic = RING3_MAGIC,
	.abi = RING3_ABI,
	.start = machine_start,
	.resume = machine_resume,
	.trap = machine_trap_entry,
	.vcpu_offset = (unsigned long)&cpu_tss_rw,
	.text_low = (unsigned long)ring3_text_low,
	.text_high = (unsigned long)ring3_text_high,
};
