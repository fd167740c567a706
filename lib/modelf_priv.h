/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of modelf share: the object, and how its parts are reached.
 *
 * One owner, no locks, may block on disk, not signal-safe.
 */
#ifndef LIB_MODELF_PRIV_H
#define LIB_MODELF_PRIV_H

#include <string.h>
#include <sys/stat.h>

#include "lib/modelf.h"

/* Memory that is handed out piece by piece and given back at once. */
struct modelf_chunk {
	struct modelf_chunk *next;
	size_t size, used;
	unsigned char data[];
};

/* A part of the file that was read. */
struct modelf_range {
	uint64_t offset;
	size_t size;
	const unsigned char *data;
};

struct modelf_shdr {
	uint32_t name, type, link, info;
	uint64_t offset, size;
};

/* What a section's data is when it was asked for by name. */
struct modelf_named {
	unsigned int index;
	const void *data;
	size_t size;
};

/* The table of symbols, from the first that is of interest on. */
struct modelf_symtab {
	const unsigned char *symbols;
	size_t first, n, entry_size;
	const char *names; /* the last byte is NUL; NULL: not asked for */
	size_t names_size;
};

#define MODELF_HEAD    64 /* an ELF header */
#define MODELF_TAIL    1024
#define MODELF_RANGES  8
#define MODELF_NAMED   16
#define MODELF_SPECIAL 24

struct modelf {
	int fd; /* -1: none */
	enum compression compression;
	struct stat st; /* of the file */
	unsigned char head[MODELF_HEAD]; /* zeros behind the ELF file's end */
	uint64_t size; /* of the ELF file */
	const unsigned char *image; /* all of it, or NULL: it is read by parts */
	void *unpacked; /* the image, where it is ours to free */
	bool is_64bit, is_big_endian, is_native; /* native: as this program */
	unsigned int machine;
	struct modelf_chunk *chunks; /* the one in use first */
	struct modelf_range range[MODELF_RANGES];
	size_t nr_ranges;
	struct modelf_named named[MODELF_NAMED];
	size_t nr_named;
	const char *modinfo, *modinfo_end; /* NULL: not asked for, or none */
	uint64_t read_bytes; /* what was read or copied, a bound on damage */
	/* Those whose names begin as the ones that are asked for; more than
	 * there is room for: not known. */
	unsigned int special[MODELF_SPECIAL], nr_special;
	bool knows_special;
	const unsigned char *shdrs; /* NULL: the file has no sections */
	unsigned int nr_shdrs, shentsize, shstrndx;
	struct modelf_symtab symtab;
};

/* Unaligned, in the file's byte order; @bytes is 1, 2, 4 or 8. */
static inline uint64_t modelf_get(const struct modelf *elf,
				  const unsigned char *p, unsigned int bytes)
{
	uint64_t value = 0;
	uint32_t word;

	if (elf->is_native && bytes == sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		return word;
	}
	if (elf->is_native && bytes == sizeof(value)) {
		memcpy(&value, p, sizeof(value));
		return value;
	}
	for (unsigned int i = 0; i < bytes; i++)
		value |= (uint64_t)p[i]
			 << 8 * (elf->is_big_endian ? bytes - 1 - i : i);
	return value;
}

/* Memory that lasts as long as the file. */
void *modelf_alloc(struct modelf *elf, size_t size);

/* A part of the file; -EINVAL beyond its end. */
int modelf_view(struct modelf *elf, uint64_t offset, uint64_t size,
		const unsigned char **data);

/* @index: of a section, else -EINVAL. */
int modelf_shdr(const struct modelf *elf, unsigned int index,
		struct modelf_shdr *shdr);

/* Of one that is there. */
uint32_t modelf_section_type(const struct modelf *elf, unsigned int index);

/* The first section of that name, or -ENODATA. */
int modelf_find(struct modelf *elf, const char *name, unsigned int *index);

/* Unlike modelf_section(), no NUL follows. */
int modelf_section_view(struct modelf *elf, unsigned int index,
			const unsigned char **data, size_t *size);

#endif
