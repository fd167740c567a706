// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a file can be a module at all, and where its parts are.
 *
 * Nothing of the image is believed before it was checked here: afterwards
 * every section lies within the image, every name and string ends within its
 * table, and alignments are powers of two.  Process context; takes no locks.
 *
 * Messages and results are those of the target's own loader; where it checks
 * nothing and would read or write astray, the message is ours.
 */
#include <linux/log2.h>
#include <linux/printk.h>
#include <linux/string.h>
#include "module/internal.h"

/* A module of more than this in one section would not fit anywhere. */
#define SECTION_MAX (256ul << 20)

static const char missing_name[] = "(missing .modinfo section or name field)";

static const char *name_or_missing(const struct load_info *info)
{
	return info->name ?: missing_name;
}

unsigned int find_sec(const struct load_info *info, const char *name)
{
	unsigned int i;

	for (i = 1; i < info->hdr->e_shnum; i++)
		if (info->sechdrs[i].sh_flags & SHF_ALLOC &&
		    section_is(info, &info->sechdrs[i], name))
			return i;
	return 0;
}

unsigned int find_any_sec(const struct load_info *info, const char *name)
{
	unsigned int i;

	for (i = 1; i < info->hdr->e_shnum; i++)
		if (section_is(info, &info->sechdrs[i], name))
			return i;
	return 0;
}

static unsigned int count_secs(const struct load_info *info, const char *name)
{
	unsigned int i, n = 0;

	for (i = 1; i < info->hdr->e_shnum; i++)
		n += section_is(info, &info->sechdrs[i], name);
	return n;
}

static int check_header(const struct load_info *info)
{
	const Elf_Ehdr *hdr = info->hdr;

	if (info->len < sizeof(*hdr)) {
		pr_err("Invalid ELF header len %lu\n", info->len);
		return -ENOEXEC;
	}
	if (memcmp(hdr->e_ident, ELFMAG, SELFMAG)) {
		pr_err("Invalid ELF header magic: != %s\n", ELFMAG);
		return -ENOEXEC;
	}
	if (hdr->e_type != ET_REL) {
		pr_err("Invalid ELF header type: %u != %u\n", hdr->e_type,
		       ET_REL);
		return -ENOEXEC;
	}
	if (!elf_check_arch(hdr)) {
		pr_err("Invalid architecture in ELF header: %u\n",
		       hdr->e_machine);
		return -ENOEXEC;
	}
	if (hdr->e_shentsize != sizeof(Elf_Shdr)) {
		pr_err("Invalid ELF section header size\n");
		return -ENOEXEC;
	}
	if (hdr->e_shoff >= info->len ||
	    hdr->e_shnum * sizeof(Elf_Shdr) > info->len - hdr->e_shoff) {
		pr_err("Invalid ELF section header overflow\n");
		return -ENOEXEC;
	}
	if (!hdr->e_shnum || hdr->e_shoff % __alignof__(Elf_Shdr)) {
		pr_err("ring3: the ELF file has no section headers, or not where they could be read\n");
		return -ENOEXEC;
	}
	return 0;
}

static bool lies_within(const struct load_info *info, const Elf_Shdr *s)
{
	u64 end = s->sh_offset + s->sh_size;

	return end >= s->sh_offset && end <= info->len;
}

static int check_first_section(const struct load_info *info)
{
	const Elf_Shdr *s = info->sechdrs;

	if (s->sh_type == SHT_NULL && !s->sh_size && !s->sh_addr)
		return 0;
	pr_err("ELF Spec violation: section 0 type(%d)!=SH_NULL or non-zero len or addr\n",
	       s->sh_type);
	return -ENOEXEC;
}

static int check_name_table(struct load_info *info)
{
	const Elf_Ehdr *hdr = info->hdr;
	const Elf_Shdr *s = &info->sechdrs[hdr->e_shstrndx];

	if (hdr->e_shstrndx == SHN_UNDEF || hdr->e_shstrndx >= hdr->e_shnum) {
		pr_err("Invalid ELF section name index: %d || e_shstrndx (%d) >= e_shnum (%d)\n",
		       hdr->e_shstrndx, hdr->e_shstrndx, hdr->e_shnum);
		return -ENOEXEC;
	}
	if (STRICT_ELF && s->sh_type != SHT_STRTAB) {
		pr_err("Invalid ELF section name table type: %u\n", s->sh_type);
		return -ENOEXEC;
	}
	if (!lies_within(info, s)) {
		pr_err("Invalid ELF section hdr(type %u)\n", s->sh_type);
		return -ENOEXEC;
	}
	info->secstrings = (void *)info->hdr + s->sh_offset;
	if (!s->sh_size) {
		pr_err("empty section name table\n");
		return -ENOEXEC;
	}
	if (info->secstrings[s->sh_size - 1]) {
		pr_err("ELF Spec violation: section name table isn't null terminated\n");
		return -ENOEXEC;
	}
	return 0;
}

