/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files that take a kernel image apart share among themselves.
 *
 * The stages run in the order given here, each on what the former left in the
 * image; see image.h for the contract.  All return 0 or -errno, with
 * image->error set.
 */
#ifndef IMAGE_INTERNAL_H
#define IMAGE_INTERNAL_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "image/image.h"

/* Bytes in memory, wherever they lie. */
struct bytes {
	const unsigned char *data;
	size_t size;
};

/* x86 is little-endian, and so is the host: only alignment is to be minded. */
static inline uint16_t load16(const void *p)
{
	uint16_t value;

	memcpy(&value, p, sizeof(value));
	return value;
}

static inline uint32_t load32(const void *p)
{
	uint32_t value;

	memcpy(&value, p, sizeof(value));
	return value;
}

static inline uint64_t load64(const void *p)
{
	uint64_t value;

	memcpy(&value, p, sizeof(value));
	return value;
}

/* image.c */

/* Writes down what is wrong; returns @err, for `return image_fail(...)`. */
int image_fail(struct image *image, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A NUL-terminated string at a run address, or NULL. */
const char *image_string(const struct image *image, uint64_t address);

/* unpack.c */

/* Decompresses the payload of a bzImage: an ELF file and, behind it, the
 * relocation table. */
int image_unpack(struct image *image, struct bytes file,
		 unsigned char **payload, size_t *size);

/* Lays the ELF file's segments out in image->mem (which it allocates).
 * @relocations: what lies behind the ELF file in @payload. */
int image_place(struct image *image, struct bytes payload,
		struct bytes *relocations);

/* relocate.c */
int image_relocate(struct image *image, struct bytes table);

/* kallsyms.c */
int image_read_kallsyms(struct image *image);

/* exports.c */
int image_read_exports(struct image *image);

#endif
