// SPDX-License-Identifier: GPL-2.0-only
/*
 * The functions of a module's file whose entries can be counted: those with an
 * entry in __mcount_loc, and where their source is.
 *
 * One owner at a time, no locks, allocates, may block on disk, not signal-safe.
 */
#include <elf.h>
#include <errno.h>
#include <gelf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/coverage_internal.h"
#include "cli/source_internal.h"
#include "lib/modfile.h"
#include "lib/strbuf.h"

/* Where a function calls __fentry__. */
struct site {
	unsigned int section;
	uint64_t offset;
};

struct reader {
	Elf *elf;
	size_t names; /* section of the sections' names */
	Elf_Data *symbols;
	size_t nr_symbols;
	unsigned int strings; /* section of the symbols' names */
	struct site *site; /* sorted */
	size_t nr_sites;
	struct coverage_functions *functions;
};

/* ---- sections ----------------------------------------------------------- */

static int read_symbol_table(struct reader *reader)
{
	Elf_Scn *section = NULL;
	GElf_Shdr shdr;

	while ((section = elf_nextscn(reader->elf, section))) {
		if (!gelf_getshdr(section, &shdr) ||
		    shdr.sh_type != SHT_SYMTAB || !shdr.sh_entsize)
			continue;
		reader->symbols = elf_getdata(section, NULL);
		reader->nr_symbols = shdr.sh_size / shdr.sh_entsize;
		reader->strings = shdr.sh_link;
		return reader->symbols ? 0 : -ENOEXEC;
	}
	return -ENOEXEC;
}

static const char *section_name(struct reader *reader, unsigned int index)
{
	Elf_Scn *section = elf_getscn(reader->elf, index);
	const char *name = NULL;
	GElf_Shdr shdr;

	if (section && gelf_getshdr(section, &shdr))
		name = elf_strptr(reader->elf, reader->names, shdr.sh_name);
	return name ? name : "";
}

static int compare_sites(const void *a, const void *b)
{
	const struct site *left = a, *right = b;

	if (left->section != right->section)
		return left->section < right->section ? -1 : 1;
	return (left->offset > right->offset) - (left->offset < right->offset);
}

static int add_sites(struct reader *reader, Elf_Data *data, size_t n)
{
	struct site *list;

	list = reallocarray(reader->site, reader->nr_sites + n + 1,
			    sizeof(*list));
	if (!list)
		return -ENOMEM;
	reader->site = list;
	for (size_t i = 0; i < n; i++) {
		GElf_Rela rela;
		GElf_Sym sym;

		if (!gelf_getrela(data, i, &rela) ||
		    !gelf_getsym(reader->symbols, GELF_R_SYM(rela.r_info),
				 &sym))
			continue;
		list[reader->nr_sites++] = (struct site){
			sym.st_shndx, sym.st_value + rela.r_addend};
	}
	return 0;
}

static int read_sites(struct reader *reader)
{
	Elf_Scn *section = NULL;
	GElf_Shdr shdr;
	int err = 0;

	while (!err && (section = elf_nextscn(reader->elf, section))) {
		Elf_Data *data;

		if (!gelf_getshdr(section, &shdr) || shdr.sh_type != SHT_RELA ||
		    !shdr.sh_entsize ||
		    strcmp(section_name(reader, shdr.sh_info), "__mcount_loc"))
			continue;
		data = elf_getdata(section, NULL);
		if (data)
			err = add_sites(reader, data,
					shdr.sh_size / shdr.sh_entsize);
	}
	if (reader->nr_sites)
		qsort(reader->site, reader->nr_sites, sizeof(*reader->site),
		      compare_sites);
	return err;
}

/* ---- functions ---------------------------------------------------------- */

