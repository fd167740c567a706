// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes a bad module out of a good one: damage FROM TO KIND [WORD...].
 *
 *	none				a copy
 *	header FIELD VALUE		of the ELF header
 *	section NAME FIELD VALUE	of the section's header; NAME or #INDEX
 *	symbol NAME FIELD VALUE		of .symtab; NAME or #INDEX
 *	reloc SECTION INDEX FIELD VALUE	of a relocation section
 *	flip OFFSET			inverts a byte of the file,
 *	flip-table OFFSET		of the section headers,
 *	flip-in SECTION OFFSET		of a section
 *	set-in SECTION OFFSET VALUE	one byte
 *	truncate SIZE			negative: so much less
 *	append TEXT			behind the file
 *	text TEXT			in place of the file
 *	rename-symbol OLD NEW		no longer than it was
 *	rename-section OLD NEW		the same
 *	name NAME			in struct module
 *	modinfo KEY VALUE		in place of what it has
 *	modinfo-add KEY VALUE		further
 *	modinfo-drop KEY		all of them
 *	crc SYMBOL VALUE		in __versions
 *	crc-drop SYMBOL
 *	signature FIELD VALUE		of what is appended
 *	marker				appends only a signature's marker
 *	unsign				takes the signature off
 *
 * A VALUE is a number, +N or -N to what is there, or @SECTION, the offset of
 * that section's name.  For x86-64.  FROM must be whole.  Status 0, 3 if the
 * file has no such byte, 1 for anything else that is wrong.
 */
#include <elf.h>
#include <err.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_PLACE 3
#define ROOM	 65536 /* for what is added */
#define MARKER	 "~Module signature appended~\n"

static unsigned char *file;
static size_t size;
static Elf64_Ehdr *header;
static Elf64_Shdr *sections;

struct field {
	const char *name;
	size_t offset, size;
};

