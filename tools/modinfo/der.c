// SPDX-License-Identifier: GPL-2.0-only
/*
 * A reader of DER, the encoding of signatures.
 *
 * Pure functions on borrowed memory, made for any input.  Any thread.
 */
#include "tools/modinfo/der.h"

#include <string.h>

/* In a tag: its number follows in further bytes.  No signature has such. */
#define TAG_LONG 0x1f

/* In the first byte of a length: the number of bytes that hold it. */
#define LENGTH_LONG 0x80

/* Takes a length off @in; false also for one of no fixed size. */
static bool take_length(struct der *in, size_t *length)
{
	size_t bytes;

	if (!in->size)
		return false;
	*length = *in->data++;
	in->size--;
	if (!(*length & LENGTH_LONG))
		return true;
	bytes = *length & ~LENGTH_LONG;
	if (!bytes || bytes > 4 || bytes > in->size)
		return false;
	*length = 0;
	for (; bytes; bytes--, in->size--)
		*length = *length << 8 | *in->data++;
	return true;
}

bool der_next(struct der *in, unsigned char *tag, struct der *contents)
{
	struct der rest = *in;
	size_t length;

	if (!rest.size)
		return false;
	*tag = *rest.data++;
	rest.size--;
	if ((*tag & TAG_LONG) == TAG_LONG)
		return false;
	if (!take_length(&rest, &length) || length > rest.size)
		return false;
	contents->data = rest.data;
	contents->size = length;
	in->data = rest.data + length;
	in->size = rest.size - length;
	return true;
}

bool der_take(struct der *in, unsigned char tag, struct der *contents)
{
	struct der rest = *in;
	unsigned char found;

	if (!der_next(&rest, &found, contents) || found != tag)
		return false;
	*in = rest;
	return true;
}

void der_skip_optional(struct der *in, unsigned char tag)
{
	struct der contents;

	der_take(in, tag, &contents);
}

bool der_equal(const struct der *a, const void *data, size_t size)
{
	return a->size == size && !memcmp(a->data, data, size);
}
