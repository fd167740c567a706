/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A distribution's kernel image, taken apart: unpacked from its bzImage,
 * relocated to the address at which an instance runs it, its symbols and
 * exports decoded.  See Documentation/arch/x86/boot.rst in the kernel's
 * sources for the container, scripts/kallsyms.c there for the symbol table.
 *
 * Works on a copy in ordinary memory at any host address; nothing is mapped at
 * the run address here.  Made for any input: a damaged image is an error,
 * never a crash.  One owner, no locks, may block on disk, not signal-safe.
 */
#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#define IMAGE_LINK_BASE 0xffffffff81000000ULL /* where vmlinux is linked */

struct image_symbol {
	uint64_t value; /* run address; for per-CPU symbols, the offset */
	const char *name;
	char type; /* as nm prints it */
	unsigned char percpu; /* the value is an offset into the per-CPU area */
};

struct image_export {
	uint64_t value;
	const char *name;
	const char *ns; /* namespace, "" when none */
	uint32_t crc;
	unsigned char gpl;
};

struct image {
	uint64_t base; /* run address of the image's first byte */
	uint64_t end; /* run address behind the last, 2 MiB aligned */
	unsigned char *mem; /* end - base bytes, as they stand at base */
	uint64_t percpu_load; /* run address of the per-CPU segment's content */
	uint64_t percpu_size;
	const char *compression; /* of the payload: "xz" */
	const char *banner; /* linux_banner: "Linux version 6.1..."; in mem */
	struct image_symbol *symbols; /* sorted by value */
	size_t nr_symbols;
	struct image_export *exports;
	size_t nr_exports;
	char *names; /* storage behind the symbols' names */
	uint32_t *hash; /* name look-up; private to image/ */
	size_t hash_mask;
	char error[200]; /* what is wrong, in words, when loading failed */
};

/*
 * Unpacks @vmlinuz and prepares it to run at @base (2 MiB aligned, in the low
 * 2 GiB).  Returns 0 and *result; on failure -errno, and *result may hold an
 * image whose error says what is wrong (free it as usual), or NULL.
 */
int image_load(const char *vmlinuz, uint64_t base, struct image **result);
void image_free(struct image *image);

/* The symbol of that name; @count, when not NULL, tells how many share it
 * (static functions may).  NULL and 0 when there is none. */
const struct image_symbol *image_find(const struct image *image,
				      const char *name, unsigned int *count);

/* The symbol that @address lies in (not per-CPU ones), or NULL. */
const struct image_symbol *image_symbolize(const struct image *image,
					   uint64_t address);

/* A pointer into mem for a run address, or NULL if @len bytes there are not
 * all inside the image. */
void *image_ptr(const struct image *image, uint64_t address, size_t len);

#endif