static int check_link(const struct load_info *info, const Elf_Shdr *s)
{
	if (s->sh_link != SHN_UNDEF && s->sh_link < info->hdr->e_shnum)
		return 0;
	pr_err("Invalid ELF sh_link!=SHN_UNDEF(%d) or (sh_link(%d) >= hdr->e_shnum(%d)\n",
	       s->sh_link, s->sh_link, info->hdr->e_shnum);
	return -ENOEXEC;
}

static int check_place(const struct load_info *info, unsigned int i)
{
	const Elf_Shdr *s = &info->sechdrs[i];

	if (s->sh_type == SHT_NULL || s->sh_type == SHT_NOBITS)
		return 0;
	if (lies_within(info, s))
		return 0;
	pr_err("Invalid ELF section in module (section %u type %u)\n", i,
	       s->sh_type);
	return -ENOEXEC;
}

static bool overlaps(const Elf_Shdr *s, u64 offset, u64 size)
{
	return s->sh_type != SHT_NULL && s->sh_type != SHT_NOBITS &&
	       s->sh_size && s->sh_offset < offset + size &&
	       offset < s->sh_offset + s->sh_size;
}

/* The name, and what would lead astray later: ours to refuse. */
static int check_section(const struct load_info *info, unsigned int i)
{
	const Elf_Shdr *s = &info->sechdrs[i];
	u64 names = info->sechdrs[info->hdr->e_shstrndx].sh_size;

	if (s->sh_name >= names) {
		if (s->sh_type == SHT_NULL && !(s->sh_flags & SHF_ALLOC)) {
			info->sechdrs[i].sh_name = names - 1;
			return 0;
		}
		pr_err("Invalid ELF section name in module (section %u type %u)\n",
		       i, s->sh_type);
		return -ENOEXEC;
	}
	/* Such a one has no content elsewhere, but is copied all the same. */
	if (s->sh_type == SHT_NULL && s->sh_flags & SHF_ALLOC &&
	    !lies_within(info, s)) {
		pr_err("ring3: section %s (type %u) lies outside of the file\n",
		       section_name(info, s), s->sh_type);
		return -ENOEXEC;
	}
	/* The headers are written to. */
	if (overlaps(s, info->hdr->e_shoff,
		     info->hdr->e_shnum * sizeof(Elf_Shdr))) {
		pr_err("ring3: section %s lies where the section headers are\n",
		       section_name(info, s));
		return -ENOEXEC;
	}
	if (s->sh_addralign && !is_power_of_2(s->sh_addralign)) {
		pr_err("ring3: section %s has an alignment of %llu\n",
		       section_name(info, s), s->sh_addralign);
		return -ENOEXEC;
	}
	if (s->sh_flags & SHF_ALLOC && s->sh_size > SECTION_MAX) {
		pr_err("ring3: section %s has %llu bytes\n",
		       section_name(info, s), s->sh_size);
		return -ENOEXEC;
	}
	return 0;
}

/* What has no type has no content that was checked, whatever else it says. */
static void forget_section(Elf_Shdr *s)
{
	s->sh_flags = 0;
	s->sh_offset = 0;
	s->sh_size = 0;
	s->sh_addralign = 0;
}

/* In the order of the older loader: each section whole. */
static int check_sections(const struct load_info *info)
{
	u64 names = info->sechdrs[info->hdr->e_shstrndx].sh_size;
	unsigned int i;
	int err = 0;

	/* Some look at the name of this one, too. */
	info->sechdrs[0].sh_name = names - 1;
	for (i = 1; !err && i < info->hdr->e_shnum; i++) {
		/* The names are used all the same, whatever their type. */
		if (info->sechdrs[i].sh_type == SHT_NULL &&
		    i != info->hdr->e_shstrndx)
			forget_section(&info->sechdrs[i]);
		if (!STRICT_ELF && info->sechdrs[i].sh_type == SHT_SYMTAB)
			err = check_link(info, &info->sechdrs[i]);
		if (!err && !STRICT_ELF)
			err = check_place(info, i);
		if (!err)
			err = check_section(info, i);
	}
	return err;
}

static int check_places(const struct load_info *info)
{
	unsigned int i;
	int err = 0;

	for (i = 1; !err && i < info->hdr->e_shnum; i++)
		err = check_place(info, i);
	return err;
}

