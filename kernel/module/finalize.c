// SPDX-License-Identifier: GPL-2.0-only
/*
 * What remains to be done to a relocated module: tables sorted, code patched
 * to suit this processor, unwind data handed over.
 *
 * Process context, before anything of the module runs.
 */
#include <linux/extable.h>
#include <linux/moduleloader.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <asm/orc_types.h>
#include "module/internal.h"

/* Where one entry of the unwind tables comes from. */
struct orc {
	unsigned long ip;
	struct orc_entry entry;
};

struct orc_tables {
	int *ip; /* relative to the place that holds it */
	struct orc_entry *entry;
	unsigned int n;
};

/* A gap: it comes before a real entry of the same address, so that a look-up
 * skips it. */
static bool is_terminator(const struct orc_entry *entry)
{
#ifdef ORC_TYPE_UNDEFINED
	return entry->type == ORC_TYPE_UNDEFINED;
#else
	return entry->sp_reg == ORC_REG_UNDEFINED && !entry->end;
#endif
}

static bool comes_before(const struct orc *a, const struct orc *b)
{
	if (a->ip != b->ip)
		return a->ip < b->ip;
	return is_terminator(&a->entry) && !is_terminator(&b->entry);
}

static unsigned int run_length(const struct orc *orc, unsigned int n)
{
	unsigned int i = 1;

	while (i < n && !comes_before(&orc[i], &orc[i - 1]))
		i++;
	return i;
}

static void merge(struct orc *to, const struct orc *a, unsigned int na,
		  const struct orc *b, unsigned int nb)
{
	while (na && nb) {
		if (comes_before(b, a)) {
			*to++ = *b++;
			nb--;
		} else {
			*to++ = *a++;
			na--;
		}
	}
	memcpy(to, a, na * sizeof(*a));
	memcpy(to + na, b, nb * sizeof(*b));
}

/*
 * The entries of each section of code are in order, so few long runs are to be
 * merged.  @spare: as large; returns the one of the two that holds the result.
 */
static struct orc *sort_runs(struct orc *orc, struct orc *spare, unsigned int n)
{
	unsigned int at, a, b;

	while (run_length(orc, n) < n) {
		for (at = 0; at < n; at += a + b) {
			a = run_length(orc + at, n - at);
			b = at + a < n ? run_length(orc + at + a, n - at - a)
				       : 0;
			merge(spare + at, orc + at, a, orc + at + a, b);
		}
		swap(orc, spare);
	}
	return orc;
}

static void read_orc(const struct orc_tables *tables, struct orc *orc)
{
	unsigned int i;

	for (i = 0; i < tables->n; i++) {
		orc[i].ip = (unsigned long)&tables->ip[i] + tables->ip[i];
		orc[i].entry = tables->entry[i];
	}
}

static void write_orc(const struct orc_tables *tables, const struct orc *orc)
{
	unsigned int i;

	for (i = 0; i < tables->n; i++) {
		tables->ip[i] = orc[i].ip - (unsigned long)&tables->ip[i];
		tables->entry[i] = orc[i].entry;
	}
}

static int sort_orc(const struct orc_tables *tables)
{
	struct orc *orc =
		kvmalloc_array(2 * (size_t)tables->n, sizeof(*orc), GFP_KERNEL);
	struct orc *sorted;

	if (!orc)
		return -ENOMEM;
	read_orc(tables, orc);
	sorted = sort_runs(orc, orc + tables->n, tables->n);
	write_orc(tables, sorted);
	kvfree(orc);
	return 0;
}

/* The unwinder finds a module's entries through struct module. */
static int set_up_orc(struct module *mod, struct load_info *info,
		      const Elf_Shdr *ip, const Elf_Shdr *entry)
{
	struct orc_tables tables = {
		.ip = (void *)ip->sh_addr,
		.entry = (void *)entry->sh_addr,
		.n = ip->sh_size / sizeof(*tables.ip),
	};
	int err;

	if (entry->sh_size % sizeof(*tables.entry) ||
	    entry->sh_size / sizeof(*tables.entry) != tables.n) {
		pr_err("ring3: %s: the unwind tables do not fit together\n",
		       mod->name);
		return -ENOEXEC;
	}
	if (!tables.n)
		return 0;
	err = sort_orc(&tables);
	if (err)
		return err;
	mod->arch.orc_unwind_ip = tables.ip;
	mod->arch.orc_unwind = tables.entry;
	mod->arch.num_orcs = tables.n;
	return 0;
}

/*
 * Patches the code by the kernel's own function, which goes by the sections'
 * names: that of the unwind tables is taken away from it, since it sorts them
 * by a general function that is many times slower.
 */
static int finalize(struct module *mod, struct load_info *info)
{
	unsigned int i = find_sec(info, ".orc_unwind_ip");
	unsigned int k = find_sec(info, ".orc_unwind");
	Elf_Shdr *ip = &info->sechdrs[i], *entry = &info->sechdrs[k];
	Elf_Shdr *returns = &info->sechdrs[find_sec(info, ".return_sites")];
	u32 name = ip->sh_name;
	u32 none = info->sechdrs[info->hdr->e_shstrndx].sh_size - 1;
	int err;

	/* Returns that lead to us are not for the kernel to patch. */
	if (ring3_kernel.options & RING3_OPTION_SCHEDULES && returns->sh_size)
		returns->sh_name = none;

	if (i && k) {
		err = set_up_orc(mod, info, ip, entry);
		if (err)
			return err;
		ip->sh_name = none;
	}
	err = module_finalize(info->hdr, info->sechdrs, mod);
	ip->sh_name = name;
	return err;
}

int post_relocation(struct module *mod, struct load_info *info)
{
	int err = check_tables(mod, info);

	if (err)
		return err;
	sort_extable(mod->extable, mod->extable + mod->num_exentries);
	percpu_modcopy(mod, info);
	add_kallsyms(mod, info);
	err = finalize(mod, info);
	if (err)
		return err;
	err = check_tables_late(mod, info);
	if (err)
		module_arch_cleanup(mod);
	return err;
}
