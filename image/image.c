// SPDX-License-Identifier: GPL-2.0-only
/*
 * A kernel image: the stages of loading it, and look-ups in what they found.
 *
 * One owner while loading; look-ups only read and may come from any thread.
 * Loading blocks on disk and allocates; look-ups do neither and are
 * signal-safe.
 */
#include "image/image.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "image/internal.h"
#include "lib/file.h"

#define IMAGE_ALIGN (2ull << 20)
#define LOW_LIMIT   (1ull << 31)
#define MOST_PROBES 256 /* on average, where real tables need a few */

int image_fail(struct image *image, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(image->error, sizeof(image->error), format, args);
	va_end(args);
	return err;
}

void *image_ptr(const struct image *image, uint64_t address, size_t len)
{
	uint64_t size = image->end - image->base;

	if (!image->mem || address < image->base)
		return NULL;
	if (address - image->base > size ||
	    len > size - (address - image->base))
		return NULL;
	return image->mem + (address - image->base);
}

const char *image_string(const struct image *image, uint64_t address)
{
	const char *text = image_ptr(image, address, 1);

	if (!text || !memchr(text, '\0', image->end - address))
		return NULL;
	return text;
}

/* FNV-1a */
static uint32_t hash_name(const char *name)
{
	uint32_t hash = 2166136261u;

	while (*name)
		hash = (hash ^ (unsigned char)*name++) * 16777619u;
	return hash;
}

/*
 * In order of value, so that a look-up finds the lowest of a name first.  A
 * name may be shared by many; a table in which all are the same one would take
 * for ever, and is none that a kernel has.
 */
static int hash_symbols(struct image *image)
{
	size_t patience = MOST_PROBES * image->nr_symbols;
	size_t slots = 1024;

	while (slots < image->nr_symbols * 2)
		slots *= 2;
	image->hash = calloc(slots, sizeof(*image->hash));
	if (!image->hash)
		return image_fail(image, -ENOMEM, "out of memory");
	image->hash_mask = slots - 1;
	for (size_t i = 0; i < image->nr_symbols; i++) {
		size_t at = hash_name(image->symbols[i].name) & (slots - 1);

		while (image->hash[at] && patience) {
			at = (at + 1) & (slots - 1);
			patience--;
		}
		if (!patience)
			return image_fail(image, -ENOEXEC,
					  "kallsyms repeats the same names");
		image->hash[at] = i + 1;
	}
	return 0;
}

const struct image_symbol *image_find(const struct image *image,
				      const char *name, unsigned int *count)
{
	const struct image_symbol *found = NULL;
	unsigned int n = 0;
	size_t at;

	if (image->hash) {
		at = hash_name(name) & image->hash_mask;
		for (; image->hash[at]; at = (at + 1) & image->hash_mask) {
			const struct image_symbol *symbol =
				&image->symbols[image->hash[at] - 1];

			if (strcmp(symbol->name, name))
				continue;
			if (!n++)
				found = symbol;
			if (!count)
				break;
		}
	}
	if (count)
		*count = n;
	return found;
}

/* Of several symbols at one address the first, which kallsyms prefers. */
const struct image_symbol *image_symbolize(const struct image *image,
					   uint64_t address)
{
	const struct image_symbol *symbols = image->symbols;
	size_t low = 0, high = image->nr_symbols;

	if (address < image->base || address >= image->end)
		return NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (symbols[middle].value <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || symbols[low - 1].percpu)
		return NULL;
	for (low--; low && symbols[low - 1].value == symbols[low].value; low--)
		;
	return &symbols[low];
}

static int read_banner(struct image *image)
{
	const struct image_symbol *symbol;

	symbol = image_find(image, "linux_banner", NULL);
	if (symbol)
		image->banner = image_string(image, symbol->value);
	if (!image->banner || strncmp(image->banner, "Linux version ", 14))
		return image_fail(image, -ENOEXEC,
				  "there is no linux_banner in the image");
	return 0;
}

/* Unpacked and in place; the payload is not needed afterwards. */
static int lay_out(struct image *image, struct bytes file)
{
	struct bytes relocations;
	unsigned char *payload;
	size_t size;
	int err;

	err = image_unpack(image, file, &payload, &size);
	if (err)
		return err;
	err = image_place(image, (struct bytes){payload, size}, &relocations);
	if (!err)
		err = image_relocate(image, relocations);
	free(payload);
	return err;
}

static int load(struct image *image, const char *vmlinuz)
{
	void *file;
	size_t size;
	int err;

	if (image->base % IMAGE_ALIGN || !image->base ||
	    image->base >= LOW_LIMIT)
		return image_fail(image, -EINVAL,
				  "0x%llx is no address to run an image at",
				  (unsigned long long)image->base);
	err = file_read(vmlinuz, &file, &size);
	if (err)
		return image_fail(image, err, "cannot read %.120s: %s", vmlinuz,
				  strerror(-err));
	err = lay_out(image, (struct bytes){file, size});
	free(file);
	if (err)
		return err;
	err = image_read_kallsyms(image);
	if (!err)
		err = hash_symbols(image);
	if (!err)
		err = read_banner(image);
	if (!err)
		err = image_read_exports(image);
	return err;
}

int image_load(const char *vmlinuz, uint64_t base, struct image **result)
{
	*result = calloc(1, sizeof(**result));
	if (!*result)
		return -ENOMEM;
	(*result)->base = base;
	(*result)->end = base;
	return load(*result, vmlinuz);
}

void image_free(struct image *image)
{
	if (!image)
		return;
	free(image->mem);
	free(image->symbols);
	free(image->exports);
	free(image->names);
	free(image->hash);
	free(image);
}
