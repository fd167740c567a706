// SPDX-License-Identifier: GPL-2.0-only
/*
 * The debug information of one module's file: from a place in a function to
 * its source lines.
 *
 * One owner at a time, no locks, allocates, may block on disk, not
 * signal-safe.
 */
#include <dwarf.h>
#include <elf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/source_internal.h"
#include "lib/modfile.h"
#include "lib/strbuf.h"

struct source_debug {
	struct modfile *file; /* dwfl reads, and relocates, in its data */
	char *dir;
	Dwfl *dwfl;
	Dwfl_Module *module;
};

/* ---- opening ---- */

/* No search for a separate file: it would ask debug servers on the network. */
static int no_debuginfo(Dwfl_Module *module, void **data, const char *name,
			Dwarf_Addr base, const char *file, const char *link,
			GElf_Word crc, char **result)
{
	(void)module, (void)data, (void)name, (void)base;
	(void)file, (void)link, (void)crc, (void)result;
	return -1;
}

static const Dwfl_Callbacks callbacks = {
	.find_debuginfo = no_debuginfo,
	.section_address = dwfl_offline_section_address,
};

/* Keeps libdwfl from what else it can open: archives, programs, and files
 * compressed in themselves. */
static bool is_relocatable(const struct modfile *file)
{
	Elf64_Ehdr header;

	if (file->size < sizeof(header))
		return false;
	memcpy(&header, file->data, sizeof(header));
	return !memcmp(header.e_ident, ELFMAG, SELFMAG) &&
	       header.e_type == ET_REL;
}

static int open_dwfl(struct source_debug *debug)
{
	Dwarf_Addr bias;

	debug->dwfl = dwfl_begin(&callbacks);
	if (!debug->dwfl)
		return -ENOMEM;
	dwfl_report_begin(debug->dwfl);
	debug->module = dwfl_report_offline_memory(debug->dwfl, "module",
						   "module", debug->file->data,
						   debug->file->size);
	if (dwfl_report_end(debug->dwfl, NULL, NULL) || !debug->module)
		return -ENODATA;
	return dwfl_module_getdwarf(debug->module, &bias) ? 0 : -ENODATA;
}

int source_debug_open(const char *path, struct source_debug **result)
{
	struct source_debug *debug = calloc(1, sizeof(*debug));
	int err;

	if (!debug)
		return -ENOMEM;
	err = modfile_open(path, &debug->file);
	if (err)
		goto close;
	err = is_relocatable(debug->file) ? open_dwfl(debug) : -ENODATA;
	if (err)
		goto close;
	debug->dir = source_path_dir(path);
	*result = debug;
	return 0;
close:
	source_debug_close(debug);
	return err;
}

void source_debug_close(struct source_debug *debug)
{
	if (!debug)
		return;
	if (debug->dwfl)
		dwfl_end(debug->dwfl);
	modfile_close(debug->file);
	free(debug->dir);
	free(debug);
}

/* ---- symbols ---- */

struct symbol {
	GElf_Addr address;
	GElf_Word section;
	GElf_Word size; /* as the symbol table has it */
};

/* The symbol at @index with its name, or NULL when it isn't in code or data
 * that is loaded. */
static const char *get_symbol(struct source_debug *debug, int index,
			      struct symbol *symbol)
{
	const char *name;
	GElf_Sym sym;
	int type;

	name = dwfl_module_getsym_info(debug->module, index, &sym,
				       &symbol->address, &symbol->section, NULL,
				       NULL);
	if (!name || !*name)
		return NULL;
	type = GELF_ST_TYPE(sym.st_info);
	if (type == STT_SECTION || type == STT_FILE || type == STT_TLS ||
	    symbol->section == SHN_UNDEF || symbol->section == SHN_ABS ||
	    symbol->section == SHN_COMMON || symbol->section == (GElf_Word)-1)
		return NULL;
	symbol->size = sym.st_size;
	return name;
}

/* How far it is to the next symbol of the section, as the kernel sizes
 * functions; 0 for the last one. */
