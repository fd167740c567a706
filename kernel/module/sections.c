// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sections that the kernel wants to know of: tables that the compiler and
 * the headers make, and per-CPU data.
 *
 * Process context.  struct module has a member for each that the target's
 * configuration provides for.
 */
#include <linux/bpf.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/srcu.h>
#include <linux/static_call.h>
#include <linux/trace_events.h>
#include <linux/tracepoint.h>
#include <linux/jump_label.h>
#include <linux/ftrace.h>
#include "module/internal.h"

/* The section's address and how many of @size it holds; NULL without. */
static void *objects(const struct load_info *info, unsigned int sec,
		     size_t size, unsigned int *n)
{
	const Elf_Shdr *s = &info->sechdrs[sec];

	*n = sec ? s->sh_size / size : 0;
	return sec ? (void *)s->sh_addr : NULL;
}

#define SECTION(name, pointer, count)                                          \
	do {                                                                   \
		unsigned int n_;                                               \
		*(void **)&mod->pointer = objects(info, find_sec(info, name),  \
						  sizeof(*mod->pointer), &n_); \
		mod->count = n_;                                               \
	} while (0)

static void *section_addr(const struct load_info *info, const char *name)
{
	unsigned int n;

	return objects(info, find_sec(info, name), 1, &n);
}

static void find_exports(struct module *mod, struct load_info *info)
{
	SECTION("__ksymtab", syms, num_syms);
	SECTION("__ksymtab_gpl", gpl_syms, num_gpl_syms);
	*(void **)&mod->crcs = section_addr(info, "__kcrctab");
	*(void **)&mod->gpl_crcs = section_addr(info, "__kcrctab_gpl");
}

static int find_constructors(struct module *mod, struct load_info *info)
{
#ifdef CONFIG_CONSTRUCTORS
	SECTION(".ctors", ctors, num_ctors);
	if (!mod->ctors) {
		SECTION(".init_array", ctors, num_ctors);
	} else if (find_sec(info, ".init_array")) {
		pr_warn("%s: has both .ctors and .init_array.\n", mod->name);
		return -EINVAL;
	}
#endif
	return 0;
}

static void find_code(struct module *mod, struct load_info *info)
{
	unsigned int n;

	mod->noinstr_text_start =
		objects(info, find_sec(info, ".noinstr.text"), 1, &n);
	mod->noinstr_text_size = n;
#ifdef CONFIG_KPROBES
	mod->kprobes_text_start =
		objects(info, find_sec(info, ".kprobes.text"), 1, &n);
	mod->kprobes_text_size = n;
	SECTION("_kprobe_blacklist", kprobe_blacklist, num_kprobe_blacklist);
#endif
	SECTION("__ex_table", extable, num_exentries);
#ifdef CONFIG_JUMP_LABEL
	SECTION("__jump_table", jump_entries, num_jump_entries);
#endif
#ifdef CONFIG_HAVE_STATIC_CALL_INLINE
	SECTION(".static_call_sites", static_call_sites, num_static_call_sites);
#endif
#ifdef CONFIG_FTRACE_MCOUNT_RECORD
	SECTION(FTRACE_CALLSITE_SECTION, ftrace_callsites,
		num_ftrace_callsites);
#endif
#ifdef CONFIG_FUNCTION_ERROR_INJECTION
	SECTION("_error_injection_whitelist", ei_funcs, num_ei_funcs);
#endif
}

static void find_tracing(struct module *mod, struct load_info *info)
{
#ifdef CONFIG_TRACEPOINTS
	SECTION("__tracepoints_ptrs", tracepoints_ptrs, num_tracepoints);
#endif
#ifdef CONFIG_TREE_SRCU
	SECTION("___srcu_struct_ptrs", srcu_struct_ptrs, num_srcu_structs);
#endif
#ifdef CONFIG_BPF_EVENTS
	SECTION("__bpf_raw_tp_map", bpf_raw_events, num_bpf_raw_events);
#endif
#ifdef CONFIG_EVENT_TRACING
	SECTION("_ftrace_events", trace_events, num_trace_events);
	SECTION("_ftrace_eval_map", trace_evals, num_trace_evals);
#endif
#ifdef CONFIG_TRACING
	SECTION("__trace_printk_fmt", trace_bprintk_fmt_start,
		num_trace_bprintk_fmt);
#endif
#ifdef CONFIG_PRINTK_INDEX
	SECTION(".printk_index", printk_index_start, printk_index_size);
#endif
#if IS_ENABLED(CONFIG_KUNIT)
	SECTION(".kunit_test_suites", kunit_suites, num_kunit_suites);
#endif
}

