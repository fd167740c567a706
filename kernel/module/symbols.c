// SPDX-License-Identifier: GPL-2.0-only
/*
 * Symbols: who exports them, who may use them, and who then uses whom.
 *
 * The kernel's own exports are found through a hash table that is built once,
 * before the snapshot; those of modules by search in each.  Process context;
 * what touches the list of modules holds module_mutex.
 */
#include <linux/bsearch.h>
#include <linux/delay.h>
#include <linux/hash.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/stringhash.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>
#include "check/calls.h"
#include "check/check.h"
#include "check/fault.h"
#include "check/schedule.h"
#include "module/import.h"
#include "module/internal.h"
#include "sanitize/runtime.h"
#include "sanitize/sanitize.h"

extern const struct kernel_symbol __start___ksymtab[], __stop___ksymtab[];
extern const struct kernel_symbol __start___ksymtab_gpl[];
extern const struct kernel_symbol __stop___ksymtab_gpl[];
extern const s32 __start___kcrctab[], __start___kcrctab_gpl[];

/* How long a symbol of a module that is still in its init is waited for. */
#define OWNER_TIMEOUT (30 * HZ)

/* The kernel's exports by the hash of their name; open addressing. */
struct slot {
	const struct kernel_symbol *sym; /* NULL: free */
	u32 hash;
};

static struct slot *kernel_slots;
static unsigned int kernel_slots_mask;

static u32 hash_name(const char *name)
{
	u32 hash = 2166136261u;

	for (; *name; name++)
		hash = (hash ^ (u8)*name) * 16777619u;
	return hash;
}

static void add_slots(struct slot *slots, unsigned int mask,
		      const struct kernel_symbol *sym,
		      const struct kernel_symbol *stop)
{
	for (; sym < stop; sym++) {
		u32 hash = hash_name(export_name(sym));
		unsigned int at = hash & mask;

		while (slots[at].sym)
			at = (at + 1) & mask;
		slots[at] = (struct slot){.sym = sym, .hash = hash};
	}
}

static void index_kernel(void)
{
	unsigned long n = __stop___ksymtab - __start___ksymtab;
	struct slot *slots;

	n += __stop___ksymtab_gpl - __start___ksymtab_gpl;
	n = roundup_pow_of_two(2 * n);
	slots = vzalloc(array_size(n, sizeof(*slots)));
	if (!slots)
		panic("ring3: no memory for the table of symbols");
	add_slots(slots, n - 1, __start___ksymtab, __stop___ksymtab);
	add_slots(slots, n - 1, __start___ksymtab_gpl, __stop___ksymtab_gpl);
	kernel_slots_mask = n - 1;
	kernel_slots = slots;
}

/* Needs module_mutex.  The kernel may ask for modules while it boots, before
 * anybody had the table made. */
static const struct kernel_symbol *find_in_kernel(const char *name)
{
	u32 hash = hash_name(name);
	unsigned int at;

	if (!kernel_slots)
		index_kernel();
	for (at = hash & kernel_slots_mask; kernel_slots[at].sym;
	     at = (at + 1) & kernel_slots_mask)
		if (kernel_slots[at].hash == hash &&
		    !strcmp(export_name(kernel_slots[at].sym), name))
			return kernel_slots[at].sym;
	return NULL;
}

void symbols_index_kernel(void)
{
	mutex_lock(&module_mutex);
	if (!kernel_slots)
		index_kernel();
	mutex_unlock(&module_mutex);
}

static int compare_name(const void *name, const void *sym)
{
	return strcmp(name, export_name(sym));
}

static const struct kernel_symbol *
find_in(const char *name, const struct kernel_symbol *syms, unsigned int n)
{
	return bsearch(name, syms, n, sizeof(*syms), compare_name);
}

static bool is_gpl(const struct kernel_symbol *sym)
{
	return sym >= __start___ksymtab_gpl && sym < __stop___ksymtab_gpl;
}

static bool find_kernel_export(const char *name, bool gplok,
			       struct export *found)
{
	const struct kernel_symbol *sym = find_in_kernel(name);

