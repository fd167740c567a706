// SPDX-License-Identifier: GPL-2.0-only
/*
 * The image's export tables: for each symbol three distances (to its value,
 * its name, its namespace), and in a table beside it the CRC of its type.
 *
 * One owner, no locks, allocates, reads nothing but the image's own bytes.
 */
#include <errno.h>
#include <stdlib.h>

#include "image/internal.h"

#define ENTRY_SIZE 12

struct table {
	const char *start, *stop, *crcs;
	unsigned char gpl;
	/* filled in by find_table() */
	uint64_t address, crc_address;
	size_t n;
};

static int symbol_address(struct image *image, const char *name,
			  uint64_t *address)
{
	const struct image_symbol *symbol = image_find(image, name, NULL);

	if (!symbol)
		return image_fail(image, -ENOTSUP, "the image has no symbol %s",
				  name);
	*address = symbol->value;
	return 0;
}

static int find_table(struct image *image, struct table *table)
{
	uint64_t stop = 0;
	int err;

	err = symbol_address(image, table->start, &table->address);
	if (!err)
		err = symbol_address(image, table->stop, &stop);
	if (!err)
		err = symbol_address(image, table->crcs, &table->crc_address);
	if (err)
		return err;
	if (stop < table->address || (stop - table->address) % ENTRY_SIZE ||
	    !image_ptr(image, table->address, stop - table->address))
		return image_fail(image, -ENOTSUP,
				  "the exports at %s are of another form",
				  table->start);
	table->n = (stop - table->address) / ENTRY_SIZE;
	if (!image_ptr(image, table->crc_address, table->n * 4))
		return image_fail(image, -ENOEXEC,
				  "the CRCs at %s are not in the image",
				  table->crcs);
	return 0;
}

/* What a distance stored at @address leads to. */
static uint64_t follow(const struct image *image, uint64_t address)
{
	const void *p = image_ptr(image, address, 4);

	return address + (uint64_t)(int64_t)(int32_t)load32(p);
}

static int read_entry(struct image *image, const struct table *table, size_t i,
		      struct image_export *export)
{
	uint64_t entry = table->address + i * ENTRY_SIZE;
	const char *text = image_ptr(image, entry, ENTRY_SIZE);

	export->value = follow(image, entry);
	export->name = image_string(image, follow(image, entry + 4));
	export->ns = "";
	if (load32(text + 8))
		export->ns = image_string(image, follow(image, entry + 8));
	export->crc = load32(image_ptr(image, table->crc_address + i * 4, 4));
	export->gpl = table->gpl;
	if (!export->name || !*export->name || !export->ns)
		return image_fail(image, -ENOEXEC,
				  "entry %zu of %s has no name", i,
				  table->start);
	return 0;
}

static int read_table(struct image *image, const struct table *table)
{
	for (size_t i = 0; i < table->n; i++) {
		int err = read_entry(image, table, i,
				     &image->exports[image->nr_exports]);

		if (err)
			return err;
		image->nr_exports++;
	}
	return 0;
}

int image_read_exports(struct image *image)
{
	struct table any = {
		.start = "__start___ksymtab",
		.stop = "__stop___ksymtab",
		.crcs = "__start___kcrctab",
	};
	struct table gpl = {
		.start = "__start___ksymtab_gpl",
		.stop = "__stop___ksymtab_gpl",
		.crcs = "__start___kcrctab_gpl",
		.gpl = 1,
	};
	int err;

	err = find_table(image, &any);
	if (!err)
		err = find_table(image, &gpl);
	if (err)
		return err;
	image->exports = calloc(any.n + gpl.n + 1, sizeof(*image->exports));
	if (!image->exports)
		return image_fail(image, -ENOMEM, "out of memory");
	err = read_table(image, &any);
	if (!err)
		err = read_table(image, &gpl);
	return err;
}
