// SPDX-License-Identifier: GPL-2.0-only
/* struct cpuinfo_x86 counts cores itself; later kernels have a topology. */
#include <asm/processor.h>

int probe(struct cpuinfo_x86 *c);
int probe(struct cpuinfo_x86 *c)
{
	return c->x86_max_cores + c->booted_cores;
}
