// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables that the kernel follows without looking: where a damaged or made-up
 * module would lead it astray, it is refused instead.
 *
 * Process context, once relocations are applied.  Each table's entries must
 * point to the module's own code and data, or to the kernel's where that can
 * be meant.  The kernel's loader has no such checks.
 */
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <asm/processor.h>
#include <asm/sections.h>
#include "module/tables.h"

int table_refuse(const struct table_check *c, const char *what,
		 unsigned long at)
{
	pr_err("ring3: %s: entry %lu of section %s: %s\n", c->mod->name, at,
	       c->section, what);
	explain(c->info, "refused", "entry %lu of section %s: %s", at,
		c->section, what);
	return -ENOEXEC;
}

bool table_in_kernel(const void *p)
{
	unsigned long address = (unsigned long)p;

	return address >= (unsigned long)_text && address < (unsigned long)_end;
}

bool table_own(const struct table_check *c, const void *p, size_t n)
{
	return within_module_memory(c->mod, p, n);
}

bool table_code(const struct table_check *c, const void *p, size_t n)
{
	return within_module_code(c->mod, p, n);
}

/* A stretch of the module's memory. */
struct stretch {
	const void *low;
	unsigned long size;
};

/*
 * Before init has run, what becomes read-only after it still is writable.
 * Returns how many there are.
 */
#if HAVE_MODULE_MEMORY
#define MAX_STRETCHES MOD_MEM_NUM_TYPES

static unsigned int stretches(const struct module *mod, bool writable,
			      struct stretch *s)
{
	unsigned int type, n = 0;

	for (type = 0; type < MOD_MEM_NUM_TYPES; type++) {
		if (writable && type != MOD_DATA && type != MOD_RO_AFTER_INIT &&
		    type != MOD_INIT_DATA)
			continue;
		s[n++] = (struct stretch){mod->mem[type].base,
					  mod->mem[type].size};
	}
	return n;
}
#else
#define MAX_STRETCHES 2

static unsigned int stretches(const struct module *mod, bool writable,
			      struct stretch *s)
{
	const struct module_layout *layout[] = {&mod->core_layout,
						&mod->init_layout};
	unsigned int i, low;

	for (i = 0; i < ARRAY_SIZE(layout); i++) {
		low = writable ? layout[i]->ro_size : 0;
		s[i] = (struct stretch){layout[i]->base + low,
					layout[i]->size - low};
	}
	return i;
}
#endif

/* How many bytes of the module there are from @p on. */
static unsigned long room(const struct module *mod, const void *p,
			  bool writable)
{
	struct stretch s[MAX_STRETCHES];
	unsigned int i, n = stretches(mod, writable, s);

	for (i = 0; i < n; i++) {
		unsigned long offset =
			(unsigned long)p - (unsigned long)s[i].low;

		if (s[i].size && offset < s[i].size)
			return s[i].size - offset;
	}
	return 0;
}

bool table_writable(const struct table_check *c, const void *p, size_t n)
{
	const struct table_range *r;

	for (r = c->reserved; r < c->reserved + c->nr_reserved; r++)
		if (p < r->high && r->low < p + n)
			return false;
	return room(c->mod, p, true) >= n;
}

bool table_string(const struct table_check *c, const char *s)
{
	unsigned long n = room(c->mod, s, false);

	return strnlen(s, n) < n;
}

static bool in_other_module(const void *p)
{
	struct module *owner;

	preempt_disable();
	owner = __module_address((unsigned long)p);
	preempt_enable();
	return owner;
}

bool table_any_data(const struct table_check *c, const void *p, size_t n)
{
	return table_own(c, p, n) || table_in_kernel(p) || in_other_module(p);
}

bool table_function(const struct table_check *c, const void *p)
{
	struct module *owner;

	if (!p || table_code(c, p, 1) || core_kernel_text((unsigned long)p))
		return true;
	preempt_disable();
	owner = __module_text_address((unsigned long)p);
	preempt_enable();
	return owner;
}

