// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: the list of a tree by which depmod -A asks for times.  The input
 * is its file; magic and checksums are put right.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/tools/fuzz/fuzz.h"
#include "tools/depmod/depmod.h"
#include "tools/depmod/listing.h"

/* The header's beginning, up to and with format, and what lies where: listing.c. */
static const char start[12] = "r3dptree\3\0\0\1";
#define BLOCK_SIZE	12
#define CHECKSUM	24
#define HEADER_SIZE	32
#define BLOCK_HEAD_SIZE 24

static uint32_t number_at(const uint8_t *data)
{
	uint32_t number;

	memcpy(&number, data, sizeof(number));
	return number;
}

/* Of all blocks that are whole. */
static void put_checksums(uint8_t *data, size_t size)
{
	uint32_t block_size = number_at(data + BLOCK_SIZE), used;
	uint64_t sum = cache_checksum(data, CHECKSUM);

	memcpy(data + CHECKSUM, &sum, sizeof(sum));
	if (block_size < BLOCK_HEAD_SIZE)
		return;
	for (size_t at = HEADER_SIZE; size - at >= block_size;
	     at += block_size) {
		used = number_at(data + at + sizeof(sum));
		if (used < BLOCK_HEAD_SIZE || used > block_size)
			continue;
		sum = cache_checksum(data + at + sizeof(sum),
				     used - sizeof(sum));
		memcpy(data + at, &sum, sizeof(sum));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *dir = fuzz_dir();
	const struct depmod depmod = {
		.dirname = (char *)dir,
		.outdir = (char *)dir,
	};
	uint8_t *copy;

	if (size < HEADER_SIZE)
		return 0;
	copy = malloc(size);
	memcpy(copy, data, size);
	memcpy(copy, start, sizeof(start));
	put_checksums(copy, size);
	fuzz_file_in("modules.tree.bin", copy, size);
	free(copy);
	listing_ask(&depmod, 0);
	listing_ask(&depmod, INT64_MAX);
	return 0;
}