	if (!sym || (is_gpl(sym) && !gplok))
		return false;
	*found = (struct export){.sym = sym, .gpl_only = is_gpl(sym)};
	found->crc =
		is_gpl(sym)
			? __start___kcrctab_gpl + (sym - __start___ksymtab_gpl)
			: __start___kcrctab + (sym - __start___ksymtab);
	return true;
}

static bool find_module_export(const char *name, bool gplok, struct module *mod,
			       struct export *found)
{
	const struct kernel_symbol *sym;
	const s32 *crc = NULL;
	bool gpl = false;

	sym = find_in(name, mod->syms, mod->num_syms);
	if (sym) {
		if (mod->crcs)
			crc = mod->crcs + (sym - mod->syms);
	} else if (gplok) {
		sym = find_in(name, mod->gpl_syms, mod->num_gpl_syms);
		if (sym && mod->gpl_crcs)
			crc = mod->gpl_crcs + (sym - mod->gpl_syms);
		gpl = true;
	}
	if (!sym)
		return false;
	*found = (struct export){
		.sym = sym, .owner = mod, .crc = crc, .gpl_only = gpl};
	return true;
}

bool find_export(const char *name, bool gplok, struct export *found)
{
	struct module *mod;

	if (find_kernel_export(name, gplok, found))
		return true;
	list_for_each_entry(mod, &modules, list)
		if (mod->state != MODULE_STATE_UNFORMED &&
		    find_module_export(name, gplok, mod, found))
			return true;
	return false;
}

/* Takes a reference unless the module is not, or no more, to be used. */
static int strong_try_module_get(struct module *mod)
{
	if (mod && mod->state == MODULE_STATE_COMING)
		return -EBUSY;
	return try_module_get(mod) ? 0 : -ENOENT;
}

static bool already_uses(struct module *a, struct module *b)
{
	struct module_use *use;

	list_for_each_entry(use, &b->source_list, source_list)
		if (use->source == a)
			return true;
	return false;
}

static int ref_module(struct module *a, struct module *b)
{
	struct module_use *use;
	int err;

	if (!b || already_uses(a, b))
		return 0;
	err = strong_try_module_get(b);
	if (err)
		return err;
	use = kmalloc(sizeof(*use), GFP_ATOMIC);
	if (!use) {
		module_put(b);
		return -ENOMEM;
	}
	use->source = a;
	use->target = b;
	list_add(&use->source_list, &b->source_list);
	list_add(&use->target_list, &a->target_list);
	return 0;
}

/* One reference is the loader's own, one is held until init is over. */
void module_unload_init(struct module *mod)
{
	atomic_set(&mod->refcnt, 2);
	INIT_LIST_HEAD(&mod->source_list);
	INIT_LIST_HEAD(&mod->target_list);
}

/* Uses no other module any more. */
void module_unload_free(struct module *mod)
{
	struct module_use *use, *next;

	mutex_lock(&module_mutex);
	list_for_each_entry_safe(use, next, &mod->target_list, target_list) {
		module_put(use->target);
		list_del(&use->source_list);
		list_del(&use->target_list);
		kfree(use);
	}
	mutex_unlock(&module_mutex);
}

/* What proprietary modules export is as proprietary as they are. */
static bool inherit_taint(struct load_info *info, struct module *mod,
			  struct module *owner, const char *name)
{
	if (!owner || !test_bit(TAINT_PROPRIETARY_MODULE, &owner->taints))
		return true;
	if (mod->using_gplonly_symbols) {
		pr_err("%s: module using GPL-only symbols uses symbols %s from proprietary module %s.\n",
		       mod->name, name, owner->name);
		explain(info, "refused",
			"uses GPL-only symbols and, with %s, the proprietary module %s",
			name, owner->name);
		return false;
	}
	if (!test_bit(TAINT_PROPRIETARY_MODULE, &mod->taints)) {
		pr_warn("%s: module uses symbols %s from proprietary module %s, inheriting taint.\n",
			mod->name, name, owner->name);
		set_bit(TAINT_PROPRIETARY_MODULE, &mod->taints);
	}
	return true;
}

static const char *export_namespace(const struct kernel_symbol *sym)
{
	return sym->namespace_offset ? offset_to_ptr(&sym->namespace_offset)
				     : "";
}

