/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A reader of DER, the encoding of signatures: one item after the other, and
 * no more of the notation than a module's signature has.
 *
 * Pure functions on borrowed memory, made for any input.  Any thread.
 */
#ifndef TOOLS_MODINFO_DER_H
#define TOOLS_MODINFO_DER_H

#include <stdbool.h>
#include <stddef.h>

#define DER_INTEGER	     0x02
#define DER_OCTETS	     0x04
#define DER_OID		     0x06
#define DER_SEQUENCE	     0x30
#define DER_SET		     0x31
#define DER_CONSTRUCTED(tag) (0xa0 | (tag))

/* What is left to read, or the contents of an item. */
struct der {
	const unsigned char *data;
	size_t size;
};

/* Takes the next item off @in, whatever its tag.  False: there is none, or it
 * reaches beyond the end, or its form is none that DER allows. */
bool der_next(struct der *in, unsigned char *tag, struct der *contents);

/* The same for an item that must have @tag; otherwise nothing is taken. */
bool der_take(struct der *in, unsigned char tag, struct der *contents);

/* Takes the next item if it has @tag; it may be missing. */
void der_skip_optional(struct der *in, unsigned char tag);

bool der_equal(const struct der *a, const void *data, size_t size);

#endif