static GElf_Addr distance_to_next(struct source_debug *debug,
				  const struct symbol *symbol)
{
	int i, n = dwfl_module_getsymtab(debug->module);
	GElf_Addr nearest = 0;
	struct symbol other;

	for (i = 1; i < n; i++) {
		GElf_Addr distance;

		if (!get_symbol(debug, i, &other) ||
		    other.section != symbol->section ||
		    other.address <= symbol->address)
			continue;
		distance = other.address - symbol->address;
		if (!nearest || distance < nearest)
			nearest = distance;
	}
	return nearest;
}

enum fit {
	FIT_NONE,
	FIT_NAME,
	FIT_LAST, /* up to the end of the section's memory, which isn't known */
	FIT_SIZE,
};

static enum fit fit_of(struct source_debug *debug, const struct symbol *symbol,
		       const struct source_place *place)
{
	GElf_Addr distance;

	/* Symbols written in assembly may have no size.  A return address may
	 * be the function's end, if it calls what does not return. */
	if (symbol->size &&
	    (place->offset > symbol->size ||
	     (place->offset == symbol->size && !place->is_return)))
		return FIT_NONE;
	if (symbol->size == place->size)
		return FIT_SIZE;
	distance = distance_to_next(debug, symbol);
	if (distance)
		return distance == place->size ? FIT_SIZE : FIT_NAME;
	return symbol->size <= place->size ? FIT_LAST : FIT_NAME;
}

/* Static functions of several files may have the same name: the one that fits
 * best, if there is only one such. */
static int find_function(struct source_debug *debug,
			 const struct source_place *place, GElf_Addr *address)
{
	int i, n = dwfl_module_getsymtab(debug->module);
	enum fit best = FIT_NONE;
	bool several = false;

	*address = 0;
	for (i = 1; i < n; i++) {
		struct symbol symbol;
		const char *name = get_symbol(debug, i, &symbol);
		enum fit fit;

		if (!name || strcmp(name, place->function))
			continue;
		fit = fit_of(debug, &symbol, place);
		if (fit == FIT_NONE || fit < best)
			continue;
		several = fit == best &&
			  (several || symbol.address != *address);
		best = fit;
		*address = symbol.address;
	}
	return best == FIT_NONE || several ? -ENOENT : 0;
}

/* ---- lines ---- */

/* The compilation unit with the code at @pc; @pc becomes relative to it. */
static Dwarf_Die *find_unit(struct source_debug *debug, Dwarf_Addr *pc)
{
	Dwarf_Addr bias;
	Dwarf_Die *unit = dwfl_module_addrdie(debug->module, *pc, &bias);

	/* That needs .debug_aranges, which not every compiler writes. */
	if (!unit)
		do
			unit = dwfl_module_nextcu(debug->module, unit, &bias);
		while (unit && dwarf_haspc(unit, *pc - bias) <= 0);
	if (unit)
		*pc -= bias;
	return unit;
}

/* The directory that the compiler ran in, or NULL. */
static const char *unit_dir(Dwarf_Die *unit)
{
	Dwarf_Attribute attr;

	return dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attr));
}

static void add_position(struct source_debug *debug, Dwarf_Die *unit,
			 const char *path, int line, struct strbuf *out)
{
	source_path_add(out, debug->dir, unit_dir(unit), path);
	if (line > 0)
		strbuf_printf(out, ":%d", line);
	else
		strbuf_puts(out, ":?"); /* the compiler's own code */
}

static int number_of(Dwarf_Die *die, unsigned int name, Dwarf_Word *value)
{
	Dwarf_Attribute attr;

	return dwarf_formudata(dwarf_attr(die, name, &attr), value);
}

/* Where the function of the inlined @scope was called. */
static int add_call(struct source_debug *debug, Dwarf_Die *unit,
		    Dwarf_Die *scope, struct strbuf *out)
{
	Dwarf_Word file, line;
	Dwarf_Files *files;
	const char *path;
	size_t n;

	if (number_of(scope, DW_AT_call_file, &file) ||
	    number_of(scope, DW_AT_call_line, &line) || line > INT32_MAX ||
	    dwarf_getsrcfiles(unit, &files, &n) || file >= n)
		return -ENOENT;
	path = dwarf_filesrc(files, file, NULL, NULL);
	if (!path)
		return -ENOENT;
	strbuf_puts(out, " inlined by ");
	add_position(debug, unit, path, line, out);
	return 0;
}

