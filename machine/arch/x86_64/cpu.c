// SPDX-License-Identifier: GPL-2.0-only
/*
 * x86-64: the base of GS, which is the kernel's per-CPU area, the rate of the
 * time stamp counter, and what else of the processor matters.
 *
 * Called at start and through struct ring3_host.
 */
#include <asm/prctl.h>
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "machine/internal.h"

void cpu_set_gs(unsigned long base)
{
	syscall(SYS_arch_prctl, ARCH_SET_GS, base);
	if (guest.kernel)
		guest.vcpu = (void *)(base + guest.kernel->vcpu_offset);
}

unsigned long cpu_get_gs(void)
{
	unsigned long base = 0;

	syscall(SYS_arch_prctl, ARCH_GET_GS, &base);
	return base;
}

/* From the processor where it tells, otherwise 0: unknown. */
unsigned long cpu_tsc_khz(void)
{
	unsigned int denominator, numerator, crystal, unused;

	if (!__get_cpuid_count(0x15, 0, &denominator, &numerator, &crystal,
			       &unused) ||
	    !denominator || !crystal)
		return 0;
	return (unsigned long)crystal / 1000 * numerator / denominator;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	return (hash ^ value) * 0x100000001b3ull;
}

/*
 * Of the leaves that cpu/features.c of the kernel half reads, those that tell
 * processors apart; on a virtual machine each costs an exit.
 */
uint64_t cpu_features_hash(uint64_t hash)
{
	unsigned int a, b, c, d, xcr0, has_xsave;

	__cpuid(1, a, b, c, d);
	has_xsave = c & bit_OSXSAVE;
	/* The top byte of ebx tells which CPU we run on. */
	hash = mix(mix(mix(hash, a), c), d);
	__cpuid_count(7, 0, a, b, c, d);
	hash = mix(mix(mix(hash, b), c), d);
	if (!has_xsave)
		return hash;
	__asm__ volatile("xgetbv" : "=a"(xcr0), "=d"(d) : "c"(0));
	return mix(hash, xcr0);
}
