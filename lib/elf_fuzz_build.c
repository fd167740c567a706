// SPDX-License-Identifier: GPL-2.0-only
/*
 * Modules made from nothing: sections that a loader gives a meaning, filled by
 * the rules of their kind, each of which is broken now and then.
 *
 * As elf_fuzz.h.
 */
#include <string.h>
#include "lib/elf_fuzz_priv.h"

#define MAX_SECTIONS 48
#define MAX_SYMBOLS  64
#define MAX_RELAS    512
#define MAX_NAMES    4096

/* How a table's entries are made. */
struct table {
	const char *name;
	unsigned char entry; /* bytes of one; 0: any bytes */
	/* Where in an entry pointers are, and their relocation; 0 ends. */
	struct {
		unsigned char at, type;
	} field[4];
	unsigned char flags; /* beside SHF_ALLOC */
};

#define W SHF_WRITE
#define X SHF_EXECINSTR
#define P R_X86_64_PC32
#define A R_X86_64_64

static const struct table tables[] = {
	{"__ex_table", 12, {{0, P}, {4, P}}, 0},
	{"__bug_table", 12, {{0, P}, {4, P}}, W},
	{"__jump_table", 16, {{0, P}, {4, P}, {8, R_X86_64_PC64}}, W},
	{".static_call_sites", 8, {{0, P}, {4, P}}, W},
	{".altinstructions", 14, {{0, P}, {4, P}}, 0},
	{".altinstructions", 12, {{0, P}, {4, P}}, 0},
	{".orc_unwind_ip", 4, {{0, P}}, 0},
	{".orc_unwind", 6, {{0, 0}}, 0},
	{".retpoline_sites", 4, {{0, P}}, 0},
	{".return_sites", 4, {{0, P}}, 0},
	{".call_sites", 4, {{0, P}}, 0},
	{".ibt_endbr_seal", 4, {{0, P}}, 0},
	{".smp_locks", 4, {{0, P}}, 0},
	{".parainstructions", 16, {{0, A}}, 0},
	{"__mcount_loc", 8, {{0, A}}, W},
	{"__ksymtab", 12, {{0, P}, {4, P}, {8, P}}, 0},
	{"__ksymtab_gpl", 12, {{0, P}, {4, P}}, 0},
	{"__kcrctab", 4, {{0, 0}}, 0},
	{"__kcrctab_gpl", 4, {{0, 0}}, 0},
	{"__param", 40, {{0, A}, {8, A}, {16, A}, {32, A}}, 0},
	{"__dyndbg", 56, {{0, A}, {8, A}, {16, A}, {24, A}}, W},
	{"__dyndbg_classes", 48, {{16, A}, {24, A}}, W},
	{"_ftrace_events", 8, {{0, A}}, W},
	{"_ftrace_eval_map", 8, {{0, A}}, W},
	{"__tracepoints_ptrs", 4, {{0, P}}, 0},
	{"__bpf_raw_tp_map", 32, {{0, A}, {8, A}}, W},
	{"___srcu_struct_ptrs", 8, {{0, A}}, 0},
	{".init_array", 8, {{0, A}}, W},
	{".ctors", 8, {{0, A}}, W},
	{"__trace_printk_fmt", 8, {{0, A}}, W},
	{"_error_injection_whitelist", 16, {{0, A}, {8, 0}}, W},
	{"_kprobe_blacklist", 8, {{0, A}}, W},
	{".printk_index", 8, {{0, A}}, W},
	{".data..percpu", 0, {{0, 0}}, W},
	{".data..ro_after_init", 0, {{0, 0}}, W},
	{".data", 0, {{0, 0}}, W},
	{".rodata", 0, {{0, 0}}, 0},
	{".init.data", 0, {{0, 0}}, W},
	{".exit.text", 0, {{0, 0}}, X},
	{".noinstr.text", 0, {{0, 0}}, X},
	{".kprobes.text", 0, {{0, 0}}, X},
	{".BTF", 0, {{0, 0}}, 0},
	{".note.gnu.build-id", 0, {{0, 0}}, 0},
	{"__ksymtab_strings", 0, {{0, 0}}, 0},
};

