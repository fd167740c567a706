// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module's file as an x86-64 kernel reads it: its tables, and what is wrong
 * with them.
 *
 * One owner, no locks, does not block, not signal-safe.
 */
#include "lib/modabi_priv.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VERSION_SIZE 64 /* the CRC in 8 bytes, and the name */

static const char *say(char text[160], const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static const char *say(char text[160], const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, 160, format, ap);
	va_end(ap);
	return text;
}

/* ---- sections ----------------------------------------------------------- */

void modabi_section(const struct modabi_file *file, unsigned int index,
		    Elf64_Shdr *shdr)
{
	memcpy(shdr,
	       file->data + file->section_table +
		       (uint64_t)index * sizeof(*shdr),
	       sizeof(*shdr));
}

const char *modabi_section_name(const struct modabi_file *file,
				const Elf64_Shdr *shdr)
{
	if (shdr->sh_name >= file->section_names_size)
		return "";
	return file->section_names + shdr->sh_name;
}

static unsigned int find_from(const struct modabi_file *file,
			      unsigned int first, const char *name,
			      uint64_t flags)
{
	Elf64_Shdr shdr;

	for (unsigned int i = first; i < file->nr_sections; i++) {
		modabi_section(file, i, &shdr);
		if ((shdr.sh_flags & flags) == flags &&
		    !strcmp(modabi_section_name(file, &shdr), name))
			return i;
	}
	return 0;
}

unsigned int modabi_section_find(const struct modabi_file *file,
				 const char *name)
{
	return find_from(file, 1, name, SHF_ALLOC);
}

static bool is_inside(const struct modabi_file *file, const Elf64_Shdr *shdr)
{
	return shdr->sh_offset <= file->size &&
	       shdr->sh_size <= file->size - shdr->sh_offset;
}

const unsigned char *modabi_content(const struct modabi_file *file,
				    unsigned int index, uint64_t *size)
{
	Elf64_Shdr shdr;

	*size = 0;
	if (!index || index >= file->nr_sections)
		return NULL;
	modabi_section(file, index, &shdr);
	if (shdr.sh_type == SHT_NOBITS || !is_inside(file, &shdr))
		return NULL;
	*size = shdr.sh_size;
	return file->data + shdr.sh_offset;
}

/* ---- reading the tables ------------------------------------------------- */

/* The kernel looks at the machine only; the words are for the person. */
static const char *other_machine(const unsigned char *ident,
				 const Elf64_Ehdr *header, char text[160])
{
	bool is_big = ident[EI_DATA] == ELFDATA2MSB;

	return say(text,
		   "it is for another processor (ELF machine %u, %s bits, "
		   "%s-endian)",
		   is_big ? __builtin_bswap16(header->e_machine)
			  : header->e_machine,
		   ident[EI_CLASS] == ELFCLASS32 ? "32" : "64",
		   is_big ? "big" : "little");
}

static const char *read_header(struct modabi_file *file, Elf64_Ehdr *header,
			       enum modabi_kind *kind, char text[160])
{
	if (file->size < sizeof(*header))
		return say(text, "it is no ELF file: %zu bytes are too few",
			   file->size);
	memcpy(header, file->data, sizeof(*header));
	if (memcmp(header->e_ident, ELFMAG, SELFMAG))
		return "it is no ELF file";
	if (header->e_machine != EM_X86_64) {
		*kind = MODABI_MACHINE;
		return other_machine(file->data, header, text);
	}
	if (header->e_type != ET_REL)
		return say(text,
			   "it is an ELF file of type %u, not %u (relocatable)",
			   header->e_type, ET_REL);
	if (header->e_shentsize != sizeof(Elf64_Shdr))
		return say(text, "its section headers have %u bytes each",
			   header->e_shentsize);
	if (header->e_shoff >= file->size ||
	    header->e_shnum * sizeof(Elf64_Shdr) > file->size - header->e_shoff)
		return "its section headers lie behind its end";
	file->section_table = header->e_shoff;
	file->nr_sections = header->e_shnum;
	return NULL;
}

static const char *read_section_names(struct modabi_file *file,
				      const Elf64_Ehdr *header, bool strict,
				      char text[160])
{
	Elf64_Shdr shdr;

	if (!header->e_shstrndx || header->e_shstrndx >= header->e_shnum)
		return say(text,
			   "section %u, with the names, is none of its "
			   "%u",
			   header->e_shstrndx, header->e_shnum);
	modabi_section(file, header->e_shstrndx, &shdr);
	if (!is_inside(file, &shdr) || !shdr.sh_size ||
	    (strict && shdr.sh_type != SHT_STRTAB) ||
	    file->data[shdr.sh_offset + shdr.sh_size - 1])
		return "its section names are damaged";
	file->section_names = (const char *)file->data + shdr.sh_offset;
	file->section_names_size = shdr.sh_size;
	return NULL;
}

