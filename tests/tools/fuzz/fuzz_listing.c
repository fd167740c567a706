// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: the list of a tree by which depmod -A asks for times.  The input
 * is its file; magic and checksum are put right.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/tools/fuzz/fuzz.h"
#include "tools/depmod/depmod.h"
#include "tools/depmod/listing.h"

/* The header's beginning, up to and with format, and where its checksum lies
 * and ends: listing.c. */
static const char start[12] = "r3dptree\2\0\0\1";
#define CHECKSUM    24
#define HEADER_SIZE 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *dir = fuzz_dir();
	const struct depmod depmod = {
		.dirname = (char *)dir,
		.outdir = (char *)dir,
	};
	uint8_t *copy;
	uint64_t sum;

	if (size < HEADER_SIZE)
		return 0;
	copy = malloc(size);
	memcpy(copy, data, size);
	memcpy(copy, start, sizeof(start));
	sum = cache_checksum(copy + HEADER_SIZE, size - HEADER_SIZE);
	memcpy(copy + CHECKSUM, &sum, sizeof(sum));
	fuzz_file_in("modules.tree.bin", copy, size);
	free(copy);
	listing_ask(&depmod, 0);
	listing_ask(&depmod, INT64_MAX);
	return 0;
}
