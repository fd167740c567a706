// SPDX-License-Identifier: GPL-2.0-only
/*
 * Damage to a copy of a real module, by kinds: headers, sections, symbols,
 * relocations, module information, checksums, tables, signatures, and bytes
 * anywhere.
 *
 * Where things are is taken from the undamaged seed, so that several kinds can
 * meet in one input.  As elf_fuzz.h.
 */
#include <string.h>
#include "lib/elf_fuzz_priv.h"

static void put(struct elf_input *in, size_t at, uint64_t value, size_t width)
{
	if (at <= in->size && width <= in->size - at)
		memcpy(in->image + at, &value, width);
}

static uint64_t get(const struct elf_input *in, size_t at, size_t width)
{
	uint64_t value = 0;

	if (at <= in->size && width <= in->size - at)
		memcpy(&value, in->image + at, width);
	return value;
}

static void change(struct elf_input *in, size_t at, size_t width)
{
	put(in, at, elf_fuzz_number(in, get(in, at, width)), width);
}

/* A section of the seed, by index. */
static unsigned int any_section(struct elf_input *in)
{
	return elf_fuzz_below(in, in->seed->nr);
}

/* One of the seed's sections of @type, or 0. */
static unsigned int section_of_type(struct elf_input *in, unsigned int type)
{
	unsigned int i, n, start = any_section(in);

	for (n = 0; n < in->seed->nr; n++) {
		i = (start + n) % in->seed->nr;
		if (in->seed->sections[i].sh_type == type &&
		    in->seed->sections[i].sh_size)
			return i;
	}
	return 0;
}

static unsigned int section_called(const struct elf_input *in, const char *name)
{
	unsigned int i;

	for (i = 1; i < in->seed->nr; i++)
		if (!strcmp(in->seed->names[i], name))
			return i;
	return 0;
}

/* Where the header of section @i is in the file. */
static size_t header_of(const struct elf_input *in, unsigned int i)
{
	const Elf64_Ehdr *eh = (const void *)in->seed->image;

	return eh->e_shoff + i * sizeof(Elf64_Shdr);
}

struct field {
	unsigned char offset, width;
};

#define FIELD(type, member)                                                    \
	{                                                                      \
		offsetof(type, member), sizeof(((type *)0)->member)            \
	}

static void change_field(struct elf_input *in, size_t base,
			 const struct field *fields, size_t n)
{
	const struct field *f = &fields[elf_fuzz_below(in, n)];

	change(in, base + f->offset, f->width);
}

#define CHANGE_FIELD(in, base, fields)                                         \
	change_field(in, base, fields, sizeof(fields) / sizeof(*(fields)))

static void damage_header(struct elf_input *in)
{
	static const struct field fields[] = {
		FIELD(Elf64_Ehdr, e_type),    FIELD(Elf64_Ehdr, e_machine),
		FIELD(Elf64_Ehdr, e_version), FIELD(Elf64_Ehdr, e_flags),
		FIELD(Elf64_Ehdr, e_ehsize),  FIELD(Elf64_Ehdr, e_phoff),
		FIELD(Elf64_Ehdr, e_phnum),   FIELD(Elf64_Ehdr, e_shoff),
		FIELD(Elf64_Ehdr, e_shoff),   FIELD(Elf64_Ehdr, e_shentsize),
		FIELD(Elf64_Ehdr, e_shnum),   FIELD(Elf64_Ehdr, e_shnum),
		FIELD(Elf64_Ehdr, e_shstrndx)};

	if (elf_fuzz_one_in(in, 8))
		change(in, elf_fuzz_below(in, EI_NIDENT), 1);
	else
		CHANGE_FIELD(in, 0, fields);
}

static void damage_section(struct elf_input *in)
{
	static const struct field fields[] = {
		FIELD(Elf64_Shdr, sh_name),   FIELD(Elf64_Shdr, sh_type),
		FIELD(Elf64_Shdr, sh_flags),  FIELD(Elf64_Shdr, sh_addr),
		FIELD(Elf64_Shdr, sh_offset), FIELD(Elf64_Shdr, sh_size),
		FIELD(Elf64_Shdr, sh_size),   FIELD(Elf64_Shdr, sh_link),
		FIELD(Elf64_Shdr, sh_info),   FIELD(Elf64_Shdr, sh_addralign),
		FIELD(Elf64_Shdr, sh_entsize)};

	CHANGE_FIELD(in, header_of(in, any_section(in)), fields);
}