static const char *check_section(const struct modabi_file *file, unsigned int i,
				 bool strict, char text[160])
{
	Elf64_Shdr shdr;

	modabi_section(file, i, &shdr);
	if (shdr.sh_type == SHT_NULL)
		return NULL;
	if (strict && shdr.sh_name >= file->section_names_size)
		return say(text, "section %u has a damaged name", i);
	if (shdr.sh_type == SHT_NOBITS)
		return NULL;
	if (!is_inside(file, &shdr))
		return say(text, "section %u (%s) reaches behind its end", i,
			   modabi_section_name(file, &shdr));
	if (shdr.sh_type == SHT_SYMTAB &&
	    (!shdr.sh_link || shdr.sh_link >= file->nr_sections))
		return say(text, "its symbols' names are in section %u of %u",
			   shdr.sh_link, file->nr_sections);
	if (shdr.sh_flags & SHF_ALLOC &&
	    shdr.sh_name >= file->section_names_size)
		return say(text, "section %u has a damaged name", i);
	return NULL;
}

static const char *check_sections(const struct modabi_file *file, bool strict,
				  char text[160])
{
	const char *wrong = NULL;
	Elf64_Shdr first;

	modabi_section(file, 0, &first);
	if (first.sh_type != SHT_NULL || first.sh_size || first.sh_addr)
		return "its section 0 is not empty";
	for (unsigned int i = 1; !wrong && i < file->nr_sections; i++)
		wrong = check_section(file, i, strict, text);
	return wrong;
}

static const char *read_symbols(struct modabi_file *file, bool strict,
				char text[160])
{
	unsigned int tables = 0;
	uint64_t size = 0;
	Elf64_Shdr shdr;

	for (unsigned int i = file->nr_sections; i-- > 1;) {
		modabi_section(file, i, &shdr);
		if (shdr.sh_type == SHT_SYMTAB) {
			file->symbols = i;
			tables++;
		}
	}
	if (!tables)
		return "it has no symbols, as if stripped of them";
	if (strict && tables > 1)
		return say(text, "it has %u symbol tables", tables);
	modabi_section(file, file->symbols, &shdr);
	file->nr_symbols = shdr.sh_size / sizeof(Elf64_Sym);
	file->strings = (const char *)modabi_content(file, shdr.sh_link, &size);
	file->strings_size = size;
	modabi_section(file, shdr.sh_link, &shdr);
	if (!file->strings || (strict && shdr.sh_type != SHT_STRTAB))
		return "its symbols have no names";
	return NULL;
}

#define THIS_MODULE_SECTION ".gnu.linkonce.this_module"

static const char *find_module(struct modabi_file *file, bool strict)
{
	Elf64_Shdr shdr;

	file->module =
		find_from(file, 1, THIS_MODULE_SECTION, strict ? 0 : SHF_ALLOC);
	if (!file->module)
		return "it is no module: it has no " THIS_MODULE_SECTION;
	if (strict && find_from(file, file->module + 1, THIS_MODULE_SECTION, 0))
		return "it has more than one " THIS_MODULE_SECTION;
	modabi_section(file, file->module, &shdr);
	if (strict &&
	    (shdr.sh_type == SHT_NOBITS || !(shdr.sh_flags & SHF_ALLOC)))
		return "its " THIS_MODULE_SECTION " is damaged";
	return NULL;
}

const char *modabi_file_read(struct modabi_file *file, const void *data,
			     size_t size, bool strict, enum modabi_kind *kind,
			     char text[160])
{
	const char *wrong;
	Elf64_Ehdr header;

	*file = (struct modabi_file){.data = data, .size = size};
	*kind = MODABI_NOT_ELF;
	wrong = read_header(file, &header, kind, text);
	if (!wrong)
		wrong = read_section_names(file, &header, strict, text);
	if (!wrong)
		wrong = check_sections(file, strict, text);
	if (wrong)
		return wrong;
	*kind = MODABI_NO_MODULE;
	file->info = find_from(file, 1, ".modinfo", strict ? 0 : SHF_ALLOC);
	if (strict && file->info &&
	    find_from(file, file->info + 1, ".modinfo", 0))
		return "it has more than one .modinfo";
	wrong = find_module(file, strict);
	if (!wrong)
		wrong = read_symbols(file, strict, text);
	file->versions = modabi_section_find(file, "__versions");
	file->percpu = modabi_section_find(file, ".data..percpu");
	return wrong;
}

/* ---- what the tables hold ----------------------------------------------- */

bool modabi_symbol(const struct modabi_file *file, size_t index,
		   struct modabi_symbol *symbol)
{
	const unsigned char *table;
	uint64_t size;
	Elf64_Sym sym;

