// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a module's file exports: a __ksymtab_NAME symbol in the table for all
 * or in that for the GPL only, __crc_NAME and __kstrtabns_NAME beside it.
 *
 * One owner, no locks, does not block, not signal-safe.
 */
#include "lib/modabi_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A symbol beside an export's, by the export's name. */
struct beside {
	const char *name;
	struct modabi_symbol symbol;
};

struct beside_list {
	struct beside *item;
	size_t n, cap;
};

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct beside *)a)->name,
		      ((const struct beside *)b)->name);
}

/* In the order of their names. */
static int collect(const struct modabi_file *file, const char *prefix,
		   struct beside_list *list)
{
	size_t skip = strlen(prefix);
	struct modabi_symbol symbol;

	for (size_t i = 1; i < file->nr_symbols; i++) {
		if (!modabi_symbol(file, i, &symbol) ||
		    strncmp(symbol.name, prefix, skip))
			continue;
		if (list->n == list->cap) {
			size_t cap = list->cap ? list->cap * 2 : 64;
			void *item =
				realloc(list->item, cap * sizeof(*list->item));

			if (!item)
				return -ENOMEM;
			list->item = item;
			list->cap = cap;
		}
		list->item[list->n++] =
			(struct beside){symbol.name + skip, symbol};
	}
	if (list->n)
		qsort(list->item, list->n, sizeof(*list->item), compare);
	return 0;
}

static const struct modabi_symbol *look_up(const struct beside_list *list,
					   const char *name)
{
	struct beside key = {.name = name}, *found = NULL;

	if (list->n)
		found = bsearch(&key, list->item, list->n, sizeof(key),
				compare);
	return found ? &found->symbol : NULL;
}

/* The symbol is the CRC itself or, in newer kernels, where it lies. */
static void read_crc(const struct modabi_file *file,
		     const struct modabi_symbol *symbol,
		     struct modabi_export *export)
{
	const unsigned char *data;
	uint64_t size;

	if (!symbol)
		return;
	export->has_crc = true;
	export->crc = symbol->value;
	if (symbol->section == SHN_ABS)
		return;
	data = modabi_content(file, symbol->section, &size);
	export->has_crc = size >= 4 && symbol->value <= size - 4;
	if (export->has_crc)
		memcpy(&export->crc, data + symbol->value, 4);
}

static const char *read_namespace(const struct modabi_file *file,
				  const struct modabi_symbol *symbol)
{
	const unsigned char *data;
	uint64_t size;

	if (!symbol)
		return "";
	data = modabi_content(file, symbol->section, &size);
	if (symbol->value >= size ||
	    !memchr(data + symbol->value, '\0', size - symbol->value))
		return "";
	return (const char *)data + symbol->value;
}

static int walk(const struct modabi_file *file, const struct beside_list *crcs,
		const struct beside_list *namespaces, modabi_export_fn *found,
		void *context)
{
	unsigned int any = modabi_section_find(file, "__ksymtab");
	unsigned int gpl = modabi_section_find(file, "__ksymtab_gpl");
	struct modabi_symbol symbol;
	int err = 0;

	for (size_t i = 1; !err && i < file->nr_symbols; i++) {
		struct modabi_export export = {0};

		if (!modabi_symbol(file, i, &symbol) || !symbol.section ||
		    strncmp(symbol.name, "__ksymtab_", 10) ||
		    (symbol.section != any && symbol.section != gpl))
			continue;
		export.name = symbol.name + 10;
		export.owner = "";
		export.gpl = symbol.section == gpl;
		read_crc(file, look_up(crcs, export.name), &export);
		export.ns =
			read_namespace(file, look_up(namespaces, export.name));
		err = found(&export, context);
	}
	return err;
}

int modabi_file_exports(const struct modabi_file *file, modabi_export_fn *found,
			void *context)
{
	struct beside_list crcs = {0}, namespaces = {0};
	int err;

	if (!modabi_section_find(file, "__ksymtab") &&
	    !modabi_section_find(file, "__ksymtab_gpl"))
		return 0;
	err = collect(file, "__crc_", &crcs);
	if (!err)
		err = collect(file, "__kstrtabns_", &namespaces);
	if (err)
		goto out;
	err = walk(file, &crcs, &namespaces, found, context);
out:
	free(namespaces.item);
	free(crcs.item);
	return err;
}

/* ---- into a kernel's table ---------------------------------------------- */

struct addition {
	struct modabi_kernel *kernel;
	const char *owner;
};

static int add_export(const struct modabi_export *export, void *context)
{
	struct addition *addition = context;
	struct modabi_export own = *export;

	own.owner = addition->owner;
	return modabi_add(addition->kernel, &own);
}

static int read_file(struct modabi_file *file, const void *data, size_t size)
{
	enum modabi_kind kind;
	char text[160];
	int err;

	size -= modabi_signature(data, size, &err);
	if (modabi_file_read(file, data, size, false, &kind, text))
		return -ENOEXEC;
	return 0;
}

int modabi_add_module(struct modabi_kernel *kernel, const void *data,
		      size_t size, const char *owner)
{
	struct addition addition = {kernel, owner};
	struct modabi_file file;
	int err;

	err = read_file(&file, data, size);
	if (err)
		return err;
	if (modabi_is_proprietary(modabi_info(&file, "license", NULL), owner))
		err = modabi_add_proprietary(kernel, owner);
	if (!err)
		err = modabi_file_exports(&file, add_export, &addition);
	return err;
}

uint64_t modabi_module_size(const void *data, size_t size)
{
	struct modabi_file file;
	Elf64_Shdr shdr;

	if (read_file(&file, data, size))
		return 0;
	modabi_section(&file, file.module, &shdr);
	return shdr.sh_size;
}
