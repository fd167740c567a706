/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of modabi share: a module's file as the kernel reads it.
 *
 * Unlike modelf.h, which makes the best of any ELF file, this reads it as the
 * kernel of an x86-64 machine does, to be wrong where that is wrong.  One
 * owner, no locks, does not block, not signal-safe.
 */
#ifndef LIB_MODABI_PRIV_H
#define LIB_MODABI_PRIV_H

#include <elf.h>
#include "lib/modabi.h"

/* Borrowed parts of the file; what is not there is NULL or 0. */
struct modabi_file {
	const unsigned char *data;
	size_t size; /* without the signature */
	unsigned int nr_sections;
	uint64_t section_table; /* its offset */
	const char *section_names;
	size_t section_names_size;
	unsigned int symbols; /* index of .symtab */
	size_t nr_symbols;
	const char *strings;
	size_t strings_size;
	unsigned int info, module, versions, percpu; /* indexes */
	/* The entries of __versions by name; NULL: they are in disorder. */
	const unsigned char **version;
	size_t nr_versions;
};

struct modabi_symbol {
	const char *name;
	uint64_t value;
	unsigned int section;
	unsigned char bind;
};

/*
 * Reads the file's tables.  Returns NULL, or what is wrong in words, which
 * @text holds; *kind says which kind of wrong.
 */
const char *modabi_file_read(struct modabi_file *file, const void *data,
			     size_t size, bool strict, enum modabi_kind *kind,
			     char text[160]);

/* Section @index < nr_sections; its name is "" when it lies outside. */
void modabi_section(const struct modabi_file *file, unsigned int index,
		    Elf64_Shdr *shdr);
const char *modabi_section_name(const struct modabi_file *file,
				const Elf64_Shdr *shdr);

/* The first that the kernel would find by that name; 0: none. */
unsigned int modabi_section_find(const struct modabi_file *file,
				 const char *name);

/* Its content, or NULL; *size is 0 then. */
const unsigned char *modabi_content(const struct modabi_file *file,
				    unsigned int index, uint64_t *size);

/* Symbol @index < nr_symbols; false: its name lies outside. */
bool modabi_symbol(const struct modabi_file *file, size_t index,
		   struct modabi_symbol *symbol);

/* The next value of @key in .modinfo behind @previous, or the first; NULL. */
const char *modabi_info(const struct modabi_file *file, const char *key,
			const char *previous);

/* Sorts __versions once, so that modabi_version() need not search all of it.
 * 0 or -ENOMEM; modabi_file_done() frees the memory. */
int modabi_sort_versions(struct modabi_file *file);
void modabi_file_done(struct modabi_file *file);

/* The CRC that __versions, sorted, has for @name. */
bool modabi_version(const struct modabi_file *file, const char *name,
		    uint64_t *crc);

/* Calls @found for each export, until it returns other than 0. */
typedef int modabi_export_fn(const struct modabi_export *export, void *context);
int modabi_file_exports(const struct modabi_file *file, modabi_export_fn *found,
			void *context);

/* Length of an appended signature with its trailer, 0 without one; *err:
 * -EBADMSG for one that is damaged, which the kernel refuses. */
size_t modabi_signature(const void *data, size_t size, int *err);

/* Licences that may use what is exported for the GPL only. */
bool modabi_is_gpl(const char *license);

/* Whether the kernel takes the module with these for proprietary. */
bool modabi_is_proprietary(const char *license, const char *name);

/* modabi_kernel.c */
bool modabi_owner_is_proprietary(const struct modabi_kernel *kernel,
				 const char *owner);

#endif
