/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What of modules ran, and what they compared, for the fuzzer: the instance
 * writes, and between two runs the host reads and clears.  Includes nothing, as
 * all of include/ring3.
 */
#ifndef RING3_EDGES_H
#define RING3_EDGES_H

#define RING3_EDGES    0x10000
#define RING3_COMPARES 64

/* Two numbers of @size bytes that were not the same. */
struct ring3_compare {
	unsigned long a, b;
	unsigned int size;
};

struct ring3_edges {
	unsigned char map[RING3_EDGES]; /* counts; first: known to stub.S */
	unsigned int compared; /* how many; the last of them are kept */
	struct ring3_compare compares[RING3_COMPARES];
};

#endif