int elf_validity_check(struct load_info *info)
{
	int err = check_header(info);

	if (err)
		return err;
	info->sechdrs = (void *)info->hdr + info->hdr->e_shoff;
	if (STRICT_ELF) {
		err = check_first_section(info);
		if (!err)
			err = check_places(info);
		if (!err)
			err = check_name_table(info);
	} else {
		err = check_name_table(info);
		if (!err)
			err = check_first_section(info);
	}
	return err ? err : check_sections(info);
}

/* Sets where the strings of .modinfo are; the last has to end there. */
static int find_modinfo(struct load_info *info)
{
	const Elf_Shdr *s = &info->sechdrs[info->index.info];

	info->modinfo = (void *)info->hdr + s->sh_offset;
	info->modinfo_size = s->sh_size;
	/* Read wherever it is, also if it claims to have no content. */
	if (!lies_within(info, s) ||
	    (s->sh_size && info->modinfo[s->sh_size - 1])) {
		pr_err("ring3: section .modinfo is damaged\n");
		return -ENOEXEC;
	}
	return 0;
}

static int find_info(struct load_info *info)
{
	if (STRICT_ELF) {
		info->index.info = find_any_sec(info, ".modinfo");
		if (count_secs(info, ".modinfo") > 1) {
			pr_err("Only one .modinfo section must exist.\n");
			return -ENOEXEC;
		}
	} else {
		info->index.info = find_sec(info, ".modinfo");
	}
	if (!info->index.info)
		return 0;
	if (find_modinfo(info))
		return -ENOEXEC;
	info->name = get_modinfo(info, "name");
	return 0;
}

static int refuse_mod(const struct load_info *info, const char *why)
{
	pr_err("module %s: %s\n", name_or_missing(info), why);
	return -ENOEXEC;
}

static int check_mod_strictly(const struct load_info *info)
{
	const Elf_Shdr *s = &info->sechdrs[info->index.mod];

	if (count_secs(info, ".gnu.linkonce.this_module") != 1)
		return refuse_mod(
			info,
			"Exactly one .gnu.linkonce.this_module section must exist.");
	if (s->sh_type == SHT_NOBITS)
		return refuse_mod(
			info,
			".gnu.linkonce.this_module section must have a size set");
	if (!(s->sh_flags & SHF_ALLOC))
		return refuse_mod(
			info,
			".gnu.linkonce.this_module must occupy memory during process execution");
	if (s->sh_size != sizeof(struct module))
		return refuse_mod(
			info,
			".gnu.linkonce.this_module section size must match the kernel's built struct module size at run time");
	return 0;
}

static int find_mod(struct load_info *info)
{
	const Elf_Shdr *s;

	if (STRICT_ELF) {
		info->index.mod =
			find_any_sec(info, ".gnu.linkonce.this_module");
		return check_mod_strictly(info);
	}
	info->index.mod = find_sec(info, ".gnu.linkonce.this_module");
	if (!info->index.mod) {
		pr_warn("%s: No module found in object\n",
			name_or_missing(info));
		return -ENOEXEC;
	}
	s = &info->sechdrs[info->index.mod];
	if (s->sh_type == SHT_NOBITS) {
		pr_err("ring3: %s: struct module has no content\n",
		       name_or_missing(info));
		return -ENOEXEC;
	}
	if (s->sh_size != sizeof(struct module)) {
		pr_err("ring3: %s: struct module has %llu bytes there and %zu in this kernel\n",
		       name_or_missing(info), s->sh_size,
		       sizeof(struct module));
		return -ENOEXEC;
	}
	return 0;
}

static int find_symtab(struct load_info *info)
{
	unsigned int i, n = 0;

	for (i = 1; i < info->hdr->e_shnum; i++) {
		if (info->sechdrs[i].sh_type != SHT_SYMTAB)
			continue;
		if (!n++)
			info->index.sym = i;
	}
	if (!n || (STRICT_ELF && n > 1)) {
		pr_warn("%s: module has no symbols (stripped?)\n",
			name_or_missing(info));
		return -ENOEXEC;
	}
	return 0;
}

/* All names end within the table, so that nobody needs to look again. */
static int check_symbol_names(struct load_info *info)
{
	const Elf_Shdr *s = &info->sechdrs[info->index.sym];
	const Elf_Sym *sym = (void *)info->hdr + s->sh_offset;
	unsigned long i, n = s->sh_size / sizeof(*sym);

	if (s->sh_offset % __alignof__(*sym) || s->sh_addralign > PAGE_SIZE ||
	    !n || !info->strtab_size || info->strtab[info->strtab_size - 1])
		goto bad;
	for (i = 0; i < n; i++)
		if (sym[i].st_name >= info->strtab_size)
			goto bad;
	return 0;

bad:
	pr_err("ring3: %s: the symbol table is damaged\n",
	       name_or_missing(info));
	return -ENOEXEC;
}

