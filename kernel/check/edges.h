/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which pairs of places in modules ran one after the other (RING3_OPTION_EDGES):
 * functions, and with -fsanitize-coverage=trace-pc every branch; with trace-cmp,
 * how near numbers that were compared came to each other, and which.
 */
#ifndef KERNEL_CHECK_EDGES_H
#define KERNEL_CHECK_EDGES_H

#include <ring3/edges.h>

extern struct ring3_edges edges;

#endif
