// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables that the kernel follows without looking: where a damaged or made-up
 * module would lead it astray, it is refused instead.
 *
 * Process context, once relocations are applied.  Each table's entries must
 * point to the module's own code and data, or to the kernel's where that can
 * be meant.  The kernel's loader has no such checks.
 */
#include <linux/bug.h>
#include <linux/jump_label.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/static_call.h>
#include <linux/trace_events.h>
#include <linux/tracepoint.h>
#include <asm/alternative.h>
#include <asm/sections.h>
#include "module/internal.h"

#define NAME_MAX_LEN 1024

struct check {
	struct module *mod;
	struct load_info *info;
	const char *section;
};

static int refuse(const struct check *c, const char *what, unsigned long at)
{
	pr_err("ring3: %s: entry %lu of section %s: %s\n", c->mod->name, at,
	       c->section, what);
	explain(c->info, "refused", "entry %lu of section %s: %s", at,
		c->section, what);
	return -ENOEXEC;
}

/* In the kernel's image, which other modules' data is not. */
static bool in_kernel(const void *p)
{
	unsigned long address = (unsigned long)p;

	return address >= (unsigned long)_text && address < (unsigned long)_end;
}

static bool in_data(const struct check *c, const void *p, size_t n)
{
	return within_module_memory(c->mod, p, n) || in_kernel(p);
}

/* Data of this module, of the kernel, or of another module whose exported
 * variable it may be. */
static bool in_any_data(const struct check *c, const void *p, size_t n)
{
	struct module *owner;

	if (in_data(c, p, n))
		return true;
	preempt_disable();
	owner = __module_address((unsigned long)p);
	preempt_enable();
	return owner;
}

static bool is_string(const struct check *c, const char *s)
{
	unsigned int n;

	for (n = 0; n < NAME_MAX_LEN; n++) {
		if (!within_module_memory(c->mod, s + n, 1))
			return false;
		if (!s[n])
			return true;
	}
	return false;
}

static bool in_code(const struct check *c, const void *p, size_t n)
{
	return within_module_code(c->mod, p, n);
}

/* Code of the module, or of the kernel. */
static bool is_function(const struct check *c, unsigned long p)
{
	struct module *owner;

	if (!p || in_code(c, (void *)p, 1) || in_kernel((void *)p))
		return true;
	preempt_disable();
	owner = __module_text_address(p);
	preempt_enable();
	return owner;
}

static int check_parameters(struct check *c)
{
	const struct kernel_param *kp = c->mod->kp;
	unsigned int i;

	c->section = "__param";
	for (i = 0; i < c->mod->num_kp; i++, kp++) {
		if (!is_string(c, kp->name))
			return refuse(c, "its name is no string", i);
		if (!kp->ops || !in_any_data(c, kp->ops, sizeof(*kp->ops)))
			return refuse(c, "its operations are nowhere", i);
		if (kp->mod != c->mod)
			return refuse(c, "it belongs to another module", i);
	}
	return 0;
}

static int check_export_table(struct check *c, const struct kernel_symbol *sym,
			      unsigned int n, const char *section,
			      const char *crcs, const s32 *crc)
{
	const Elf_Shdr *s = &c->info->sechdrs[find_sec(c->info, crcs)];
	unsigned int i;

	c->section = section;
	if (crc && s->sh_size / sizeof(*crc) < n)
		return refuse(c, "there are fewer checksums than symbols", n);
	for (i = 0; i < n; i++) {
		if (!is_string(c, export_name(&sym[i])))
			return refuse(c, "its name is no string", i);
		if (sym[i].namespace_offset &&
		    !is_string(c, offset_to_ptr(&sym[i].namespace_offset)))
			return refuse(c, "its namespace is no string", i);
	}
	return 0;
}

static int check_exports(struct check *c)
{
	struct module *mod = c->mod;
	int err = check_export_table(c, mod->syms, mod->num_syms, "__ksymtab",
				     "__kcrctab", mod->crcs);

	return err ? err
		   : check_export_table(c, mod->gpl_syms, mod->num_gpl_syms,
					"__ksymtab_gpl", "__kcrctab_gpl",
					mod->gpl_crcs);
}

static int check_jump_labels(struct check *c)
{
#ifdef CONFIG_JUMP_LABEL
	struct jump_entry *entry = c->mod->jump_entries;
	unsigned int i;

	c->section = "__jump_table";
	for (i = 0; i < c->mod->num_jump_entries; i++, entry++) {
		void *code = (void *)jump_entry_code(entry);
		void *target = (void *)jump_entry_target(entry);

		if (!in_code(c, code, 2))
			return refuse(c, "no code of the module", i);
		if (!in_code(c, target, 1))
			return refuse(c, "its target is no code", i);
		if (!in_any_data(c, jump_entry_key(entry),
				 sizeof(struct static_key)))
			return refuse(c, "its key is nowhere", i);
	}
#endif
	return 0;
}

static int check_static_calls(struct check *c)
{
#ifdef CONFIG_HAVE_STATIC_CALL_INLINE
	struct static_call_site *site = c->mod->static_call_sites;
	unsigned long key;
	int i;

	c->section = ".static_call_sites";
	for (i = 0; i < c->mod->num_static_call_sites; i++, site++) {
		key = (unsigned long)&site->key + site->key;
		/* The lowest bits are flags. */
		key &= ~3ul;
		if (!in_code(c, (void *)&site->addr + site->addr, 5))
			return refuse(c, "no code of the module", i);
		if (!in_any_data(c, (void *)key, sizeof(void *)))
			return refuse(c, "its key is nowhere", i);
	}
#endif
	return 0;
}