static int find_strtab(struct load_info *info)
{
	const Elf_Shdr *s;

	info->index.str = info->sechdrs[info->index.sym].sh_link;
	if (STRICT_ELF && check_link(info, &info->sechdrs[info->index.sym]))
		return -ENOEXEC;
	s = &info->sechdrs[info->index.str];
	/* They are moved to where init's data is, and must not be found there
	 * as something else. */
	if (strcmp(section_name(info, &info->sechdrs[info->index.sym]),
		   ".symtab") ||
	    strcmp(section_name(info, s), ".strtab")) {
		pr_err("ring3: %s: the symbol table is damaged\n",
		       name_or_missing(info));
		return -ENOEXEC;
	}
	if (STRICT_ELF && s->sh_type != SHT_STRTAB) {
		pr_err("Invalid ELF symbol string table type: %u\n",
		       s->sh_type);
		return -ENOEXEC;
	}
	info->strtab = (void *)info->hdr + s->sh_offset;
	info->strtab_size = s->sh_type == SHT_NOBITS ? 0 : s->sh_size;
	return check_symbol_names(info);
}

/* Nothing but the name is believed of the file's structure: what it has else
 * comes by relocation, or is ours to fill in. */
static void clean_struct_module(struct module *mod)
{
	char name[MODULE_NAME_LEN];

	strscpy(name, mod->name, sizeof(name));
	memset(mod, 0, sizeof(*mod));
	strscpy(mod->name, name, sizeof(mod->name));
}

/* A name that is no string within struct module cannot be shown. */
static int name_module(struct load_info *info)
{
	const Elf_Shdr *own = &info->sechdrs[info->index.mod];
	u64 flags = own->sh_flags &
		    (SHF_WRITE | SHF_ALLOC | SHF_EXECINSTR | SHF_RO_AFTER_INIT);
	unsigned int i;

	if (flags != (SHF_WRITE | SHF_ALLOC))
		return refuse_mod(info, "struct module does not lie in data");
	/* Pointers into it carry flags in their lowest bits. */
	if (own->sh_addralign < __alignof__(struct module))
		return refuse_mod(info, "struct module is not aligned");

	/* It is written to. */
	for (i = 1; i < info->hdr->e_shnum; i++)
		if (i != info->index.mod &&
		    overlaps(&info->sechdrs[i], own->sh_offset, own->sh_size)) {
			pr_err("ring3: %s: section %u lies where struct module is\n",
			       name_or_missing(info), i);
			return -ENOEXEC;
		}
	info->mod = (void *)info->hdr + own->sh_offset;
	if (strnlen(info->mod->name, MODULE_NAME_LEN) == MODULE_NAME_LEN) {
		pr_err("ring3: %s: the name in struct module has no end\n",
		       name_or_missing(info));
		return -ENOEXEC;
	}
	clean_struct_module(info->mod);
	if (!info->name)
		info->name = info->mod->name;
	return 0;
}

int setup_load_info(struct load_info *info)
{
	int err = find_info(info);

	/* The two loaders look in a different order, which decides between two
	 * messages. */
	if (!err && STRICT_ELF)
		err = find_mod(info);
	if (!err)
		err = find_symtab(info);
	if (!err && !STRICT_ELF)
		err = find_mod(info);
	if (!err)
		err = find_strtab(info);
	if (!err)
		err = name_module(info);
	if (err)
		return err;
	if (!(info->flags & MODULE_INIT_IGNORE_MODVERSIONS))
		info->index.vers = find_sec(info, "__versions");
	info->index.pcpu = find_sec(info, ".data..percpu");
	return 0;
}

/* From here on a section's address is that of its content in the image. */
int rewrite_section_headers(struct load_info *info)
{
	unsigned int i;

	info->sechdrs[0].sh_addr = 0;
	for (i = 1; i < info->hdr->e_shnum; i++) {
		Elf_Shdr *s = &info->sechdrs[i];

		s->sh_addr = (unsigned long)info->hdr + s->sh_offset;
	}
	/* Read, but not kept. */
	info->sechdrs[info->index.vers].sh_flags &= ~(u64)SHF_ALLOC;
	info->sechdrs[info->index.info].sh_flags &= ~(u64)SHF_ALLOC;
	return 0;
}