static int check_namespace(struct load_info *info, struct module *mod,
			   const struct kernel_symbol *sym)
{
	const char *namespace = export_namespace(sym), *import;

	if (!*namespace)
		return 0;
	for (import = get_modinfo(info, "import_ns"); import;
	     import = get_next_modinfo(info, "import_ns", import))
		if (!strcmp(namespace, import))
			return 0;
	pr_err("%s: module uses symbol (%s) from namespace %s, but does not import it.\n",
	       mod->name, export_name(sym), namespace);
	explain(info, "refused",
		"symbol %s is in namespace %s: MODULE_IMPORT_NS(%s) is missing",
		export_name(sym), namespace, namespace);
	return IS_ENABLED(CONFIG_MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS)
		       ? 0
		       : -EINVAL;
}

/* Whether the module may use what was found, and takes its reference. */
static int use_export(struct module *mod, struct load_info *info,
		      const char *name, const struct export *found)
{
	int err;

	if (!check_version(info, name, mod, found->crc))
		return -EINVAL;
	err = check_namespace(info, mod, found->sym);
	return err ? err : ref_module(mod, found->owner);
}

/*
 * Finds @name for the module.  0, -ENOENT when nobody exports it or it may not
 * be used, -EBUSY while its owner's init runs, or what is wrong with it.
 * @owner: the name of whoever exports it.
 */
static int resolve_symbol(struct module *mod, struct load_info *info,
			  const char *name, struct export *found, char *owner)
{
	bool gplok = !test_bit(TAINT_PROPRIETARY_MODULE, &mod->taints);
	int err = -ENOENT;

	mutex_lock(&module_mutex);
	if (!find_export(name, gplok, found))
		goto unlock;
	if (found->gpl_only)
		mod->using_gplonly_symbols = true;
	strscpy(owner, module_name(found->owner), MODULE_NAME_LEN);
	if (inherit_taint(info, mod, found->owner, name))
		err = use_export(mod, info, name, found);
unlock:
	mutex_unlock(&module_mutex);
	return err;
}

static int resolve_symbol_wait(struct module *mod, struct load_info *info,
			       const char *name, struct export *found)
{
	char owner[MODULE_NAME_LEN] = "";
	long left;
	int err = resolve_symbol(mod, info, name, found, owner);

	if (err != -EBUSY)
		return err;
	left = wait_event_interruptible_timeout(
		module_wq,
		(err = resolve_symbol(mod, info, name, found, owner)) != -EBUSY,
		OWNER_TIMEOUT);
	if (left <= 0)
		pr_warn("%s: gave up waiting for init of module %s.\n",
			mod->name, owner);
	return err;
}

/* GNU as before 2.37 makes one that nothing refers to. */
static bool may_be_missing(const Elf_Sym *sym, const char *name)
{
	return ELF_ST_BIND(sym->st_info) == STB_WEAK ||
	       !strcmp(name, "_GLOBAL_OFFSET_TABLE_");
}

static void explain_missing(struct load_info *info, struct module *mod,
			    const char *name)
{
	struct export found;
	bool there;

	if (!explaining())
		return;
	mutex_lock(&module_mutex);
	there = find_export(name, true, &found);
	mutex_unlock(&module_mutex);
	if (there && test_bit(TAINT_PROPRIETARY_MODULE, &mod->taints))
		explain(info, "refused",
			"symbol %s is for GPL-compatible modules only", name);
	else if (!there)
		explain(info, "refused",
			"symbol %s: neither the kernel nor a loaded module exports it",
			name);
}

static void explain_symbol(struct load_info *info, const char *name,
			   const struct export *found, bool redirected)
{
	if (explaining())
		explain(info, "symbol", "%s from %s%s%s", name,
			found->owner ? found->owner->name : "vmlinux",
			found->gpl_only ? ", GPL-only" : "",
			redirected ? ", redirected" : "");
}

/* What the kernel exports, the module gets from the sanitizers' support, which
 * is @own, and both from the checks. */