static bool has_site(const struct reader *reader, const GElf_Sym *sym)
{
	size_t low = 0, high = reader->nr_sites;
	struct site key = {sym->st_shndx, sym->st_value};

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_sites(&reader->site[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < reader->nr_sites &&
	       reader->site[low].section == sym->st_shndx &&
	       reader->site[low].offset - sym->st_value < sym->st_size;
}

static int add_function(struct reader *reader, const GElf_Sym *sym,
			const char *name)
{
	struct coverage_functions *functions = reader->functions;
	struct coverage_function *list;

	list = reallocarray(functions->function, functions->n + 1,
			    sizeof(*list));
	if (!list)
		return -ENOMEM;
	functions->function = list;
	list[functions->n++] = (struct coverage_function){
		.name = strdup(name),
		.section = sym->st_shndx,
		.section_name = strdup(section_name(reader, sym->st_shndx)),
		.offset = sym->st_value,
		.size = sym->st_size,
	};
	return 0;
}

static int read_functions(struct reader *reader)
{
	int err = 0;

	for (size_t i = 1; !err && i < reader->nr_symbols; i++) {
		const char *name;
		GElf_Sym sym;

		if (!gelf_getsym(reader->symbols, i, &sym) ||
		    GELF_ST_TYPE(sym.st_info) != STT_FUNC ||
		    !has_site(reader, &sym))
			continue;
		name = elf_strptr(reader->elf, reader->strings, sym.st_name);
		if (name && *name)
			err = add_function(reader, &sym, name);
	}
	return err;
}

/* What kbuild calls every module's init and exit, beside their own names. */
static bool is_alias(const char *name)
{
	return !strcmp(name, "init_module") || !strcmp(name, "cleanup_module");
}

static int compare_functions(const void *a, const void *b)
{
	const struct coverage_function *left = a, *right = b;

	if (left->section != right->section)
		return left->section < right->section ? -1 : 1;
	if (left->offset != right->offset)
		return left->offset < right->offset ? -1 : 1;
	if (is_alias(left->name) != is_alias(right->name))
		return is_alias(left->name) ? 1 : -1;
	return strcmp(left->name, right->name);
}

static void free_function(struct coverage_function *function)
{
	free(function->name);
	free(function->section_name);
	free(function->path);
	free(function->shown);
}

/* Sorts, and keeps one name of each function. */
static void remove_aliases(struct coverage_functions *functions)
{
	struct coverage_function *list = functions->function;
	size_t n = 0;

	if (functions->n)
		qsort(list, functions->n, sizeof(*list), compare_functions);
	for (size_t i = 0; i < functions->n; i++) {
		if (n && list[n - 1].section == list[i].section &&
		    list[n - 1].offset == list[i].offset)
			free_function(&list[i]);
		else
			list[n++] = list[i];
	}
	functions->n = n;
}

void coverage_functions_free(struct coverage_functions *functions)
{
	for (size_t i = 0; i < functions->n; i++)
		free_function(&functions->function[i]);
	free(functions->function);
	*functions = (struct coverage_functions){0};
}

/* ---- lines -------------------------------------------------------------- */

static void find_line(struct source_debug *debug,
		      struct coverage_function *function)
{
	struct strbuf path = STRBUF_INIT, shown = STRBUF_INIT;

	if (!source_debug_begin(debug, function->name, function->size, &path,
				&function->line)) {
		source_path_add(&shown, source_debug_dir(debug), NULL,
				path.text);
		strbuf_printf(&shown, ":%d", function->line);
		function->path = path.text;
		function->shown = shown.text;
		return;
	}
	strbuf_free(&path);
	strbuf_free(&shown);
}

static void find_lines(const char *path, struct coverage_functions *functions)
{
	struct source_debug *debug;

	/* Without debug information there are only names. */
	if (source_debug_open(path, &debug))
		return;
	for (size_t i = 0; i < functions->n; i++)
		find_line(debug, &functions->function[i]);
	source_debug_close(debug);
}

static int read_elf(struct modfile *file, struct coverage_functions *functions)
{
	struct reader reader = {.functions = functions};
	int err = -ENOEXEC;

	elf_version(EV_CURRENT);
	reader.elf = elf_memory(file->data, file->size);
	if (reader.elf && elf_kind(reader.elf) == ELF_K_ELF &&
	    !elf_getshdrstrndx(reader.elf, &reader.names))
		err = read_symbol_table(&reader);
	if (!err)
		err = read_sites(&reader);
	if (!err)
		err = read_functions(&reader);
	free(reader.site);
	elf_end(reader.elf);
	return err;
}

int coverage_functions_read(const char *path,
			    struct coverage_functions *functions)
{
	struct modfile *file;
	int err;

	*functions = (struct coverage_functions){0};
	err = modfile_open(path, &file);
	if (err)
		return err;
	err = read_elf(file, functions);
	modfile_close(file);
	if (err) {
		coverage_functions_free(functions);
		return err;
	}
	remove_aliases(functions);
	find_lines(path, functions);
	return 0;
}