int table_array(struct table_check *c, const char *name, size_t size,
		void **table, unsigned int *n)
{
	unsigned int index = find_sec(c->info, name);
	const Elf_Shdr *s = &c->info->sechdrs[index];

	c->section = name;
	*n = index ? s->sh_size / size : 0;
	*table = (void *)s->sh_addr;
	return index && s->sh_size % size
		       ? table_refuse(c, "the last is cut short", *n)
		       : 0;
}

/*
 * The kernel looks these up by name alone: one that is there twice, or that is
 * not loaded, it would take nevertheless.
 */
static int check_single(struct table_check *c)
{
	static const char *const names[] = {
		".altinstructions", ".smp_locks",     ".parainstructions",
		".orc_unwind",	    ".orc_unwind_ip", ".retpoline_sites",
		".return_sites",    ".call_sites",    ".cfi_sites",
		".ibt_endbr_seal",  "__bug_table",
	};
	const struct load_info *info = c->info;
	unsigned int i, k, seen = 0;

	for (i = 1; i < info->hdr->e_shnum; i++) {
		const Elf_Shdr *s = &info->sechdrs[i];
		const char *name = section_name(info, s);

		if (*name != '.' && *name != '_')
			continue;
		for (k = 0; k < ARRAY_SIZE(names); k++)
			if (section_is(info, s, names[k]))
				break;
		if (k == ARRAY_SIZE(names))
			continue;
		c->section = names[k];
		if (seen & 1u << k)
			return table_refuse(c, "it is there twice", 0);
		if (!(s->sh_flags & SHF_ALLOC))
			return table_refuse(c, "it is not loaded", 0);
		seen |= 1u << k;
	}
	return 0;
}

/* What the kernel writes to. */
static int check_writable(struct table_check *c)
{
	static const char *const names[] = {
		"__jump_table", ".static_call_sites", "__bug_table",
		"__dyndbg",	"__dyndbg_classes",   "__trace_printk_fmt",
	};
	unsigned int i, index;

	c->section = ".gnu.linkonce.this_module";
	if (room(c->mod, c->mod, true) < sizeof(*c->mod))
		return table_refuse(c, "it cannot be written to", 0);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		const Elf_Shdr *s;

		c->section = names[i];
		index = find_sec(c->info, names[i]);
		s = &c->info->sechdrs[index];
		if (index && s->sh_size &&
		    room(c->mod, (void *)s->sh_addr, true) < s->sh_size)
			return table_refuse(c, "it cannot be written to", 0);
	}
	return 0;
}

static bool is_operations(const struct table_check *c,
			  const struct kernel_param_ops *ops)
{
	return ops && table_any_data(c, ops, sizeof(*ops)) &&
	       !(ops->flags & ~KERNEL_PARAM_OPS_FL_NOARG) &&
	       table_function(c, ops->set) && table_function(c, ops->get) &&
	       table_function(c, ops->free);
}

/* A parameter that is an array: of what, and where. */
static bool is_array(const struct table_check *c, const struct kparam_array *a)
{
	if (!table_own(c, a, sizeof(*a)) || !is_operations(c, a->ops) ||
	    (a->num && !table_writable(c, a->num, sizeof(*a->num))))
		return false;
	return table_writable(c, a->elem, (size_t)a->max * a->elemsize);
}

static int check_parameters(struct table_check *c)
{
	const struct kernel_param *kp = c->mod->kp;
	unsigned int i;

	c->section = "__param";
	for (i = 0; i < c->mod->num_kp; i++, kp++) {
		if (!table_string(c, kp->name))
			return table_refuse(c, "its name is no string", i);
		if (!is_operations(c, kp->ops))
			return table_refuse(c, "its operations are nowhere", i);
		if (kp->ops == &param_array_ops && !is_array(c, kp->arr))
			return table_refuse(c, "its array is nowhere", i);
		if (kp->mod != c->mod)
			return table_refuse(c, "it belongs to another module",
					    i);
	}
	return 0;
}