#undef W
#undef X
#undef P
#undef A

#define NR_TABLES (sizeof(tables) / sizeof(*tables))

/* struct build - one module in the making; on the stack. */
struct build {
	struct elf_input *in;
	Elf64_Shdr sections[MAX_SECTIONS];
	unsigned int nr;
	Elf64_Sym symbols[MAX_SYMBOLS];
	unsigned int nr_symbols, nr_local;
	Elf64_Rela relas[MAX_RELAS]; /* of the section being made */
	unsigned int nr_relas;
	char names[MAX_NAMES], strings[MAX_NAMES];
	size_t names_size, strings_size;
	unsigned int text, module; /* sections */
};

static uint32_t add_name(char *table, size_t *size, const char *name)
{
	size_t n = strlen(name) + 1, at = *size;

	if (at + n > MAX_NAMES)
		return 0;
	memcpy(table + at, name, n);
	*size += n;
	return at;
}

/* Puts @data in the file as a section; its index, or 0. */
static unsigned int add_section(struct build *b, const char *name,
				uint32_t type, uint64_t flags, const void *data,
				size_t n)
{
	Elf64_Shdr *s = &b->sections[b->nr];
	size_t at = elf_fuzz_append(b->in, data, n);

	if (!at || b->nr >= MAX_SECTIONS - 8)
		return 0;
	*s = (Elf64_Shdr){
		.sh_name = add_name(b->names, &b->names_size, name),
		.sh_type = type,
		.sh_flags = flags,
		.sh_offset = at,
		.sh_size = n,
		.sh_addralign = 1ull << elf_fuzz_below(b->in, 7),
	};
	if (elf_fuzz_one_in(b->in, 64))
		s->sh_addralign = elf_fuzz_number(b->in, 16);
	return b->nr++;
}

static unsigned int add_symbol(struct build *b, const char *name, int bind,
			       int type, unsigned int section, uint64_t value,
			       uint64_t size)
{
	if (b->nr_symbols >= MAX_SYMBOLS)
		return 0;
	b->symbols[b->nr_symbols] = (Elf64_Sym){
		.st_name = *name ? add_name(b->strings, &b->strings_size, name)
				 : 0,
		.st_info = ELF64_ST_INFO(bind, type),
		.st_shndx = section,
		.st_value = value,
		.st_size = size,
	};
	if (elf_fuzz_one_in(b->in, 200))
		b->symbols[b->nr_symbols].st_shndx =
			elf_fuzz_number(b->in, section);
	if (elf_fuzz_one_in(b->in, 200))
		b->symbols[b->nr_symbols].st_value =
			elf_fuzz_number(b->in, value);
	return b->nr_symbols++;
}

static void add_rela(struct build *b, uint64_t at, unsigned int type,
		     unsigned int symbol, int64_t addend)
{
	Elf64_Rela *r = &b->relas[b->nr_relas];

	if (b->nr_relas >= MAX_RELAS)
		return;
	*r = (Elf64_Rela){at, ELF64_R_INFO((uint64_t)symbol, type), addend};
	if (elf_fuzz_one_in(b->in, 300))
		r->r_offset = elf_fuzz_number(b->in, at);
	if (elf_fuzz_one_in(b->in, 300))
		r->r_addend = elf_fuzz_number(b->in, addend);
	if (elf_fuzz_one_in(b->in, 300))
		r->r_info = elf_fuzz_number(b->in, r->r_info);
	b->nr_relas++;
}

static void flush_relas(struct build *b, const char *name, unsigned int target)
{
	char full[64] = ".rela";
	unsigned int i;

	strncat(full, name, sizeof(full) - 8);
	if (target && b->nr_relas) {
		i = add_section(b, full, SHT_RELA, SHF_INFO_LINK, b->relas,
				b->nr_relas * sizeof(*b->relas));
		b->sections[i].sh_info = target;
		b->sections[i].sh_entsize = sizeof(Elf64_Rela);
	}
	b->nr_relas = 0;
}

