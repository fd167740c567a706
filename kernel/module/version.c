// SPDX-License-Identifier: GPL-2.0-only
/*
 * Module versions: the checksum of every imported symbol's type, and the
 * vermagic string.
 *
 * Process context; check_version() is called with module_mutex held.
 */
#include <linux/printk.h>
#include <linux/string.h>
#include "module/internal.h"

/* The kernel's own string; <linux/vermagic.h> is not for us to include. */
extern const char vermagic[];

const char *kernel_vermagic(void)
{
	return vermagic;
}

/* The kernel's release does not matter where every symbol has a checksum. */
int same_magic(const char *amagic, const char *bmagic, bool has_crcs)
{
	if (has_crcs) {
		amagic += strcspn(amagic, " ");
		bmagic += strcspn(bmagic, " ");
	}
	return !strcmp(amagic, bmagic);
}

static bool names(const struct modversion_info *v, const char *symname)
{
	return !strncmp(v->name, symname, sizeof(v->name));
}

/*
 * The entry for @symname, or NULL.  They come mostly in the order in which
 * symbols are looked up, so the search begins behind the last one found.
 */
static const struct modversion_info *find_version(struct load_info *info,
						  const char *symname)
{
	const Elf_Shdr *s = &info->sechdrs[info->index.vers];
	const struct modversion_info *v = (void *)s->sh_addr;
	unsigned int i, at, n = s->sh_size / sizeof(*v);

	if (s->sh_type == SHT_NOBITS)
		return NULL;
	for (i = 0; i < n; i++) {
		at = info->next_version + i;
		if (at >= n)
			at -= n;
		if (!names(&v[at], symname))
			continue;
		info->next_version = at + 1 < n ? at + 1 : 0;
		return &v[at];
	}
	return NULL;
}

/* Whether the module was built against a symbol of this type.  @crc: NULL when
 * whoever exports it has none, and is a reason for taint already. */
int check_version(struct load_info *info, const char *symname,
		  struct module *mod, const s32 *crc)
{
	const struct modversion_info *v;

	if (!crc)
		return 1;
	/* What modprobe --force does to a module. */
	if (!info->index.vers)
		return !try_to_force_load(mod, symname);
	v = find_version(info, symname);
	if (!v) {
		pr_warn("%s: no symbol version for %s\n", info->name, symname);
		explain(info, "refused", "no checksum for symbol %s", symname);
		return 0;
	}
	if (v->crc == (u32)*crc)
		return 1;
	pr_warn("%s: disagrees about version of symbol %s\n", info->name,
		symname);
	explain(info, "refused",
		"symbol %s: built against checksum 0x%08lx, here it is 0x%08x",
		symname, v->crc, (u32)*crc);
	return 0;
}

/* Whether struct module and its kin are the same there and here. */
int check_modstruct_version(struct load_info *info)
{
	struct export layout;
	bool found;

	mutex_lock(&module_mutex);
	found = find_export("module_layout", true, &layout);
	mutex_unlock(&module_mutex);
	if (!found) {
		pr_err("ring3: this kernel does not export module_layout\n");
		return 0;
	}
	return check_version(info, "module_layout", info->mod, layout.crc);
}