/* The header of one section in place of another's, or both exchanged. */
static void move_section(struct elf_input *in)
{
	size_t a = header_of(in, any_section(in));
	size_t b = header_of(in, any_section(in));
	Elf64_Shdr x, y;

	memcpy(&x, in->image + a, sizeof(x));
	memcpy(&y, in->image + b, sizeof(y));
	memcpy(in->image + a, &y, sizeof(y));
	if (elf_fuzz_one_in(in, 2))
		memcpy(in->image + b, &x, sizeof(x));
}

/* Plausible values where plain numbers would be refused at once. */
static void retype_section(struct elf_input *in)
{
	static const uint32_t types[] = {
		SHT_NULL,	SHT_PROGBITS,	 SHT_SYMTAB,	    SHT_STRTAB,
		SHT_RELA,	SHT_NOBITS,	 SHT_REL,	    SHT_NOTE,
		SHT_INIT_ARRAY, SHT_FINI_ARRAY,	 SHT_PREINIT_ARRAY, SHT_DYNSYM,
		SHT_GROUP,	SHT_SYMTAB_SHNDX};
	static const uint64_t flags[] = {SHF_WRITE,	 SHF_ALLOC,
					 SHF_EXECINSTR,	 SHF_MERGE,
					 SHF_STRINGS,	 SHF_TLS,
					 SHF_COMPRESSED, 1ull << 20,
					 1ull << 21,	 SHF_INFO_LINK};
	size_t at = header_of(in, any_section(in));
	size_t flags_at = at + offsetof(Elf64_Shdr, sh_flags);

	switch (elf_fuzz_below(in, 4)) {
	case 0:
		put(in, at + offsetof(Elf64_Shdr, sh_type),
		    types[elf_fuzz_below(in, sizeof(types) / 4)], 4);
		break;
	case 1:
		put(in, flags_at,
		    get(in, flags_at, 8) ^
			    flags[elf_fuzz_below(in, sizeof(flags) / 8)],
		    8);
		break;
	case 2:
		put(in, at + offsetof(Elf64_Shdr, sh_addralign),
		    1ull << elf_fuzz_below(in,
					   elf_fuzz_one_in(in, 16) ? 64 : 14),
		    8);
		break;
	case 3:
		put(in,
		    at + (elf_fuzz_one_in(in, 2)
				  ? offsetof(Elf64_Shdr, sh_link)
				  : offsetof(Elf64_Shdr, sh_info)),
		    any_section(in), 4);
		break;
	}
}

/* Gives a section the name of another, or one that has a meaning: a copy of
 * the names at the end of the file has room for it. */
static void rename_section(struct elf_input *in)
{
	const Elf64_Ehdr *eh = (const void *)in->seed->image;
	const Elf64_Shdr *names = &in->seed->sections[eh->e_shstrndx];
	const char *name =
		elf_fuzz_sections[elf_fuzz_below(in, elf_fuzz_nr_sections)];
	size_t target = header_of(in, any_section(in)), at, end;

	if (elf_fuzz_one_in(in, 3)) {
		put(in, target, in->seed->sections[any_section(in)].sh_name, 4);
		return;
	}
	at = elf_fuzz_append(in, in->seed->image + names->sh_offset,
			     names->sh_size);
	end = in->size;
	if (!at || in->room - end < 64)
		return;
	memcpy(in->image + end, name, strlen(name) + 1);
	in->size += strlen(name) + 1;
	put(in, target, end - at, 4);
	put(in, header_of(in, eh->e_shstrndx) + offsetof(Elf64_Shdr, sh_offset),
	    at, 8);
	put(in, header_of(in, eh->e_shstrndx) + offsetof(Elf64_Shdr, sh_size),
	    in->size - at, 8);
}

static void damage_symbol(struct elf_input *in)
{
	static const struct field fields[] = {
		FIELD(Elf64_Sym, st_name),  FIELD(Elf64_Sym, st_info),
		FIELD(Elf64_Sym, st_other), FIELD(Elf64_Sym, st_shndx),
		FIELD(Elf64_Sym, st_shndx), FIELD(Elf64_Sym, st_value),
		FIELD(Elf64_Sym, st_value), FIELD(Elf64_Sym, st_size)};
	static const uint16_t sections[] = {SHN_UNDEF, SHN_ABS, SHN_COMMON,
					    SHN_LOPROC, 0xff20};
	const Elf64_Shdr *s =
		&in->seed->sections[section_of_type(in, SHT_SYMTAB)];
	size_t at = s->sh_offset +
		    elf_fuzz_below(in, s->sh_size / sizeof(Elf64_Sym)) *
			    sizeof(Elf64_Sym);

	switch (elf_fuzz_below(in, 4)) {
	case 0:
		put(in, at + offsetof(Elf64_Sym, st_shndx),
		    elf_fuzz_one_in(in, 2)
			    ? sections[elf_fuzz_below(in, sizeof(sections) / 2)]
			    : any_section(in),
		    2);
		break;
	case 1:
		put(in, at + offsetof(Elf64_Sym, st_info),
		    ELF64_ST_INFO(elf_fuzz_below(in, 4), elf_fuzz_below(in, 8)),
		    1);
		break;
	default:
		CHANGE_FIELD(in, at, fields);
	}
}

