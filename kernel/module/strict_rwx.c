// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rights of a module's memory: text may be read and executed, constants read,
 * data never executed.
 *
 * Process context.  Memory comes writable and not executable, so only what
 * differs from that is changed.
 */
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/set_memory.h>
#include "module/internal.h"

extern bool rodata_enabled;

typedef int set_memory_fn(unsigned long start, int pages);

int enforce_rwx_sections(struct load_info *info)
{
	const unsigned long wx = SHF_WRITE | SHF_EXECINSTR;
	unsigned int i;

	for (i = 0; i < info->hdr->e_shnum; i++) {
		if ((info->sechdrs[i].sh_flags & wx) != wx)
			continue;
		pr_err("%s: section %s (index %d) has invalid WRITE|EXEC flags\n",
		       info->mod->name, section_name(info, &info->sechdrs[i]),
		       i);
		return -ENOEXEC;
	}
	return 0;
}

static int set_rights(const void *start, const void *end, set_memory_fn *set)
{
	int pages = (end - start) >> PAGE_SHIFT;

	return start && pages ? set((unsigned long)start, pages) : 0;
}

#if HAVE_MODULE_MEMORY

static int set_piece(const struct module *mod, enum mod_mem_type type,
		     set_memory_fn *set)
{
	const void *base = mod->mem[type].base;

	return set_rights(base, base + mod->mem[type].size, set);
}

int protect_before_init(struct module *mod)
{
	int err = 0;

	if (rodata_enabled) {
		err = set_piece(mod, MOD_RODATA, set_memory_ro);
		if (!err)
			err = set_piece(mod, MOD_INIT_RODATA, set_memory_ro);
	}
	if (!err)
		err = set_piece(mod, MOD_TEXT, set_memory_rox);
	return err ? err : set_piece(mod, MOD_INIT_TEXT, set_memory_rox);
}

int protect_after_init(struct module *mod)
{
	int err;

	if (!rodata_enabled)
		return 0;
	err = set_piece(mod, MOD_RO_AFTER_INIT, set_memory_ro);
	if (err)
		pr_warn("%s: module_enable_rodata_ro_after_init() returned %d, ro_after_init data might still be writable\n",
			mod->name, err);
	return err;
}

#else

static int protect_layout(const struct module_layout *layout)
{
	const void *text_end = layout->base + layout->text_size;
	int err = 0;

	/* Text and constants lie side by side: one change of many pages. */
	if (rodata_enabled)
		err = set_rights(layout->base, layout->base + layout->ro_size,
				 set_memory_ro);
	return err ? err : set_rights(layout->base, text_end, set_memory_x);
}

int protect_before_init(struct module *mod)
{
	int err = protect_layout(&mod->core_layout);

	return err ? err : protect_layout(&mod->init_layout);
}

int protect_after_init(struct module *mod)
{
	const struct module_layout *core = &mod->core_layout;

	if (!rodata_enabled)
		return 0;
	return set_rights(core->base + core->ro_size,
			  core->base + core->ro_after_init_size, set_memory_ro);
}

#endif