static void find_dynamic_debug(struct module *mod, struct load_info *info)
{
#ifdef CONFIG_DYNAMIC_DEBUG_CORE
#if HAVE_MODULE_MEMORY
	struct _ddebug_info *dyndbg = &mod->dyndbg_info;
#else
	struct _ddebug_info *dyndbg = &info->dyndbg;
#endif
	unsigned int n;

	dyndbg->descs = objects(info, find_sec(info, "__dyndbg"),
				sizeof(*dyndbg->descs), &n);
	dyndbg->num_descs = n;
	dyndbg->classes = objects(info, find_sec(info, "__dyndbg_classes"),
				  sizeof(*dyndbg->classes), &n);
	dyndbg->num_classes = n;
#endif
}

#ifdef CONFIG_DEBUG_INFO_BTF_MODULES

/* Type information is read from the image: it is not kept.  What claims to
 * have no content there has none. */
static void *type_information(const struct load_info *info, const char *name,
			      unsigned int *n)
{
	unsigned int sec = find_any_sec(info, name);
	const Elf_Shdr *s = &info->sechdrs[sec];

	if (s->sh_type == SHT_NOBITS && !(s->sh_flags & SHF_ALLOC))
		sec = 0;
	return objects(info, sec, 1, n);
}

static void find_btf(struct module *mod, struct load_info *info)
{
	unsigned int n;

	mod->btf_data = type_information(info, ".BTF", &n);
	mod->btf_data_size = n;
#if HAVE_MODULE_MEMORY
	mod->btf_base_data = type_information(info, ".BTF.base", &n);
	mod->btf_base_data_size = n;
#endif
}

#else
static void find_btf(struct module *mod, struct load_info *info)
{
}
#endif

int find_module_sections(struct module *mod, struct load_info *info)
{
	int err;

	SECTION("__param", kp, num_kp);
	find_exports(mod, info);
	err = find_constructors(mod, info);
	if (err)
		return err;
	find_code(mod, info);
	find_tracing(mod, info);
	find_btf(mod, info);
	if (section_addr(info, "__obsparm"))
		pr_warn("%s: Ignoring obsolete parameters\n", mod->name);
	find_dynamic_debug(mod, info);
	return 0;
}

int percpu_modalloc(struct module *mod, struct load_info *info)
{
	const Elf_Shdr *s = &info->sechdrs[info->index.pcpu];
	unsigned long align = s->sh_addralign ?: 1;

	if (!info->index.pcpu || !s->sh_size)
		return 0;
	if (align > PAGE_SIZE) {
		pr_warn("%s: per-cpu alignment %li > %li\n", mod->name, align,
			PAGE_SIZE);
		align = PAGE_SIZE;
	}
	mod->percpu = __alloc_reserved_percpu(s->sh_size, align);
	if (!mod->percpu) {
		pr_warn("%s: Could not allocate %lu bytes percpu data\n",
			mod->name, (unsigned long)s->sh_size);
		return -ENOMEM;
	}
	mod->percpu_size = s->sh_size;
	return 0;
}

void percpu_modcopy(struct module *mod, struct load_info *info)
{
	const Elf_Shdr *s = &info->sechdrs[info->index.pcpu];
	int cpu;

	if (!mod->percpu)
		return;
	for_each_possible_cpu(cpu) {
		void *to = per_cpu_ptr(mod->percpu, cpu);

		if (s->sh_type == SHT_NOBITS)
			memset(to, 0, s->sh_size);
		else
			memcpy(to, (void *)s->sh_addr, s->sh_size);
	}
}