/* A symbol to point to; mostly one that is defined here. */
static unsigned int pick_symbol(struct build *b)
{
	return elf_fuzz_below(b->in, elf_fuzz_one_in(b->in, 100)
					     ? MAX_SYMBOLS
					     : b->nr_symbols);
}

static void add_text(struct build *b)
{
	unsigned char code[512];
	size_t i;

	memset(code, 0x90, sizeof(code));
	for (i = 15; i < sizeof(code); i += 16)
		code[i] = 0xc3;
	b->text = add_section(b, ".text", SHT_PROGBITS,
			      SHF_ALLOC | SHF_EXECINSTR, code, sizeof(code));
	for (i = 0; i < 8; i++)
		add_rela(b, i * 16 + 1, R_X86_64_PLT32, pick_symbol(b), -4);
	flush_relas(b, ".text", b->text);
	i = add_section(b, ".init.text", SHT_PROGBITS,
			SHF_ALLOC | SHF_EXECINSTR, code, 64);
	add_symbol(b, "init_module", STB_GLOBAL, STT_FUNC, i, 0, 16);
	add_symbol(b, "cleanup_module", STB_GLOBAL, STT_FUNC, b->text, 0, 16);
}

static void add_module_struct(struct build *b)
{
	const struct elf_fuzz *fuzz = b->in->fuzz;
	unsigned char body[4096] = {0};
	size_t n = fuzz->module_size;

	if (n > sizeof(body) || n < 128)
		n = 1024;
	memcpy(body + 24, "made", 4);
	if (elf_fuzz_one_in(b->in, 40))
		memset(body + 24, 'n', 56);
	if (elf_fuzz_one_in(b->in, 40))
		n = elf_fuzz_below(b->in, n + 65);
	b->module = add_section(b, ".gnu.linkonce.this_module", SHT_PROGBITS,
				SHF_ALLOC | SHF_WRITE, body, n);
	b->sections[b->module].sh_addralign = 64;
	add_symbol(b, "__this_module", STB_GLOBAL, STT_OBJECT, b->module, 0, n);
	if (fuzz->init_offset)
		add_rela(b, fuzz->init_offset, R_X86_64_64, 4, 0);
	if (fuzz->exit_offset)
		add_rela(b, fuzz->exit_offset, R_X86_64_64, 5, 0);
	flush_relas(b, ".gnu.linkonce.this_module", b->module);
}

static size_t add_line(char *text, size_t size, const char *tag,
		       const char *value)
{
	size_t a = strlen(tag), c = strlen(value) + 1;

	memcpy(text + size, tag, a);
	memcpy(text + size + a, value, c);
	return size + a + c;
}

static void add_modinfo(struct build *b)
{
	char text[1024];
	size_t n = 0;

	if (!elf_fuzz_one_in(b->in, 50))
		n = add_line(text, n, "license=",
			     elf_fuzz_one_in(b->in, 20) ? "secret" : "GPL");
	if (!elf_fuzz_one_in(b->in, 50))
		n = add_line(text, n, "vermagic=", b->in->fuzz->vermagic);
	n = add_line(text, n, "retpoline=", "Y");
	n = add_line(text, n, "name=", "made");
	if (elf_fuzz_one_in(b->in, 50))
		n = add_line(text, n, "livepatch=", "Y");
	if (elf_fuzz_one_in(b->in, 4))
		n = add_line(text, n, "version=", "1.0");
	add_section(b, ".modinfo", SHT_PROGBITS, SHF_ALLOC, text,
		    n - elf_fuzz_one_in(b->in, 50));
}

/* Some of the symbols that real modules import, and their checksums. */
static void add_imports(struct build *b)
{
	const struct elf_fuzz *fuzz = b->in->fuzz;
	unsigned char versions[16 * 64] = {0};
	unsigned int i, n = elf_fuzz_below(b->in, 12);
	const struct elf_import *import;

	for (i = 0; i < n && fuzz->nr_imports; i++) {
		import =
			&fuzz->imports[elf_fuzz_below(b->in, fuzz->nr_imports)];
		add_symbol(b, import->name,
			   elf_fuzz_one_in(b->in, 10) ? STB_WEAK : STB_GLOBAL,
			   STT_NOTYPE, SHN_UNDEF, 0, 0);
		memcpy(versions + i * 64, &import->crc, 8);
		memcpy(versions + i * 64 + 8, import->name,
		       sizeof(import->name));
	}
	if (i && !elf_fuzz_one_in(b->in, 8))
		add_section(b, "__versions", SHT_PROGBITS, SHF_ALLOC, versions,
			    i * 64);
}