/* A table of relative places in the module's code. */
static int check_places(struct check *c, const char *section)
{
	unsigned int i, index = find_sec(c->info, section);
	const Elf_Shdr *s = &c->info->sechdrs[index];
	const s32 *place = (void *)s->sh_addr;

	c->section = section;
	if (!index)
		return 0;
	for (i = 0; i < s->sh_size / sizeof(*place); i++)
		if (!in_code(c, (void *)&place[i] + place[i], 1))
			return refuse(c, "no code of the module", i);
	return 0;
}

/* A table of addresses in the module's code. */
static int check_call_sites(struct check *c)
{
#ifdef CONFIG_FTRACE_MCOUNT_RECORD
	unsigned long *site = c->mod->ftrace_callsites;
	unsigned int i;

	c->section = FTRACE_CALLSITE_SECTION;
	for (i = 0; i < c->mod->num_ftrace_callsites; i++)
		if (!in_code(c, (void *)site[i], 5))
			return refuse(c, "no code of the module", i);
#endif
	return 0;
}

static int check_alternatives(struct check *c)
{
	unsigned int i, n, index = find_sec(c->info, ".altinstructions");
	const Elf_Shdr *s = &c->info->sechdrs[index];
	struct alt_instr *alt = (void *)s->sh_addr;

	c->section = ".altinstructions";
	n = index ? s->sh_size / sizeof(*alt) : 0;
	for (i = 0; i < n; i++, alt++) {
		void *instr = (void *)&alt->instr_offset + alt->instr_offset;
		void *repl = (void *)&alt->repl_offset + alt->repl_offset;

		if (!in_code(c, instr, alt->instrlen))
			return refuse(c, "no code of the module", i);
		if (!within_module_memory(c->mod, repl, alt->replacementlen))
			return refuse(c, "its replacement is nowhere", i);
		if (alt->replacementlen > alt->instrlen)
			return refuse(c, "its replacement does not fit", i);
	}
	return n && s->sh_size % sizeof(*alt)
		       ? refuse(c, "the last is cut short", n)
		       : 0;
}

/* A table of pointers to structures of @size. */
static int check_pointers(struct check *c, const char *section,
			  const void *const *table, unsigned int n, size_t size)
{
	unsigned int i;

	c->section = section;
	for (i = 0; i < n; i++)
		if (!in_any_data(c, table[i], size))
			return refuse(c, "it points to nowhere", i);
	return 0;
}

static int check_trace_events(struct check *c)
{
#ifdef CONFIG_EVENT_TRACING
	struct trace_event_call **call = c->mod->trace_events;
	unsigned int i;

	for (i = 0; i < c->mod->num_trace_events; i++, call++) {
		if (!in_data(c, (*call)->class, sizeof(*(*call)->class)))
			return refuse(c, "its class is nowhere", i);
		if ((*call)->event.funcs &&
		    !in_any_data(c, (*call)->event.funcs, sizeof(void *)))
			return refuse(c, "its functions are nowhere", i);
	}
#endif
	return 0;
}

#ifdef CONFIG_TRACEPOINTS
static int check_tracepoints(struct check *c)
{
	const tracepoint_ptr_t *entry = c->mod->tracepoints_ptrs;
	unsigned int i;

	c->section = "__tracepoints_ptrs";
	for (i = 0; i < c->mod->num_tracepoints; i++) {
		struct tracepoint *tp = tracepoint_ptr_deref(&entry[i]);

		if (!within_module_memory(c->mod, tp, sizeof(*tp)))
			return refuse(c, "it points to nowhere", i);
	}
	return 0;
}
#endif

#define POINTERS(c, section, member, count)                                    \
	check_pointers(c, section, (const void *const *)(c)->mod->member,      \
		       (c)->mod->count, sizeof(**(c)->mod->member))

static int check_tracing(struct check *c)
{
	int err = 0;

#ifdef CONFIG_TRACEPOINTS
	err = check_tracepoints(c);
	if (err)
		return err;
#endif
#ifdef CONFIG_EVENT_TRACING
	err = POINTERS(c, "_ftrace_events", trace_events, num_trace_events);
	if (!err)
		err = check_trace_events(c);
	if (!err)
		err = POINTERS(c, "_ftrace_eval_map", trace_evals,
			       num_trace_evals);
#endif
#ifdef CONFIG_TREE_SRCU
	if (!err)
		err = POINTERS(c, "___srcu_struct_ptrs", srcu_struct_ptrs,
			       num_srcu_structs);
#endif
	return err;
}

/* The two functions that are called by pointer. */
static int check_entry_points(struct check *c)
{
	c->section = ".gnu.linkonce.this_module";
	if (!is_function(c, (unsigned long)c->mod->init))
		return refuse(c, "init is no function", 0);
#ifdef CONFIG_MODULE_UNLOAD
	if (!is_function(c, (unsigned long)c->mod->exit))
		return refuse(c, "exit is no function", 0);
#endif
	return 0;
}

static int check_code_tables(struct check *c)
{
	static const char *const sections[] = {
		".retpoline_sites", ".return_sites", ".smp_locks",
		".call_sites",	    ".cfi_sites",    ".ibt_endbr_seal",
	};
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < ARRAY_SIZE(sections); i++)
		err = check_places(c, sections[i]);
	return err;
}

int check_tables(struct module *mod, struct load_info *info)
{
	static int (*const checks[])(struct check * c) = {
		check_parameters,   check_exports,    check_jump_labels,
		check_static_calls, check_call_sites, check_alternatives,
		check_code_tables,  check_tracing,    check_entry_points,
	};
	struct check c = {.mod = mod, .info = info};
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < ARRAY_SIZE(checks); i++)
		err = checks[i](&c);
	return err;
}
