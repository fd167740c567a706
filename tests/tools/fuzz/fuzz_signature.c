// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: a module's signature.  The first three bytes are those of its
 * trailer, the fourth the length of the signer's name.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/modelf.h"
#include "tests/tools/fuzz/fuzz.h"
#include "tools/modinfo/signature.h"

static void check_within(const struct der *part, const uint8_t *data,
			 size_t size)
{
	if (part->size && (part->data < data || part->data > data + size ||
			   part->size > (size_t)(data + size - part->data)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct modelf_signature from = {0};
	struct signature result;

	if (size < 4)
		return 0;
	from.algo = data[0];
	from.hash = data[1];
	from.id_type = data[2] % 4;
	from.signer_len = data[3];
	data += 4;
	size -= 4;
	if (from.signer_len > size)
		from.signer_len = size;
	from.signer = from.key_id = data;
	from.data = data + from.signer_len;
	from.data_len = size - from.signer_len;
	if (!signature_read(&from, &result))
		return 0;
	if (!result.id || !result.hash || !result.algorithm)
		abort();
	check_within(&result.signer, data, size);
	check_within(&result.key, data, size);
	check_within(&result.data, data, size);
	return 0;
}