static void damage_relocation(struct elf_input *in)
{
	static const unsigned char types[] = {R_X86_64_NONE, R_X86_64_64,
					      R_X86_64_32,   R_X86_64_32S,
					      R_X86_64_PC32, R_X86_64_PLT32,
					      R_X86_64_PC64, R_X86_64_GOTPCREL,
					      R_X86_64_COPY, R_X86_64_RELATIVE,
					      R_X86_64_8,    R_X86_64_PC16};
	static const struct field fields[] = {FIELD(Elf64_Rela, r_offset),
					      FIELD(Elf64_Rela, r_info),
					      {offsetof(Elf64_Rela, r_info) + 4,
					       4},
					      FIELD(Elf64_Rela, r_addend)};
	const Elf64_Shdr *s =
		&in->seed->sections[section_of_type(in, SHT_RELA)];
	size_t at = s->sh_offset +
		    elf_fuzz_below(in, s->sh_size / sizeof(Elf64_Rela)) *
			    sizeof(Elf64_Rela);

	if (!s->sh_size)
		return;
	if (elf_fuzz_one_in(in, 3))
		put(in, at + offsetof(Elf64_Rela, r_info),
		    types[elf_fuzz_below(in, sizeof(types))], 4);
	else
		CHANGE_FIELD(in, at, fields);
}

/* Puts @data in place of section @i, behind everything else. */
static void replace_section(struct elf_input *in, unsigned int i,
			    const void *data, size_t n)
{
	size_t at = elf_fuzz_append(in, data, n);

	if (!at)
		return;
	put(in, header_of(in, i) + offsetof(Elf64_Shdr, sh_offset), at, 8);
	put(in, header_of(in, i) + offsetof(Elf64_Shdr, sh_size), n, 8);
}

static void add_modinfo(struct elf_input *in, const Elf64_Shdr *s,
			unsigned int i)
{
	static const char *const lines[] = {
		"license=Proprietary",
		"license=GPL",
		"license=",
		"livepatch=Y",
		"staging=Y",
		"test=Y",
		"intree=Y",
		"intree",
		"retpoline=Y",
		"import_ns=NOT_THERE",
		"import_ns=",
		"vermagic=6.1.0 SMP preempt mod_unload modversions ",
		"vermagic=",
		"name=kernel",
		"version=\x01\x02%s%n",
		"srcversion=",
		"depends=a,b,,c",
		"parm=",
		"parmtype=x:int",
		"=",
		"alias=*",
		"\xff\xfe",
	};
	char text[4096];
	const char *line =
		lines[elf_fuzz_below(in, sizeof(lines) / sizeof(*lines))];
	size_t n = strlen(line) + 1;

	if (s->sh_size + n > sizeof(text))
		return;
	memcpy(text, in->seed->image + s->sh_offset, s->sh_size);
	memcpy(text + s->sh_size, line, n);
	/* In front, where it is found first; or unterminated at the end. */
	if (elf_fuzz_one_in(in, 2)) {
		memmove(text + n, text, s->sh_size);
		memcpy(text, line, n);
	}
	replace_section(in, i, text, s->sh_size + n - elf_fuzz_one_in(in, 4));
}

static void damage_modinfo(struct elf_input *in)
{
	unsigned int i = section_called(in, ".modinfo");
	const Elf64_Shdr *s = &in->seed->sections[i];
	size_t at = s->sh_offset + elf_fuzz_below(in, s->sh_size);

	if (!i || !s->sh_size)
		return;
	switch (elf_fuzz_below(in, 4)) {
	case 0:
		put(in, at, elf_fuzz_random(in), 1);
		break;
	case 1:
		put(in, at, 0, 1);
		break;
	case 2: /* no terminator at all */
		put(in, s->sh_offset + s->sh_size - 1, 'x', 1);
		break;
	case 3:
		add_modinfo(in, s, i);
		break;
	}
}

static void damage_versions(struct elf_input *in)
{
	unsigned int i = section_called(in, "__versions");
	const Elf64_Shdr *s = &in->seed->sections[i];
	size_t at = s->sh_offset + elf_fuzz_below(in, s->sh_size / 64) * 64;

	if (!i || !s->sh_size)
		return;
	switch (elf_fuzz_below(in, 3)) {
	case 0:
		change(in, at, 4);
		break;
	case 1: /* a name without an end */
		memset(in->image + at + 8, 'a', 56);
		break;
	case 2:
		change(in, at + elf_fuzz_below(in, 64), 1);
		break;
	}
}

