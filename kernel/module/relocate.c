// SPDX-License-Identifier: GPL-2.0-only
/*
 * Relocation, as x86-64 knows it: sections refer to symbols whose addresses
 * are known only now.
 *
 * Process context, before anything of the module runs.  Each place and each
 * symbol is checked to be where the file says it is; the kernel's loader
 * trusts the file.
 */
#include <linux/livepatch.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <asm/elf.h>
#include "module/internal.h"

/* What one section's relocations work on. */
struct relocation {
	struct module *mod;
	const Elf_Shdr *target;
	const Elf_Sym *syms;
	unsigned long nr_syms;
	bool struct_module; /* the target is */
};

static int no_such_place(const struct relocation *r, const Elf_Rela *rel)
{
	pr_err("ring3: %s: a relocation points outside of its section (offset %llu of %llu, symbol %llu of %lu)\n",
	       r->mod->name, rel->r_offset, r->target->sh_size,
	       ELF_R_SYM(rel->r_info), r->nr_syms);
	return -ENOEXEC;
}

static int overflow(const struct relocation *r, const Elf_Rela *rel, u64 val)
{
	pr_err("module: overflow in relocation type %d val %llx\n",
	       (int)ELF_R_TYPE(rel->r_info), val);
	pr_err("module: `%s' likely not compiled with -mcmodel=kernel\n",
	       r->mod->name);
	return -ENOEXEC;
}

/* The place must be as the compiler left it; what the messages say differs
 * between kernels. */
static int not_empty(const Elf_Rela *rel, void *loc, u64 val)
{
	pr_err("module: x86/modules: %s relocation target, existing value is nonzero for type %d, loc %p, val %llx\n",
	       STRICT_ELF ? "Invalid" : "Skipping invalid",
	       (int)ELF_R_TYPE(rel->r_info), loc, val);
	return -ENOEXEC;
}

static int unknown(const struct relocation *r, const Elf_Rela *rel)
{
	pr_err("module: %s: Unknown rela relocation: %llu\n", r->mod->name,
	       ELF_R_TYPE(rel->r_info));
	return -ENOEXEC;
}

static int put32(const struct relocation *r, const Elf_Rela *rel, u32 *loc,
		 u64 val, bool fits)
{
	/* The newer loader looks at the value first. */
	if (STRICT_ELF && !fits)
		return overflow(r, rel, val);
	if (*loc)
		return not_empty(rel, loc, val);
	*loc = val;
	return fits ? 0 : overflow(r, rel, val);
}

static int put64(const Elf_Rela *rel, u64 *loc, u64 val)
{
	if (*loc)
		return not_empty(rel, loc, val);
	*loc = val;
	return 0;
}

static unsigned int place_size(unsigned int type)
{
	switch (type) {
	case R_X86_64_64:
	case R_X86_64_PC64:
		return 8;
	case R_X86_64_NONE:
		return 0;
	}
	return 4;
}

/* Of struct module, only what modpost writes. */
static bool is_entry_point(u64 offset)
{
	return offset == offsetof(struct module, init) ||
	       offset == offsetof(struct module, exit);
}

static int apply_one(const struct relocation *r, const Elf_Rela *rel)
{
	unsigned int type = ELF_R_TYPE(rel->r_info);
	unsigned int size = place_size(type);
	unsigned long place = r->target->sh_addr + rel->r_offset;
	void *loc = (void *)place;
	u64 val;

	if (ELF_R_SYM(rel->r_info) >= r->nr_syms ||
	    rel->r_offset > r->target->sh_size ||
	    size > r->target->sh_size - rel->r_offset ||
	    (r->struct_module && type && !is_entry_point(rel->r_offset)))
		return no_such_place(r, rel);
	val = r->syms[ELF_R_SYM(rel->r_info)].st_value + rel->r_addend;
	switch (type) {
	case R_X86_64_NONE:
		return 0;
	case R_X86_64_64:
		return put64(rel, loc, val);
	case R_X86_64_32:
		return put32(r, rel, loc, val, val == (u32)val);
	case R_X86_64_32S:
		return put32(r, rel, loc, val, (s64)val == (s32)val);
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
		return put32(r, rel, loc, val - place, true);
	case R_X86_64_PC64:
		return put64(rel, loc, val - place);
	}
	return unknown(r, rel);
}

static int apply_section(struct module *mod, const struct load_info *info,
			 const Elf_Shdr *s)
{
	const Elf_Shdr *symsec = &info->sechdrs[info->index.sym];
	const Elf_Rela *rel = (void *)s->sh_addr;
	const Elf_Rela *end = rel + s->sh_size / sizeof(*rel);
	struct relocation r = {
		.mod = mod,
		.target = &info->sechdrs[s->sh_info],
		.syms = (void *)symsec->sh_addr,
		.nr_syms = symsec->sh_size / sizeof(Elf_Sym),
		.struct_module = s->sh_info == info->index.mod,
	};
	int err = 0;

	/* Whose names were looked at before. */
	if (rel < end &&
	    (s->sh_info == info->index.sym || s->sh_info == info->index.str))
		return no_such_place(&r, rel);
	for (; !err && rel < end; rel++)
		err = apply_one(&r, rel);
	return err;
}

static int no_livepatch(const struct module *mod, const struct load_info *info,
			const Elf_Shdr *s)
{
	pr_err("ring3: %s: section %s is for a livepatch, which this is not\n",
	       mod->name, section_name(info, s));
	return -ENOEXEC;
}

static int apply_any(struct module *mod, struct load_info *info, unsigned int i)
{
	const Elf_Shdr *s = &info->sechdrs[i];

	/* Those of livepatches are the kernel's to refuse; what it would take
	 * for one to apply, it would apply unchecked. */
	if (s->sh_flags & SHF_RELA_LIVEPATCH &&
	    strstarts(section_name(info, s), ".klp.rela.vmlinux"))
		return no_livepatch(mod, info, s);
	if (s->sh_flags & SHF_RELA_LIVEPATCH)
		return klp_apply_section_relocs(mod, info->sechdrs,
						info->secstrings, info->strtab,
						info->index.sym, i, NULL);
	if (s->sh_type == SHT_RELA)
		return apply_section(mod, info, s);
	if (s->sh_type != SHT_REL)
		return 0;
	pr_err("module %s: REL relocation unsupported\n", mod->name);
	return -ENOEXEC;
}

/*
 * Only sections that are kept are relocated.  The template of per-CPU data is
 * not among them, in this kernel as little as here: pointers in it stay as the
 * file has them.
 */
int apply_relocations(struct module *mod, struct load_info *info)
{
	unsigned int i;
	int err = 0;

	for (i = 1; !err && i < info->hdr->e_shnum; i++) {
		const Elf_Shdr *s = &info->sechdrs[i];

		if (s->sh_info < info->hdr->e_shnum &&
		    info->sechdrs[s->sh_info].sh_flags & SHF_ALLOC)
			err = apply_any(mod, info, i);
	}
	return err;
}
