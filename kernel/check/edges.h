/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which pairs of places in modules ran one after the other (RING3_OPTION_EDGES):
 * functions, and with -fsanitize-coverage=trace-pc every branch.
 */
#ifndef KERNEL_CHECK_EDGES_H
#define KERNEL_CHECK_EDGES_H

/* Known to stub.S. */
#define EDGES_SIZE 0x10000

extern unsigned char edges_map[EDGES_SIZE];

#endif
