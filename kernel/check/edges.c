// SPDX-License-Identifier: GPL-2.0-only
/*
 * The map of what ran, for fuzzing.  Counted wherever modules' code runs.
 */
#include <linux/cache.h>
#include "check/edges.h"
#include "internal.h"
#include "module/import.h"
#include "sanitize/runtime.h"

void edges_entry(void);

MODULE_IMPORT(__fentry__, edges_entry, RING3_OPTION_EDGES);
RUNTIME_SYMBOL(__sanitizer_cov_trace_pc, edges_entry, RUNTIME_TRACE);

unsigned char edges_map[EDGES_SIZE] __aligned(4096);
unsigned long edges_previous;