static int check_export_table(struct table_check *c,
			      const struct kernel_symbol *sym, unsigned int n,
			      const char *section, const char *crcs,
			      const s32 *crc)
{
	const Elf_Shdr *s = &c->info->sechdrs[find_sec(c->info, crcs)];
	unsigned int i;

	c->section = section;
	if (crc && s->sh_size / sizeof(*crc) < n)
		return table_refuse(c, "there are fewer checksums than symbols",
				    n);
	for (i = 0; i < n; i++) {
		if (!table_string(c, export_name(&sym[i])))
			return table_refuse(c, "its name is no string", i);
		if (sym[i].namespace_offset &&
		    !table_string(c, offset_to_ptr(&sym[i].namespace_offset)))
			return table_refuse(c, "its namespace is no string", i);
	}
	return 0;
}

static int check_exports(struct table_check *c)
{
	struct module *mod = c->mod;
	int err = check_export_table(c, mod->syms, mod->num_syms, "__ksymtab",
				     "__kcrctab", mod->crcs);

	return err ? err
		   : check_export_table(c, mod->gpl_syms, mod->num_gpl_syms,
					"__ksymtab_gpl", "__kcrctab_gpl",
					mod->gpl_crcs);
}

/* The two functions that are called by pointer. */
static int check_entry_points(struct table_check *c)
{
	c->section = ".gnu.linkonce.this_module";
	if (!table_function(c, c->mod->init))
		return table_refuse(c, "init is no function", 0);
#ifdef CONFIG_MODULE_UNLOAD
	if (!table_function(c, c->mod->exit))
		return table_refuse(c, "exit is no function", 0);
#endif
	return 0;
}

static void reserve(struct table_check *c, const void *low, const void *high)
{
	c->reserved[c->nr_reserved++] = (struct table_range){low, high};
}

/*
 * The kernel writes to some structures that a module has, before it has read
 * all tables: where a table lies is no such structure, nor are the symbols
 * behind the last section of each part.
 */
static void reserve_all(struct table_check *c)
{
	static const char *const names[] = {
		"__jump_table",	       ".static_call_sites", "__bug_table",
		"__trace_printk_fmt",  "_ftrace_events",     "_ftrace_eval_map",
		"___srcu_struct_ptrs", "__tracepoints_ptrs", "__param",
		"__dyndbg_classes",    "__bpf_raw_tp_map",   "__mcount_loc",
	};
	struct load_info *info = c->info;
	void *init = part_base(c->mod, PART_INIT_DATA);
	void *data = part_base(c->mod, PART_DATA);
	unsigned int i, index;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		const Elf_Shdr *s;

		index = find_sec(info, names[i]);
		s = &info->sechdrs[index];
		if (index && s->sh_size)
			reserve(c, (void *)s->sh_addr,
				(void *)s->sh_addr + s->sh_size);
	}
	reserve(c, c->mod, c->mod + 1);
	reserve(c, data + info->symoffs, data + *part_size(c->mod, PART_DATA));
	reserve(c, (void *)info->sechdrs[info->index.sym].sh_addr,
		init + *part_size(c->mod, PART_INIT_DATA));
}

static int run_checks(struct module *mod, struct load_info *info,
		      int (*const *checks)(struct table_check *),
		      unsigned int n)
{
	struct table_check c = {.mod = mod, .info = info};
	unsigned int i;
	int err = 0;

	reserve_all(&c);
	for (i = 0; !err && i < n; i++)
		err = checks[i](&c);
	table_claims_free(&c);
	return err;
}

int check_tables(struct module *mod, struct load_info *info)
{
	static int (*const checks[])(struct table_check *) = {
		check_single,  check_writable,	   check_parameters,
		check_exports, check_patch_tables, check_entry_points,
	};

	return run_checks(mod, info, checks, ARRAY_SIZE(checks));
}

int check_tables_late(struct module *mod, struct load_info *info)
{
	static int (*const checks[])(struct table_check *) = {
		check_trace_tables,
		check_late_tables,
		check_claims,
	};

	return run_checks(mod, info, checks, ARRAY_SIZE(checks));
}
