// SPDX-License-Identifier: GPL-2.0-only
/*
 * The map of what ran, for fuzzing.  Counted wherever modules' code runs.
 */
#include <linux/bitops.h>
#include <linux/cache.h>
#include <linux/types.h>
#include "check/edges.h"
#include "internal.h"
#include "module/import.h"
#include "sanitize/runtime.h"

void edges_entry(void);

MODULE_IMPORT(__fentry__, edges_entry, RING3_OPTION_EDGES);
RUNTIME_SYMBOL(__sanitizer_cov_trace_pc, edges_entry, RUNTIME_TRACE);

struct ring3_edges edges __aligned(4096);
unsigned long edges_previous;

#define CASES_MAX 32

/* The nearer they are, the other the place of the map; the same as ever, if all
 * bits are. */
static void compare(u64 a, u64 b, unsigned int size, unsigned long ip)
{
	unsigned int same = 64 - hweight64(a ^ b);
	struct ring3_compare *c;

	if (a == b)
		return;
	edges.map[(ip * 0x9e3779b1u + same * 0x85ebu) % RING3_EDGES]++;
	c = &edges.compares[edges.compared++ % RING3_COMPARES];
	*c = (struct ring3_compare){a, b, size};
}

#define COMPARE(name, type)                                                    \
	void name(type a, type b);                                             \
	void name(type a, type b)                                              \
	{                                                                      \
		compare(a, b, sizeof(type),                                    \
			(unsigned long)__builtin_return_address(0));           \
	}                                                                      \
	RUNTIME_SYMBOL(name, name, RUNTIME_TRACE)

COMPARE(__sanitizer_cov_trace_cmp1, u8);
COMPARE(__sanitizer_cov_trace_cmp2, u16);
COMPARE(__sanitizer_cov_trace_cmp4, u32);
COMPARE(__sanitizer_cov_trace_cmp8, u64);
COMPARE(__sanitizer_cov_trace_const_cmp1, u8);
COMPARE(__sanitizer_cov_trace_const_cmp2, u16);
COMPARE(__sanitizer_cov_trace_const_cmp4, u32);
COMPARE(__sanitizer_cov_trace_const_cmp8, u64);

void __sanitizer_cov_trace_switch(u64 value, const u64 *cases);

/* How many, of how many bits, and then the cases. */
void __sanitizer_cov_trace_switch(u64 value, const u64 *cases)
{
	unsigned long ip = (unsigned long)__builtin_return_address(0);
	u64 i;

	for (i = 0; i < cases[0] && i < CASES_MAX; i++)
		compare(value, cases[2 + i], cases[1] / 8, ip + i);
}

RUNTIME_SYMBOL(__sanitizer_cov_trace_switch, __sanitizer_cov_trace_switch,
	       RUNTIME_TRACE);