static void add_table(struct build *b, const struct table *t)
{
	unsigned char body[1024];
	unsigned int i, k, n = 1 + elf_fuzz_below(b->in, 8), section;
	size_t size = t->entry ? n * t->entry
			       : 8 + elf_fuzz_below(b->in, sizeof(body) - 8);

	for (i = 0; i < size; i++)
		body[i] = t->entry || elf_fuzz_one_in(b->in, 2)
				  ? 0
				  : elf_fuzz_random(b->in);
	if (elf_fuzz_one_in(b->in, 8))
		body[elf_fuzz_below(b->in, size)] = elf_fuzz_random(b->in);
	if (elf_fuzz_one_in(b->in, 30))
		size = elf_fuzz_below(b->in, size + 1);
	section = add_section(b, t->name,
			      elf_fuzz_one_in(b->in, 60) ? SHT_NOBITS
							 : SHT_PROGBITS,
			      SHF_ALLOC | t->flags, body, size);
	for (i = 0; t->entry && i < n; i++)
		for (k = 0; k < 4 && t->field[k].type; k++)
			if (!elf_fuzz_one_in(b->in, 16))
				add_rela(b, i * t->entry + t->field[k].at,
					 t->field[k].type, pick_symbol(b),
					 elf_fuzz_below(b->in, 32) * 16);
	flush_relas(b, t->name, section);
	add_symbol(b, "", STB_LOCAL, STT_SECTION, section, 0, 0);
}

static void finish(struct build *b)
{
	unsigned int symtab, strtab, shstrtab, i;
	Elf64_Ehdr eh = {
		.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB,
			    EV_CURRENT},
		.e_type = ET_REL,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_ehsize = sizeof(eh),
		.e_shentsize = sizeof(Elf64_Shdr),
	};

	symtab = add_section(b, ".symtab", SHT_SYMTAB, 0, b->symbols,
			     b->nr_symbols * sizeof(*b->symbols));
	strtab = add_section(b, ".strtab", SHT_STRTAB, 0, b->strings,
			     b->strings_size);
	b->sections[symtab].sh_link = strtab;
	b->sections[symtab].sh_info = b->nr_local;
	b->sections[symtab].sh_entsize = sizeof(Elf64_Sym);
	add_name(b->names, &b->names_size, ".shstrtab");
	shstrtab = add_section(b, ".shstrtab", SHT_STRTAB, 0, b->names,
			       b->names_size);
	for (i = 0; i < b->nr; i++)
		if (b->sections[i].sh_type == SHT_RELA)
			b->sections[i].sh_link = symtab;
	eh.e_shnum = b->nr;
	eh.e_shstrndx = shstrtab;
	eh.e_shoff = elf_fuzz_append(b->in, b->sections,
				     b->nr * sizeof(*b->sections));
	memcpy(b->in->image, &eh, sizeof(eh));
}

void elf_fuzz_build(struct elf_input *in)
{
	struct build b = {
		.in = in,
		.nr = 1,
		.nr_symbols = 1,
		.names_size = 1,
		.strings_size = 1,
	};
	unsigned int i, n = elf_fuzz_below(in, 10);

	memset(in->image, 0, sizeof(Elf64_Ehdr));
	in->size = sizeof(Elf64_Ehdr);
	/* The first sections are numbers 1 (.text) and up. */
	for (i = 1; i < 4; i++)
		add_symbol(&b, "", STB_LOCAL, STT_SECTION, i, 0, 0);
	add_text(&b);
	add_module_struct(&b);
	add_modinfo(&b);
	add_imports(&b);
	for (i = 0; i < n; i++)
		add_table(&b, &tables[elf_fuzz_below(in, NR_TABLES)]);
	finish(&b);
}
