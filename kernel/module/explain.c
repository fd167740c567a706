// SPDX-License-Identifier: GPL-2.0-only
/*
 * The account of a load that --explain asks for: lines "module: key: value",
 * which the host lays out.
 *
 * Process context.  Keys: file, vermagic, license, signature, section, symbol,
 * redirected, relocations, parameter, depends, state, refused, error.
 */
#include <linux/kernel.h>
#include <linux/stdarg.h>
#include <linux/string.h>
#include "module/internal.h"

#define LINE_MAX 512

void explain(const struct load_info *info, const char *key, const char *format,
	     ...)
{
	char line[LINE_MAX];
	va_list args;
	int n;

	if (!explaining())
		return;
	n = scnprintf(line, sizeof(line), "%s: %s: ", info->name ?: "?", key);
	va_start(args, format);
	n += vscnprintf(line + n, sizeof(line) - n - 1, format, args);
	va_end(args);
	line[n++] = '\n';
	host_explain(line, n);
}

static const char *part_name(enum module_part part)
{
	static const char *const names[NR_PARTS] = {
		[PART_TEXT] = "text",
		[PART_RODATA] = "read-only",
		[PART_RO_AFTER_INIT] = "read-only after init",
		[PART_DATA] = "data",
		[PART_INIT_TEXT] = "init text",
		[PART_INIT_RODATA] = "init read-only",
		[PART_INIT_DATA] = "init data",
	};

	return part < NR_PARTS ? names[part] : "not kept";
}

/* section: NAME SIZE ADDRESS PART */
void explain_sections(const struct load_info *info)
{
	unsigned int i;

	if (!explaining())
		return;
	for (i = 1; i < info->hdr->e_shnum; i++) {
		const Elf_Shdr *s = &info->sechdrs[i];

		if (s->sh_flags & SHF_ALLOC && s->sh_size)
			explain(info, "section", "%s %llu 0x%llx %s",
				section_name(info, s), s->sh_size, s->sh_addr,
				part_name(PLACE_PART(s->sh_entsize)));
	}
	if (info->index.pcpu)
		explain(info, "section", "%s %llu 0x%lx per-CPU",
			".data..percpu",
			info->sechdrs[info->index.pcpu].sh_size,
			(unsigned long)info->mod->percpu);
}

static const char *relocation_name(unsigned int type)
{
	switch (type) {
	case R_X86_64_64:
		return "R_X86_64_64";
	case R_X86_64_32:
		return "R_X86_64_32";
	case R_X86_64_32S:
		return "R_X86_64_32S";
	case R_X86_64_PC32:
		return "R_X86_64_PC32";
	case R_X86_64_PLT32:
		return "R_X86_64_PLT32";
	case R_X86_64_PC64:
		return "R_X86_64_PC64";
	}
	return "others";
}

/* Types that x86-64 knows are small numbers. */
#define NR_TYPES 64

static void count_relocations(const Elf_Shdr *s, unsigned int *count)
{
	const Elf_Rela *rel = (void *)s->sh_addr;
	const Elf_Rela *end = rel + s->sh_size / sizeof(*rel);

	for (; rel < end; rel++)
		count[min_t(unsigned int, ELF_R_TYPE(rel->r_info),
			    NR_TYPES - 1)]++;
}

/* relocations: SECTION TYPE COUNT */
void explain_relocations(const struct load_info *info)
{
	unsigned int i, type, count[NR_TYPES];

	if (!explaining())
		return;
	for (i = 1; i < info->hdr->e_shnum; i++) {
		const Elf_Shdr *s = &info->sechdrs[i];

		if (s->sh_type != SHT_RELA ||
		    s->sh_info >= info->hdr->e_shnum ||
		    !(info->sechdrs[s->sh_info].sh_flags & SHF_ALLOC))
			continue;
		memset(count, 0, sizeof(count));
		count_relocations(s, count);
		for (type = 1; type < NR_TYPES; type++)
			if (count[type])
				explain(info, "relocations", "%s %s %u",
					section_name(info,
						     &info->sechdrs[s->sh_info]),
					relocation_name(type), count[type]);
	}
}

/* parameter: NAME = VALUE, as sysfs would show it */
void explain_parameters(const struct load_info *info, const struct module *mod)
{
	unsigned int i;
	char *value;
	int n;

	if (!explaining() || !mod->num_kp)
		return;
	value = (char *)__get_free_page(GFP_KERNEL | __GFP_ZERO);
	for (i = 0; value && i < mod->num_kp; i++) {
		const struct kernel_param *kp = &mod->kp[i];

		kernel_param_lock(kp->mod);
		n = kp->ops->get ? kp->ops->get(value, kp) : -EPERM;
		kernel_param_unlock(kp->mod);
		value[n > 0 ? n : 0] = 0;
		explain(info, "parameter", "%s = %s", kp->name,
			n >= 0 ? strim(value) : "(cannot be read)");
	}
	free_page((unsigned long)value);
}