static void redirect(struct module *mod, const struct load_info *info,
		     Elf_Sym *sym, const char *name, unsigned long own)
{
	const struct module_import *import =
		ring3_kernel.options ? import_find(name) : NULL;
	unsigned long address = import ? check_redirect(mod, import, own) : 0;
	unsigned long native = sym->st_value;

	if (!address)
		address = own ? own : native;
	if (ring3_kernel.options & (RING3_OPTION_LOCKS | RING3_OPTION_CONTEXT))
		address = calls_redirect(mod, name, address,
					 info->sanitizers & RUNTIME_LOCKS);
	if (ring3_kernel.options & RING3_OPTION_FAULTS)
		address = fault_redirect(mod, name, address);
	if (ring3_kernel.options & RING3_OPTION_SCHEDULES)
		address = schedule_redirect(mod, name, native, address);
	sym->st_value = address;
}

static int resolve_undefined(struct module *mod, struct load_info *info,
			     Elf_Sym *sym, const char *name)
{
	unsigned long own = sanitize_find(name, info->sanitizers);
	struct export found;
	int err;

	if (own && sanitize_kind(name)) {
		sym->st_value = own;
		explain(info, "symbol", "%s from ring3", name);
		return 0;
	}
	err = resolve_symbol_wait(mod, info, name, &found);
	if (!err) {
		sym->st_value = export_value(found.sym);
		if (!found.owner)
			redirect(mod, info, sym, name, own);
		explain_symbol(info, name, &found,
			       sym->st_value != export_value(found.sym));
		return 0;
	}
	if (err == -ENOENT && may_be_missing(sym, name)) {
		explain(info, "symbol", "%s is weak and nobody's", name);
		return 0;
	}
	pr_warn("%s: Unknown symbol %s (err %d)\n", mod->name, name, err);
	if (err == -ENOENT)
		explain_missing(info, mod, name);
	return err;
}

static int resolve_defined(struct module *mod, struct load_info *info,
			   Elf_Sym *sym, const char *name)
{
	if (sym->st_shndx >= info->hdr->e_shnum) {
		pr_err("%s: Symbol %s has an invalid section index %u (max %u)\n",
		       mod->name, name, sym->st_shndx, info->hdr->e_shnum - 1);
		return -ENOEXEC;
	}
	if (sym->st_shndx == info->index.pcpu)
		sym->st_value += (unsigned long)mod->percpu;
	else
		sym->st_value += info->sechdrs[sym->st_shndx].sh_addr;
	return 0;
}

static int resolve_common(struct module *mod, const char *name)
{
	if (strstarts(name, "__gnu_lto"))
		return 0;
	pr_warn("%s: please compile with -fno-common\n", mod->name);
	return -ENOEXEC;
}

/* Makes every symbol's value the address that it stands for.  All are tried,
 * so that all that are unknown are told. */
int simplify_symbols(struct module *mod, struct load_info *info)
{
	const Elf_Shdr *symsec = &info->sechdrs[info->index.sym];
	Elf_Sym *sym = (void *)symsec->sh_addr;
	unsigned int i, n = symsec->sh_size / sizeof(*sym);
	int err, ret = 0;

	for (i = 1; i < n; i++)
		if (sym[i].st_shndx == SHN_UNDEF)
			info->sanitizers |=
				sanitize_kind(info->strtab + sym[i].st_name);
	info->sanitizers = sanitize_complete(info->sanitizers);
	for (i = 1; i < n; i++) {
		const char *name = info->strtab + sym[i].st_name;

		err = 0;
		switch (sym[i].st_shndx) {
		case SHN_COMMON:
			err = resolve_common(mod, name);
			break;
		case SHN_ABS:
			break;
		case SHN_UNDEF:
			err = resolve_undefined(mod, info, &sym[i], name);
			break;
		default:
			err = resolve_defined(mod, info, &sym[i], name);
			break;
		}
		if (err)
			ret = err;
	}
	return ret;
}

static int verify_exports(struct module *mod, const struct kernel_symbol *sym,
			  unsigned int n)
{
	struct export found;

	for (; n; n--, sym++) {
		if (!find_export(export_name(sym), true, &found))
			continue;
		pr_err("%s: exports duplicate symbol %s (owned by %s)\n",
		       mod->name, export_name(sym), module_name(found.owner));
		return -ENOEXEC;
	}
	return 0;
}

/* Nobody may export what another exports.  Needs module_mutex. */
int verify_exported_symbols(struct module *mod)
{
	int err = verify_exports(mod, mod->syms, mod->num_syms);

	return err ? err
		   : verify_exports(mod, mod->gpl_syms, mod->num_gpl_syms);
}