#define FIELD(type, prefix, member)                                            \
	{                                                                      \
#member, offsetof(type, prefix##member),                       \
			sizeof(((type *)0)->prefix##member)                    \
	}

static const struct field header_fields[] = {
	{"magic", 0, 4},
	{"class", EI_CLASS, 1},
	{"data", EI_DATA, 1},
	{"ident-version", EI_VERSION, 1},
	{"osabi", EI_OSABI, 1},
	FIELD(Elf64_Ehdr, e_, type),
	FIELD(Elf64_Ehdr, e_, machine),
	FIELD(Elf64_Ehdr, e_, version),
	FIELD(Elf64_Ehdr, e_, entry),
	FIELD(Elf64_Ehdr, e_, phoff),
	FIELD(Elf64_Ehdr, e_, shoff),
	FIELD(Elf64_Ehdr, e_, flags),
	FIELD(Elf64_Ehdr, e_, ehsize),
	FIELD(Elf64_Ehdr, e_, phentsize),
	FIELD(Elf64_Ehdr, e_, phnum),
	FIELD(Elf64_Ehdr, e_, shentsize),
	FIELD(Elf64_Ehdr, e_, shnum),
	FIELD(Elf64_Ehdr, e_, shstrndx),
	{NULL, 0, 0},
};

static const struct field section_fields[] = {
	FIELD(Elf64_Shdr, sh_, name),
	FIELD(Elf64_Shdr, sh_, type),
	FIELD(Elf64_Shdr, sh_, flags),
	FIELD(Elf64_Shdr, sh_, addr),
	FIELD(Elf64_Shdr, sh_, offset),
	FIELD(Elf64_Shdr, sh_, size),
	FIELD(Elf64_Shdr, sh_, link),
	FIELD(Elf64_Shdr, sh_, info),
	FIELD(Elf64_Shdr, sh_, addralign),
	FIELD(Elf64_Shdr, sh_, entsize),
	{NULL, 0, 0},
};

static const struct field symbol_fields[] = {
	FIELD(Elf64_Sym, st_, name),
	FIELD(Elf64_Sym, st_, info),
	FIELD(Elf64_Sym, st_, other),
	FIELD(Elf64_Sym, st_, shndx),
	FIELD(Elf64_Sym, st_, value),
	FIELD(Elf64_Sym, st_, size),
	{NULL, 0, 0},
};

static const struct field reloc_fields[] = {
	FIELD(Elf64_Rela, r_, offset),
	{"type", offsetof(Elf64_Rela, r_info), 4},
	{"sym", offsetof(Elf64_Rela, r_info) + 4, 4},
	FIELD(Elf64_Rela, r_, addend),
	{NULL, 0, 0},
};

/* struct module_signature. */
static const struct field signature_fields[] = {
	{"algo", 0, 1},	      {"hash", 1, 1},	    {"id_type", 2, 1},
	{"signer_len", 3, 1}, {"key_id_len", 4, 1}, {"pad", 5, 1},
	{"pad1", 6, 1},	      {"pad2", 7, 1},	    {"len", 8, 4},
	{NULL, 0, 0},
};

/* One of .modinfo, "key=value", and of __versions. */
struct version {
	unsigned long crc;
	char name[56];
};

/* Where .name lies in struct module: behind its state and its list. */
#define MODULE_NAME 24

static const char *section_name(const Elf64_Shdr *s)
{
	return (char *)file + sections[header->e_shstrndx].sh_offset +
	       s->sh_name;
}

static Elf64_Shdr *find_section(const char *name)
{
	int i;

	if (*name == '#')
		return &sections[strtoul(name + 1, NULL, 0)];
	for (i = 0; i < header->e_shnum; i++)
		if (!strcmp(section_name(&sections[i]), name))
			return &sections[i];
	errx(1, "no section %s", name);
}

static void *content(const char *name)
{
	return file + find_section(name)->sh_offset;
}

static unsigned long value_of(const char *word, unsigned long old)
{
	if (*word == '@')
		return find_section(word + 1)->sh_name;
	if (*word == '+')
		return old + strtoul(word + 1, NULL, 0);
	if (*word == '-')
		return old - strtoul(word + 1, NULL, 0);
	return strtoul(word, NULL, 0);
}

static void set_field(void *at, const struct field *fields, const char *name,
		      const char *word)
{
	unsigned long value = 0;

	for (; fields->name; fields++)
		if (!strcmp(fields->name, name))
			break;
	if (!fields->name)
		errx(1, "no field %s", name);
	memcpy(&value, (char *)at + fields->offset, fields->size);
	value = value_of(word, value);
	memcpy((char *)at + fields->offset, &value, fields->size);
}

static void *byte_at(size_t offset)
{
	if (offset >= size)
		errx(NO_PLACE, "no byte %zu", offset);
	return file + offset;
}

static void flip(size_t offset)
{
	*(unsigned char *)byte_at(offset) ^= 0xff;
}

static Elf64_Sym *find_symbol(const char *name)
{
	Elf64_Shdr *table = find_section(".symtab");
	Elf64_Sym *symbols = (void *)(file + table->sh_offset);
	char *names = (char *)file + sections[table->sh_link].sh_offset;
	size_t i;

	if (*name == '#')
		return &symbols[strtoul(name + 1, NULL, 0)];
	for (i = 1; i < table->sh_size / sizeof(*symbols); i++)
		if (!strcmp(names + symbols[i].st_name, name))
			return &symbols[i];
	errx(1, "no symbol %s", name);
}

/* Names are shared only with longer ones, of which a module's symbols with
 * different beginnings are none. */
static void overwrite(char *old, const char *new)
{
	if (strlen(new) > strlen(old))
		errx(1, "%s is longer than %s", new, old);
	strcpy(old, new);
}

static void rename_symbol(const char *old, const char *new)
{
	Elf64_Shdr *table = find_section(".symtab");
	char *names = (char *)file + sections[table->sh_link].sh_offset;

	overwrite(names + find_symbol(old)->st_name, new);
}

/* Gives the section other content, at the end of the file. */
static void replace(Elf64_Shdr *s, const void *data, size_t n)
{
	size = (size + 15) & ~15ul;
	if (n > ROOM / 2)
		errx(1, "no room");
	memcpy(file + size, data, n);
	s->sh_offset = size;
	s->sh_size = n;
	size += n;
}

static bool has_key(const char *text, const char *key)
{
	size_t n = strlen(key);

	return !strncmp(text, key, n) && text[n] == '=';
}

/* All but @key, then "key=value" if there is one. */
static void set_modinfo(const char *key, const char *value, bool drop)
{
	Elf64_Shdr *s = find_section(".modinfo");
	char *text = (char *)file + s->sh_offset, *end = text + s->sh_size;
	static char info[ROOM / 2];
	size_t n = 0;
	bool found = false;

	for (; text < end; text += strlen(text) + 1) {
		if (!*text)
			continue;
		if (has_key(text, key)) {
			found = true;
			if (drop)
				continue;
		}
		n += snprintf(info + n, sizeof(info) - n, "%s", text) + 1;
	}
	if (drop && !found)
		errx(1, "no %s", key);
	if (value)
		n += snprintf(info + n, sizeof(info) - n, "%s=%s", key, value) +
		     1;
	replace(s, info, n);
}

static struct version *find_version(const char *symbol)
{
	Elf64_Shdr *s = find_section("__versions");
	struct version *v = (void *)(file + s->sh_offset);
	size_t i;

	for (i = 0; i < s->sh_size / sizeof(*v); i++)
		if (!strcmp(v[i].name, symbol))
			return &v[i];
	errx(1, "no version of %s", symbol);
}

static void drop_version(const char *symbol)
{
	Elf64_Shdr *s = find_section("__versions");
	struct version *v = find_version(symbol);
	unsigned char *end = file + s->sh_offset + s->sh_size;

	memmove(v, v + 1, end - (unsigned char *)(v + 1));
	s->sh_size -= sizeof(*v);
}

/* struct module_signature, in front of the marker. */
static unsigned char *signature(void)
{
	size_t n = strlen(MARKER);

	if (size < n + 12 || memcmp(file + size - n, MARKER, n))
		errx(1, "no signature");
	return file + size - n - 12;
}

static void append(const char *text)
{
	memcpy(file + size, text, strlen(text));
	size += strlen(text);
}

static void unsign(void)
{
	unsigned char *s = signature();
	unsigned int n = s[8] << 24 | s[9] << 16 | s[10] << 8 | s[11];

	size = s - n - file;
}

static void truncate_to(const char *word)
{
	long n = strtol(word, NULL, 0);
	size_t to = n < 0 ? size + n : (size_t)n;

	if (to > size)
		errx(NO_PLACE, "it is not so long");
	size = to;
}

static void damage(char **w, int n)
{
#define IS(kind, words) (!strcmp(w[0], kind) && n == 1 + (words))
	if (IS("none", 0))
		return;
	else if (IS("header", 2))
		set_field(header, header_fields, w[1], w[2]);
	else if (IS("section", 3))
		set_field(find_section(w[1]), section_fields, w[2], w[3]);
	else if (IS("symbol", 3))
		set_field(find_symbol(w[1]), symbol_fields, w[2], w[3]);
	else if (IS("reloc", 4))
		set_field((Elf64_Rela *)content(w[1]) + strtoul(w[2], NULL, 0),
			  reloc_fields, w[3], w[4]);
	else if (IS("flip", 1))
		flip(strtoul(w[1], NULL, 0));
	else if (IS("flip-table", 1))
		flip(header->e_shoff + strtoul(w[1], NULL, 0));
	else if (IS("flip-in", 2))
		flip(find_section(w[1])->sh_offset + strtoul(w[2], NULL, 0));
	else if (IS("set-in", 3))
		((unsigned char *)content(w[1]))[strtoul(w[2], NULL, 0)] =
			strtoul(w[3], NULL, 0);
	else if (IS("truncate", 1))
		truncate_to(w[1]);
	else if (IS("append", 1))
		append(w[1]);
	else if (IS("text", 1))
		size = sprintf((char *)file, "%s", w[1]);
	else if (IS("rename-symbol", 2))
		rename_symbol(w[1], w[2]);
	else if (IS("rename-section", 2))
		overwrite((char *)section_name(find_section(w[1])), w[2]);
	else if (IS("name", 1))
		strcpy((char *)content(".gnu.linkonce.this_module") +
			       MODULE_NAME,
		       w[1]);
	else if (IS("modinfo", 2))
		set_modinfo(w[1], w[2], true);
	else if (IS("modinfo-add", 2))
		set_modinfo(w[1], w[2], false);
	else if (IS("modinfo-drop", 1))
		set_modinfo(w[1], NULL, true);
	else if (IS("crc", 2))
		find_version(w[1])->crc =
			value_of(w[2], find_version(w[1])->crc);
	else if (IS("crc-drop", 1))
		drop_version(w[1]);
	else if (IS("signature", 2))
		set_field(signature(), signature_fields, w[1], w[2]);
	else if (IS("marker", 0))
		append(MARKER);
	else if (IS("unsign", 0))
		unsign();
	else
		errx(1, "%s: no such kind, or not so many words", w[0]);
#undef IS
}

static void read_file(const char *path)
{
	FILE *from = fopen(path, "rb");
	size_t room = 64ul << 20;

	file = calloc(1, room + ROOM);
	if (!from || !file)
		err(1, "%s", path);
	size = fread(file, 1, room, from);
	fclose(from);
	header = (void *)file;
	if (size < sizeof(*header) || memcmp(file, ELFMAG, SELFMAG) ||
	    header->e_shoff > size ||
	    header->e_shnum * sizeof(*sections) > size - header->e_shoff)
		errx(1, "%s is no whole ELF file", path);
	sections = (void *)(file + header->e_shoff);
}

static void write_file(const char *path)
{
	FILE *to = fopen(path, "wb");

	if (!to || fwrite(file, 1, size, to) != size || fclose(to))
		err(1, "%s", path);
}

int main(int argc, char **argv)
{
	if (argc < 4)
		errx(1, "damage FROM TO KIND [WORD...]");
	read_file(argv[1]);
	damage(argv + 3, argc - 3);
	write_file(argv[2]);
	return 0;
}