/* The nest of scopes around @pc as it was compiled, innermost first: what
 * dwarf_getscopes() returns leaves an inlined function for the one where its
 * source is, not for its caller. */
static int find_scopes(Dwarf_Die *unit, Dwarf_Addr pc, Dwarf_Die **scopes)
{
	Dwarf_Die *at_pc;
	int n = dwarf_getscopes(unit, pc, &at_pc);

	if (n <= 0)
		return 0;
	n = dwarf_getscopes_die(&at_pc[0], scopes);
	free(at_pc);
	return n > 0 ? n : 0;
}

static void add_callers(struct source_debug *debug, Dwarf_Die *unit,
			Dwarf_Addr pc, struct strbuf *out)
{
	Dwarf_Die *scopes = NULL;
	int i, n = find_scopes(unit, pc, &scopes);

	for (i = 0; i < n; i++) {
		int tag = dwarf_tag(&scopes[i]);

		if (tag == DW_TAG_subprogram)
			break;
		if (tag == DW_TAG_inlined_subroutine &&
		    add_call(debug, unit, &scopes[i], out))
			break;
	}
	free(scopes);
}

/*
 * Of the rows that begin at the address of @row, the last one in effect there,
 * the last that begins a statement: the others tell which parts of statements
 * the compiler moved to that instruction.
 */
static Dwarf_Line *prefer_statement(Dwarf_Die *unit, Dwarf_Line *row)
{
	Dwarf_Addr address, other;
	Dwarf_Line *best = row;
	Dwarf_Lines *rows;
	size_t i, n;

	if (dwarf_getsrclines(unit, &rows, &n) || dwarf_lineaddr(row, &address))
		return row;
	for (i = 0; i < n; i++) {
		Dwarf_Line *line = dwarf_onesrcline(rows, i);
		bool begins = false, ends = true;

		if (dwarf_lineaddr(line, &other) || other != address)
			continue;
		dwarf_linebeginstatement(line, &begins);
		dwarf_lineendsequence(line, &ends);
		if (begins && !ends)
			best = line;
	}
	return best;
}

/* The row of the line table for @place, with its unit, to which *pc becomes
 * relative; NULL when nothing is known. */
static Dwarf_Line *find_row(struct source_debug *debug,
			    const struct source_place *place, Dwarf_Die **unit,
			    GElf_Addr *pc)
{
	Dwarf_Line *line;

	if (find_function(debug, place, pc))
		return NULL;
	*pc += place->offset;
	if (place->is_return && place->offset)
		(*pc)--;
	*unit = find_unit(debug, pc);
	line = *unit ? dwarf_getsrc_die(*unit, *pc) : NULL;
	return line ? prefer_statement(*unit, line) : NULL;
}

int source_debug_find(struct source_debug *debug,
		      const struct source_place *place, struct strbuf *out)
{
	const char *path = NULL;
	Dwarf_Line *line;
	Dwarf_Die *unit;
	GElf_Addr pc;
	int number = 0;

	line = find_row(debug, place, &unit, &pc);
	if (line)
		path = dwarf_linesrc(line, NULL, NULL);
	if (!path || dwarf_lineno(line, &number))
		return -ENOENT;
	add_position(debug, unit, path, number, out);
	add_callers(debug, unit, pc, out);
	return 0;
}

int source_debug_begin(struct source_debug *debug, const char *function,
		       uint64_t size, struct strbuf *path, int *number)
{
	struct source_place place = {.size = size};
	const char *source = NULL, *dir;
	Dwarf_Line *line;
	Dwarf_Die *unit;
	GElf_Addr pc;

	if (strlen(function) >= sizeof(place.function))
		return -ENOENT;
	strcpy(place.function, function);
	line = find_row(debug, &place, &unit, &pc);
	if (line)
		source = dwarf_linesrc(line, NULL, NULL);
	if (!source || dwarf_lineno(line, number))
		return -ENOENT;
	dir = unit_dir(unit);
	if (*source != '/' && dir)
		strbuf_printf(path, "%s/", dir);
	strbuf_puts(path, source);
	return 0;
}

const char *source_debug_dir(const struct source_debug *debug)
{
	return debug->dir;
}
