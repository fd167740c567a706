// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: compressed data of each format.
 */
#include <stdlib.h>

#include "lib/decompress.h"
#include "tests/tools/fuzz/fuzz.h"

/* Small, so that the limit itself is tried, too. */
#define LIMIT (1ul << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t out_size = 0;
	void *out;

	compression_name(compression_of(data, size));
	if (decompress(data, size, LIMIT, &out, &out_size))
		return 0;
	if (out_size > LIMIT)
		abort();
	free(out);
	return 0;
}