	table = modabi_content(file, file->symbols, &size);
	memcpy(&sym, table + index * sizeof(sym), sizeof(sym));
	symbol->value = sym.st_value;
	symbol->section = sym.st_shndx;
	symbol->bind = ELF64_ST_BIND(sym.st_info);
	symbol->name = "";
	if (sym.st_name >= file->strings_size ||
	    !memchr(file->strings + sym.st_name, '\0',
		    file->strings_size - sym.st_name))
		return false;
	symbol->name = file->strings + sym.st_name;
	return true;
}

const char *modabi_info(const struct modabi_file *file, const char *key,
			const char *previous)
{
	size_t len = strlen(key);
	const char *at, *end;
	uint64_t size;

	at = (const char *)modabi_content(file, file->info, &size);
	if (!at)
		return NULL;
	end = at + size;
	if (previous)
		at = previous + strlen(previous) + 1;
	while (at < end && memchr(at, '\0', end - at)) {
		if (!strncmp(at, key, len) && at[len] == '=')
			return at + len + 1;
		at += strlen(at) + 1;
	}
	return NULL;
}

#define VERSION_NAME (VERSION_SIZE - 8)

static const char *version_name(const unsigned char *entry)
{
	return (const char *)entry + 8;
}

/* Of several with a name the first counts: they lie in one array. */
static int compare_versions(const void *a, const void *b)
{
	const unsigned char *left = *(const unsigned char *const *)a;
	const unsigned char *right = *(const unsigned char *const *)b;
	int order =
		strncmp(version_name(left), version_name(right), VERSION_NAME);

	return order ? order : (left > right) - (left < right);
}

int modabi_sort_versions(struct modabi_file *file)
{
	const unsigned char *at;
	uint64_t size;

	at = modabi_content(file, file->versions, &size);
	file->version = calloc(size / VERSION_SIZE + 1, sizeof(*file->version));
	if (!file->version)
		return -ENOMEM;
	for (; size >= VERSION_SIZE; size -= VERSION_SIZE, at += VERSION_SIZE)
		file->version[file->nr_versions++] = at;
	qsort(file->version, file->nr_versions, sizeof(*file->version),
	      compare_versions);
	return 0;
}

void modabi_file_done(struct modabi_file *file)
{
	free(file->version);
	file->version = NULL;
	file->nr_versions = 0;
}

bool modabi_version(const struct modabi_file *file, const char *name,
		    uint64_t *crc)
{
	size_t low = 0, high = file->nr_versions;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strncmp(version_name(file->version[middle]), name,
			    VERSION_NAME) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	/* One that fills its place has no end, and so is no name. */
	if (low == file->nr_versions || strlen(name) >= VERSION_NAME ||
	    strncmp(version_name(file->version[low]), name, VERSION_NAME))
		return false;
	memcpy(crc, file->version[low], sizeof(*crc));
	return true;
}

#define SIGNATURE_MAGIC	  "~Module signature appended~\n"
#define SIGNATURE_TRAILER 12
#define SIGNATURE_PKCS7	  2

size_t modabi_signature(const void *data, size_t size, int *err)
{
	const size_t fixed = SIGNATURE_TRAILER + strlen(SIGNATURE_MAGIC);
	const unsigned char *p;
	size_t len;

	*err = 0;
	if (size <= strlen(SIGNATURE_MAGIC) ||
	    memcmp((const char *)data + size - strlen(SIGNATURE_MAGIC),
		   SIGNATURE_MAGIC, strlen(SIGNATURE_MAGIC)))
		return 0;
	*err = -EBADMSG;
	if (size <= fixed)
		return 0;
	p = (const unsigned char *)data + size - fixed;
	len = (size_t)p[8] << 24 | p[9] << 16 | p[10] << 8 | p[11];
	if (len >= size - strlen(SIGNATURE_MAGIC) - SIGNATURE_TRAILER)
		return 0;
	if (p[2] == SIGNATURE_PKCS7 &&
	    (p[0] || p[1] || p[3] || p[4] || p[5] || p[6] || p[7]))
		return 0;
	*err = 0;
	return p[2] == SIGNATURE_PKCS7 ? len + fixed : strlen(SIGNATURE_MAGIC);
}

bool modabi_is_gpl(const char *license)
{
	static const char *const gpl[] = {
		"GPL",		"GPL v2",	"GPL and additional rights",
		"Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL",
	};

	for (size_t i = 0; license && i < sizeof(gpl) / sizeof(*gpl); i++)
		if (!strcmp(license, gpl[i]))
			return true;
	return false;
}

bool modabi_is_proprietary(const char *license, const char *name)
{
	return !modabi_is_gpl(license) ||
	       (name &&
		(!strcmp(name, "driverloader") || !strcmp(name, "lve")));
}
