// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module's symbols for kallsyms: all of them while init runs, in init's
 * memory, and those of the core afterwards, in the core's.
 *
 * Process context, before the module can be seen.
 */
#include <linux/kallsyms.h>
#include <linux/string.h>
#include "module/internal.h"

/* The letter that nm(1) would print. */
static char section_type(const struct load_info *info, const Elf_Shdr *s)
{
	if (s->sh_flags & SHF_EXECINSTR)
		return 't';
	if (s->sh_flags & SHF_ALLOC && s->sh_type != SHT_NOBITS)
		return s->sh_flags & SHF_WRITE ? 'd' : 'r';
	if (s->sh_type == SHT_NOBITS)
		return 'b';
	return strstarts(section_name(info, s), ".debug") ? 'n' : '?';
}

static char symbol_type(const struct load_info *info, const Elf_Sym *sym)
{
	if (ELF_ST_BIND(sym->st_info) == STB_WEAK)
		return ELF_ST_TYPE(sym->st_info) == STT_OBJECT ? 'v' : 'w';
	if (sym->st_shndx == SHN_UNDEF)
		return 'U';
	if (sym->st_shndx == SHN_ABS || sym->st_shndx == info->index.pcpu)
		return 'a';
	if (sym->st_shndx >= info->hdr->e_shnum)
		return '?';
	return section_type(info, &info->sechdrs[sym->st_shndx]);
}

/* Whether it is kept once init is over. */
static bool is_core_symbol(const struct load_info *info, const Elf_Sym *sym)
{
	const Elf_Shdr *s;

	if (sym->st_shndx == SHN_UNDEF || !sym->st_name ||
	    sym->st_shndx >= info->hdr->e_shnum)
		return false;
	if (IS_ENABLED(CONFIG_KALLSYMS_ALL) &&
	    sym->st_shndx == info->index.pcpu)
		return true;
	s = &info->sechdrs[sym->st_shndx];
	if (!(s->sh_flags & SHF_ALLOC) ||
	    PLACE_PART(s->sh_entsize) >= PART_INIT_TEXT)
		return false;
	return IS_ENABLED(CONFIG_KALLSYMS_ALL) || s->sh_flags & SHF_EXECINSTR;
}

/* The first entry of a symbol table is kept as such. */
static bool is_kept(const struct load_info *info, const Elf_Sym *syms,
		    unsigned int i)
{
	return !i || is_core_symbol(info, &syms[i]);
}

static void layout_core(struct load_info *info, const Elf_Sym *syms,
			unsigned int n)
{
	unsigned int *size = part_size(info->mod, PART_DATA);
	unsigned int i, kept = 0, strings = 0;
	u64 align = info->sechdrs[info->index.sym].sh_addralign ?: 1;

	for (i = 0; i < n; i++)
		if (is_kept(info, syms, i)) {
			strings += strlen(info->strtab + syms[i].st_name) + 1;
			kept++;
		}
	info->symoffs = ALIGN(*size, align);
	info->stroffs = info->symoffs + kept * sizeof(*syms);
	info->core_typeoffs = info->stroffs + strings;
	*size = info->core_typeoffs + kept;
}

static int layout_init(struct load_info *info, unsigned int n)
{
	Elf_Shdr *sym = &info->sechdrs[info->index.sym];
	Elf_Shdr *str = &info->sechdrs[info->index.str];
	unsigned int *size = part_size(info->mod, PART_INIT_DATA);
	int err;

	sym->sh_flags |= SHF_ALLOC;
	err = layout_one(info, PART_INIT_DATA, sym);
	if (err)
		return err;
	str->sh_flags |= SHF_ALLOC;
	err = layout_one(info, PART_INIT_DATA, str);
	if (err)
		return err;
	info->mod_kallsyms_init_off =
		ALIGN(*size, __alignof__(struct mod_kallsyms));
	info->init_typeoffs =
		info->mod_kallsyms_init_off + sizeof(struct mod_kallsyms);
	*size = info->init_typeoffs + n;
	return 0;
}

/* Room for the tables behind all sections.  Sizes are those of whole pages
 * where a module is in two pieces. */
int layout_symtab(struct load_info *info)
{
	const Elf_Shdr *s = &info->sechdrs[info->index.sym];
	const Elf_Sym *syms = (void *)info->hdr + s->sh_offset;
	unsigned int n = s->sh_size / sizeof(*syms);
	int err;

	layout_core(info, syms, n);
	err = layout_init(info, n);
	if (err || HAVE_MODULE_MEMORY)
		return err;
	*part_size(info->mod, PART_DATA) =
		PAGE_ALIGN(*part_size(info->mod, PART_DATA));
	*part_size(info->mod, PART_INIT_DATA) =
		PAGE_ALIGN(*part_size(info->mod, PART_INIT_DATA));
	return 0;
}

/* Copies what is kept, and notes the type of every symbol. */
static void copy_core(struct module *mod, struct load_info *info,
		      const struct mod_kallsyms *all)
{
	struct mod_kallsyms *core = &mod->core_kallsyms;
	char *s = core->strtab;
	unsigned int i, kept = 0;

	for (i = 0; i < all->num_symtab; i++) {
		const char *name = all->strtab + all->symtab[i].st_name;

		all->typetab[i] = symbol_type(info, &all->symtab[i]);
		if (!is_kept(info, all->symtab, i))
			continue;
		core->typetab[kept] = all->typetab[i];
		core->symtab[kept] = all->symtab[i];
		core->symtab[kept++].st_name = s - core->strtab;
		strcpy(s, name);
		s += strlen(s) + 1;
	}
	core->num_symtab = kept;
}

void add_kallsyms(struct module *mod, struct load_info *info)
{
	const Elf_Shdr *sym = &info->sechdrs[info->index.sym];
	void *init = part_base(mod, PART_INIT_DATA);
	void *data = part_base(mod, PART_DATA);
	struct mod_kallsyms *all = init + info->mod_kallsyms_init_off;

	all->symtab = (void *)sym->sh_addr;
	all->num_symtab = sym->sh_size / sizeof(Elf_Sym);
	all->strtab = (void *)info->sechdrs[info->index.str].sh_addr;
	all->typetab = init + info->init_typeoffs;
	mod->core_kallsyms.symtab = data + info->symoffs;
	mod->core_kallsyms.strtab = data + info->stroffs;
	mod->core_kallsyms.typetab = data + info->core_typeoffs;
	copy_core(mod, info, all);
	rcu_assign_pointer(mod->kallsyms, all);
}
