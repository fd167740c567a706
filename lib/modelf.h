/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A module file (.ko) as an ELF object: sections, .modinfo, symbols, versions,
 * signature.
 *
 * A plain file is read with pread, and only those ranges of it that are asked
 * for; a compressed one is decompressed whole.  32 and 64 bits, both byte
 * orders.  Made for any input: a damaged file is an error, never a crash, and
 * no string reaches beyond its section.
 *
 * One owner at a time, no locks, may block on disk, not signal-safe.  All that
 * is returned points into the object and holds until modelf_close() or the
 * next modelf_reopen().  Errors are -errno; -ENOEXEC: not an ELF object;
 * -EINVAL: a damaged one, or its compression is; -ENODATA: it has no such thing;
 * -EFBIG: too large.
 */
#ifndef LIB_MODELF_H
#define LIB_MODELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/decompress.h"

struct modelf;
struct stat;

/* ---- opening ------------------------------------------------------------ */

int modelf_open(const char *path, struct modelf **result);

/* An ELF object in memory, decompressed already; borrowed until closed. */
int modelf_from_memory(const void *data, size_t size, struct modelf **result);

/*
 * For many files in a row: an object with no file, and one that takes up
 * another file, relative to the directory @dirfd or AT_FDCWD, with the memory
 * of the one before.  When it fails, the object holds no file; every question
 * to it then says -ENODATA.
 */
int modelf_new(struct modelf **result);
int modelf_reopen(struct modelf *elf, int dirfd, const char *path);

void modelf_close(struct modelf *elf); /* NULL is fine */

/* ---- the file as a whole ------------------------------------------------ */

/* How the file was compressed. */
enum compression modelf_compression(const struct modelf *elf);

/* The open file, for finit_module(); -1 for one in memory.  Its position is
 * not used. */
int modelf_fd(const struct modelf *elf);

/* As the file was when it was opened; NULL for one in memory. */
const struct stat *modelf_stat(const struct modelf *elf);

/* All of it, decompressed, signature included. */
int modelf_image(struct modelf *elf, const void **data, size_t *size);

bool modelf_is_64bit(const struct modelf *elf);
bool modelf_is_big_endian(const struct modelf *elf);

/* e_machine. */
unsigned int modelf_machine(const struct modelf *elf);

/* ---- sections ----------------------------------------------------------- */

/* The first section of that name.  A NUL follows the data, which has no
 * particular alignment. */
int modelf_section(struct modelf *elf, const char *name, const void **data,
		   size_t *size);

/* The description of the first note "GNU" of type build-id. */
int modelf_build_id(struct modelf *elf, const void **data, size_t *size);

/* ---- .modinfo ----------------------------------------------------------- */

/*
 * The next string "key=value" in the section's order, after @previous, or the
 * first with NULL; empty ones are left out.  NULL at the end, and when there is
 * no such section (modelf_section() tells these apart).
 */
const char *modelf_info_next(struct modelf *elf, const char *previous);

/* The first value of @key, or NULL. */
const char *modelf_info(struct modelf *elf, const char *key);

/* ---- symbols ------------------------------------------------------------ */

struct modelf_symbol {
	const char *name;
	uint64_t crc; /* 0 when there is none */
	bool weak;
};

/* Not 0 ends the walk, which returns it. */
typedef int modelf_symbol_fn(void *context, const struct modelf_symbol *symbol);

/* A hash of a name, the same in one build of the program only. */
uint32_t modelf_hash(const char *name);

/* What the module exports: its __crc_ symbols in the order of .symtab or, when
 * it has none, __ksymtab_strings.  -ENODATA: neither. */
int modelf_exports(struct modelf *elf, modelf_symbol_fn *found, void *context);

/* What it needs: undefined symbols in the order of .symtab, with the CRC of
 * their version if they have one; then versions of no undefined symbol. */
int modelf_needs(struct modelf *elf, modelf_symbol_fn *found, void *context);

/* The undefined symbols alone, without CRCs. */
int modelf_undefined(struct modelf *elf, modelf_symbol_fn *found,
		     void *context);

/* The versions alone, in their order: __versions, then those of the extended
 * form (__version_ext_names) with names that the former does not have. */
int modelf_versions(struct modelf *elf, modelf_symbol_fn *found, void *context);

/* ---- signature ---------------------------------------------------------- */

/* The trailer that the kernel's sign-file appends. */
struct modelf_signature {
	unsigned char algo; /* of the public key; 0 with PKCS#7 */
	unsigned char hash;
	unsigned char id_type; /* 2: PKCS#7 */
	const unsigned char *signer, *key_id, *data;
	size_t signer_len, key_id_len, data_len;
};

int modelf_signature(struct modelf *elf, struct modelf_signature *signature);

#endif
