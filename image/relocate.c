// SPDX-License-Identifier: GPL-2.0-only
/*
 * Moves a laid-out image from where it was linked to where it runs.
 *
 * The table holds three lists of 32-bit link addresses, each ended by 0, and
 * is read backwards: 32-bit places, 32-bit places that count the other way
 * (the distance from code to a per-CPU symbol, which itself stays), 64-bit
 * places.  One owner, no locks, touches nothing but the image's own bytes.
 */
#include <errno.h>

#include "image/internal.h"

struct reader {
	const unsigned char *start; /* of the table */
	const unsigned char *next; /* just behind the next entry */
};

/* How a list's places change when the image moves. */
struct list_kind {
	unsigned char width;
	uint64_t delta;
	const char *name;
};

static int relocate_place(struct image *image, int32_t entry,
			  const struct list_kind *kind)
{
	uint64_t link = (uint64_t)(int64_t)entry;
	uint64_t value = 0;
	void *place;

	place = image_ptr(image, link - IMAGE_LINK_BASE + image->base,
			  kind->width);
	if (!place)
		return image_fail(
			image, -ENOEXEC,
			"a %s relocation at 0x%llx is not in the image",
			kind->name, (unsigned long long)link);
	memcpy(&value, place, kind->width);
	value += kind->delta;
	memcpy(place, &value, kind->width);
	return 0;
}

static int relocate_list(struct image *image, struct reader *reader,
			 const struct list_kind *kind)
{
	int err;

	while (reader->next - reader->start >= 4) {
		int32_t entry;

		reader->next -= 4;
		entry = (int32_t)load32(reader->next);
		if (!entry)
			return 0;
		err = relocate_place(image, entry, kind);
		if (err)
			return err;
	}
	return image_fail(image, -ENOEXEC,
			  "the list of %s relocations has no end", kind->name);
}

int image_relocate(struct image *image, struct bytes table)
{
	uint64_t delta = image->base - IMAGE_LINK_BASE;
	const struct list_kind kinds[] = {
		{4, delta, "32-bit"},
		{4, -delta, "inverse 32-bit"},
		{8, delta, "64-bit"},
	};
	struct reader reader = {table.data, table.data + table.size};
	int err;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		err = relocate_list(image, &reader, &kinds[i]);
		if (err)
			return err;
	}
	if (reader.next != reader.start)
		return image_fail(
			image, -ENOTSUP,
			"the relocation table has %td bytes too many: it is of another form",
			reader.next - reader.start);
	return 0;
}