/* A value in what the loader or the kernel follows. */
static void damage_table(struct elf_input *in)
{
	unsigned int i = any_section(in);
	const Elf64_Shdr *s = &in->seed->sections[i];
	size_t width = 1u << elf_fuzz_below(in, 4);

	if (s->sh_type == SHT_NOBITS || s->sh_size < width)
		return;
	change(in,
	       s->sh_offset + elf_fuzz_below(in, s->sh_size / width) * width,
	       width);
}

/* Another section that has a meaning, in this file's place or another's. */
static void splice(struct elf_input *in)
{
	const struct elf_seed *other =
		&in->fuzz->seeds[elf_fuzz_below(in, in->fuzz->nr)];
	unsigned int from = elf_fuzz_below(in, other->nr);
	const Elf64_Shdr *s = &other->sections[from];

	if (s->sh_type != SHT_NOBITS && s->sh_size < 65536)
		replace_section(in, any_section(in),
				other->image + s->sh_offset, s->sh_size);
}

/* struct module_signature of the kernel's, and the words behind it. */
static void add_signature(struct elf_input *in)
{
	static const char marker[] = "~Module signature appended~\n";
	unsigned char info[12] = {0}, body[64];
	uint32_t n = elf_fuzz_below(in, sizeof(body));
	uint32_t told = elf_fuzz_one_in(in, 2) ? n : elf_fuzz_number(in, n);
	size_t i;

	for (i = 0; i < sizeof(body); i++)
		body[i] = elf_fuzz_random(in);
	info[2] = elf_fuzz_below(in, 4); /* 2: PKCS#7 */
	if (elf_fuzz_one_in(in, 4))
		info[elf_fuzz_below(in, 8)] = elf_fuzz_random(in);
	told = __builtin_bswap32(told);
	memcpy(info + 8, &told, 4);
	if (in->room - in->size < 128)
		return;
	memcpy(in->image + in->size, body, n);
	memcpy(in->image + in->size + n, info, sizeof(info));
	memcpy(in->image + in->size + n + sizeof(info), marker,
	       sizeof(marker) - 1);
	in->size += n + sizeof(info) + sizeof(marker) - 1;
	if (elf_fuzz_one_in(in, 4)) {
		n = 1 + elf_fuzz_below(in, 60);
		in->size -= n < in->size ? n : in->size;
	}
}

static void cut(struct elf_input *in)
{
	in->size = elf_fuzz_one_in(in, 4) ? elf_fuzz_below(in, 128)
					  : elf_fuzz_below(in, in->size);
}

void elf_fuzz_bytes(struct elf_input *in)
{
	size_t at = elf_fuzz_below(in, in->size);
	size_t from = elf_fuzz_below(in, in->size);
	size_t n = elf_fuzz_below(in, 64);

	if (n > in->size - at)
		n = in->size - at;
	if (n > in->size - from)
		n = in->size - from;
	switch (elf_fuzz_below(in, 4)) {
	case 0:
		memmove(in->image + at, in->image + from, n);
		break;
	case 1:
		memset(in->image + at, elf_fuzz_random(in), n);
		break;
	default:
		change(in, at, 1u << elf_fuzz_below(in, 4));
	}
}

static const struct {
	void (*apply)(struct elf_input *in);
	unsigned int weight;
} kinds[] = {
	{damage_header, 3},
	{damage_section, 10},
	{move_section, 3},
	{retype_section, 8},
	{rename_section, 8},
	{damage_symbol, 8},
	{damage_relocation, 8},
	{damage_modinfo, 5},
	{damage_versions, 3},
	{damage_table, 10},
	{splice, 3},
	{add_signature, 1},
	{cut, 1},
	{elf_fuzz_bytes, 5},
};

static void mutate_once(struct elf_input *in)
{
	unsigned int i, total = 0;
	uint64_t pick;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		total += kinds[i].weight;
	pick = elf_fuzz_below(in, total);
	for (i = 0; pick >= kinds[i].weight; i++)
		pick -= kinds[i].weight;
	kinds[i].apply(in);
}

void elf_fuzz_mutate(struct elf_input *in)
{
	unsigned int n = 1 + elf_fuzz_below(in, 3);

	/* Much damage meets only the first checks. */
	if (elf_fuzz_one_in(in, 8))
		n += elf_fuzz_below(in, 8);
	while (n--)
		mutate_once(in);
}
