// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading a module: from an image to running code, and back if a step fails.
 *
 * Runs in the task that asked for it, in process context; may sleep.  The
 * order of the steps is that of the target's loader wherever it can be seen
 * from outside: in the log, in the result, in who is told what when.
 */
#include <linux/async.h>
#include <linux/audit.h>
#include <linux/bug.h>
#include <linux/extable.h>
#include <linux/ftrace.h>
#include <linux/init.h>
#include <linux/kobject.h>
#include <linux/livepatch.h>
#include <linux/llist.h>
#include <linux/moduleparam.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <trace/events/module.h>
#include "check/calls.h"
#include "check/check.h"
#include "module/internal.h"
#include "sanitize/sanitize.h"

void module_arch_cleanup(struct module *mod);
void module_arch_freeing_init(struct module *mod);
void module_destroy_params(const struct kernel_param *params, unsigned int num);
int ddebug_dyndbg_module_param_cb(char *param, char *val, const char *modname);
#if !HAVE_MODULE_MEMORY
int ddebug_add_module(struct _ddebug_info *dyndbg, const char *modname);
#endif
extern bool async_probe; /* module.async_probe= of the kernel */

/* Init memory whose freeing waits for readers of kallsyms. */
struct init_memory {
	struct llist_node node;
	void *piece[3];
};

static void free_init_pieces(struct work_struct *work);
static LLIST_HEAD(init_memory_list);
static DECLARE_DELAYED_WORK(init_memory_work, free_init_pieces);

static void free_init_pieces(struct work_struct *work)
{
	struct llist_node *list = llist_del_all(&init_memory_list);
	struct init_memory *memory, *next;
	unsigned int i;

	synchronize_rcu();
	llist_for_each_entry_safe(memory, next, list, node)
	{
		for (i = 0; i < ARRAY_SIZE(memory->piece); i++)
			machine_module_memory_free(memory->piece[i]);
		kfree(memory);
	}
}

/* module_blacklist= on the kernel's command line: names with commas. */
static bool is_blacklisted(const char *name)
{
	const char *p = module_blacklist;
	size_t n;

	for (; p && *p; p += n + (p[n] == ',')) {
		n = strcspn(p, ",");
		if (strlen(name) == n && !memcmp(name, p, n))
			return true;
	}
	return false;
}

static struct module *find_any(const char *name)
{
	struct module *mod;

	list_for_each_entry(mod, &modules, list)
		if (!strcmp(mod->name, name))
			return mod;
	return NULL;
}

/* Whether the module of that name is loaded, going or gone. */
static bool finished_loading(const char *name)
{
	struct module *mod;
	bool finished;

	/* Called as a condition of wait_event(): it rarely sleeps. */
	sched_annotate_sleep();
	mutex_lock(&module_mutex);
	mod = find_any(name);
	finished = !mod || mod->state == MODULE_STATE_LIVE ||
		   mod->state == MODULE_STATE_GOING;
	mutex_unlock(&module_mutex);
	return finished;
}

/*
 * Whether the name is free; waits for one that is being loaded, which may fail.
 * Needs module_mutex, which it drops meanwhile.
 */
static int check_name_is_free(struct load_info *info, const char *name)
{
	struct module *old = find_any(name);
	int err;

	if (!old)
		return 0;
	if (old->state == MODULE_STATE_COMING ||
	    old->state == MODULE_STATE_UNFORMED) {
		mutex_unlock(&module_mutex);
		err = wait_event_interruptible(module_wq,
					       finished_loading(name));
		mutex_lock(&module_mutex);
		if (err)
			return err;
		old = find_any(name);
	}
	explain(info, "refused", "a module of that name is there");
	return old && old->state == MODULE_STATE_LIVE ? -EEXIST : -EBUSY;
}

/* All that can be said before memory is taken. */
static int check_early(struct load_info *info)
{
	int err;

	if (is_blacklisted(info->name)) {
		pr_err("Module %s is blacklisted\n", info->name);
		explain(info, "refused", "module_blacklist= names it");
		return -EPERM;
	}
	rewrite_section_headers(info);
	if (!check_modstruct_version(info))
		return -ENOEXEC;
	err = check_modinfo(info, info->mod);
	if (err || !STRICT_ELF)
		return err;
	mutex_lock(&module_mutex);
	err = check_name_is_free(info, info->mod->name);
	mutex_unlock(&module_mutex);
	return err;
}

static int layout_and_allocate(struct load_info *info)
{
	int err = enforce_rwx_sections(info);

	if (!err)
		err = layout_sections(info);
	if (!err)
		err = layout_symtab(info);
	if (!err)
		err = move_module(info);
	return err;
}

static int add_unformed_module(struct load_info *info)
{
	struct module *mod = info->mod;
	int err;

	mod->state = MODULE_STATE_UNFORMED;
	mutex_lock(&module_mutex);
	err = check_name_is_free(info, mod->name);
	if (!err) {
		list_add_rcu(&mod->list, &modules);
		tree_insert(mod);
	}
	mutex_unlock(&module_mutex);
	return err;
}

static void remove_unformed_module(struct module *mod)
{
	mutex_lock(&module_mutex);
	list_del_rcu(&mod->list);
	tree_remove(mod);
	wake_up_all(&module_wq);
	synchronize_rcu();
	mutex_unlock(&module_mutex);
}

/* From here on the module can be seen, though not yet used. */
static int complete_formation(struct module *mod, struct load_info *info)
{
	int err;

	mutex_lock(&module_mutex);
	err = verify_exported_symbols(mod);
	if (err)
		goto unlock;
	module_bug_finalize(info->hdr, info->sechdrs, mod);
	err = protect_before_init(mod);
	if (err) {
		module_bug_cleanup(mod);
		goto unlock;
	}
	mod->state = MODULE_STATE_COMING;
unlock:
	mutex_unlock(&module_mutex);
	return err;
}

static int prepare_coming_module(struct module *mod)
{
	int err;

	kallsyms_index_begin(mod);
	ftrace_module_enable(mod);
	kallsyms_index_end(mod);
	err = klp_module_coming(mod);
	if (err)
		return err;
	err = blocking_notifier_call_chain_robust(&module_notify_list,
						  MODULE_STATE_COMING,
						  MODULE_STATE_GOING, mod);
	err = notifier_to_errno(err);
	if (err)
		klp_module_going(mod);
	return err;
}

/* Parameters that every module has. */
static int unknown_parameter(char *param, char *val, const char *modname,
			     void *arg)
{
	struct module *mod = arg;

	if (!strcmp(param, "async_probe")) {
		if (!val || kstrtobool(val, &mod->async_probe_requested))
			mod->async_probe_requested = true;
		return 0;
	}
	if (ddebug_dyndbg_module_param_cb(param, val, modname))
		pr_warn("%s: unknown parameter '%s' ignored\n", modname, param);
	return 0;
}

static int parse_parameters(struct module *mod, struct load_info *info)
{
	/* Parsing cuts them to pieces. */
	char *given = explaining() ? kstrdup(mod->args, GFP_KERNEL) : NULL;
	char *rest;

	mod->async_probe_requested = async_probe;
	rest = parse_args(mod->name, mod->args, mod->kp, mod->num_kp, -32768,
			  32767, mod, unknown_parameter);
	if (IS_ERR(rest))
		explain(info, "refused", "a parameter is wrong: %s",
			given ?: mod->args);
	kfree(given);
	if (IS_ERR(rest))
		return PTR_ERR(rest);
	if (rest)
		pr_warn("%s: parameters '%s' after `--' ignored\n", mod->name,
			rest);
	explain_parameters(info, mod);
	return 0;
}

static void run_constructors(struct module *mod)
{
#ifdef CONFIG_CONSTRUCTORS
	unsigned int i;

	for (i = 0; i < mod->num_ctors; i++)
		mod->ctors[i]();
#endif
}

static void take_init_memory(struct module *mod, struct init_memory *memory)
{
	static const enum module_part parts[] = {PART_INIT_TEXT, PART_INIT_DATA,
						 PART_INIT_RODATA};
	unsigned int i;

	memset(memory, 0, sizeof(*memory));
	memory->piece[0] = part_base(mod, PART_INIT_TEXT);
	for (i = 1; HAVE_MODULE_MEMORY && i < ARRAY_SIZE(parts); i++)
		memory->piece[i] = part_base(mod, parts[i]);
}

static void forget_init_memory(struct module *mod)
{
#if HAVE_MODULE_MEMORY
	int type;

	for (type = MOD_INIT_TEXT; type <= MOD_INIT_RODATA; type++) {
		mod->mem[type].base = NULL;
		mod->mem[type].size = 0;
	}
#ifdef CONFIG_DEBUG_INFO_BTF_MODULES
	mod->btf_base_data = NULL;
#endif
#else
	mod->init_layout.base = NULL;
	mod->init_layout.size = 0;
	mod->init_layout.ro_size = 0;
	mod->init_layout.ro_after_init_size = 0;
	mod->init_layout.text_size = 0;
#endif
#ifdef CONFIG_DEBUG_INFO_BTF_MODULES
	mod->btf_data = NULL;
#endif
}

/* As trace_module_load(), whose own test is patched only in the kernel. */
static void trace_load(struct module *mod)
{
	if (static_key_enabled(&__tracepoint_module_load.key))
		__traceiter_module_load(NULL, mod);
}

/* Init is over: its code and data go, and with them their symbols. */
static void drop_init(struct module *mod, struct init_memory *memory)
{
	mutex_lock(&module_mutex);
	module_put(mod);
	trim_init_extable(mod);
	rcu_assign_pointer(mod->kallsyms, &mod->core_kallsyms);
	protect_after_init(mod);
	tree_remove_init(mod);
	module_arch_freeing_init(mod);
	forget_init_memory(mod);
	/* Not at once: whoever loads is not to wait for it. */
	if (llist_add(&memory->node, &init_memory_list))
		schedule_delayed_work(&init_memory_work, 1);
	mutex_unlock(&module_mutex);
	wake_up_all(&module_wq);
}

static void free_init_trace(struct module *mod)
{
	void *text = part_base(mod, PART_INIT_TEXT);

	ftrace_free_mem(mod, text, text + *part_size(mod, PART_INIT_TEXT));
}

static int run_init(struct module *mod)
{
	int ret;

	ret = loader_enter(mod);
	if (ret)
		return ret;
	run_constructors(mod);
	sanitize_construct(mod);
	if (mod->init)
		ret = do_one_initcall(mod->init);
	locks_return("lock held when init returns!");
	loader_leave(mod);
	if (ret > 0) {
		pr_warn("do_init_module: '%s'->init suspiciously returned %d, it should follow 0/-E convention\n"
			"do_init_module: loading module anyway...\n",
			mod->name, ret);
		dump_stack();
	}
	return ret;
}

static void undo_init(struct module *mod)
{
	mod->state = MODULE_STATE_GOING;
	synchronize_rcu();
	module_put(mod);
	blocking_notifier_call_chain(&module_notify_list, MODULE_STATE_GOING,
				     mod);
	klp_module_going(mod);
	ftrace_release_mod(mod);
	check_module_gone(mod);
	free_module(mod);
	wake_up_all(&module_wq);
}

static int do_init_module(struct module *mod)
{
	struct init_memory *memory = kmalloc(sizeof(*memory), GFP_KERNEL);
	int ret = -ENOMEM;

	if (memory) {
		take_init_memory(mod, memory);
		ret = run_init(mod);
	}
	if (ret < 0) {
		kfree(memory);
		undo_init(mod);
		return ret;
	}
	mod->state = MODULE_STATE_LIVE;
	blocking_notifier_call_chain(&module_notify_list, MODULE_STATE_LIVE,
				     mod);
	kobject_uevent(&mod->mkobj.kobj, KOBJ_ADD);
	if (!mod->async_probe_requested)
		async_synchronize_full();
	free_init_trace(mod);
	drop_init(mod, memory);
	return 0;
}

static void free_copy(struct load_info *info)
{
	if (info->copied)
		vfree(info->hdr);
}

/* Names its own code and its symbols: nothing of it runs yet. */
static int link_module(struct module *mod, struct load_info *info)
{
	int err = simplify_symbols(mod, info);

	if (err)
		return err;
	explain_sections(info);
	explain_relocations(info);
	err = apply_relocations(mod, info);
	return err ? err : post_relocation(mod, info);
}

static int copy_arguments(struct module *mod, const char __user *uargs)
{
	char *args = strndup_user(uargs, ~0ul >> 1);

	if (IS_ERR(args))
		return PTR_ERR(args);
	mod->args = args;
	return 0;
}

/* Before any of its code can run. */
static void tell_checks(struct module *mod, struct load_info *info)
{
	unsigned int i;

	for (i = 1; i < info->hdr->e_shnum; i++) {
		const Elf_Shdr *s = &info->sechdrs[i];

		if (s->sh_flags & SHF_ALLOC && s->sh_flags & SHF_EXECINSTR)
			check_module_section(mod, section_name(info, s),
					     (void *)s->sh_addr, s->sh_size);
	}
	check_module_coming(mod);
}

static void start_tracing(struct module *mod, struct load_info *info)
{
#if !HAVE_MODULE_MEMORY
	if (info->dyndbg.num_descs)
		ddebug_add_module(&info->dyndbg, mod->name);
#endif
	tell_checks(mod, info);
	ftrace_module_init(mod);
}

/* Only with sanitizers do modules have constructors. */
static int tell_sanitizers(struct module *mod, struct load_info *info)
{
	unsigned int i = find_sec(info, ".init_array");
	const Elf_Shdr *s = &info->sechdrs[i];

	if (!info->sanitizers)
		return 0;
	return sanitize_coming(mod, info->sanitizers, (void *)s->sh_addr,
			       i ? s->sh_size / sizeof(void *) : 0);
}

static void stop_tracing(struct module *mod, struct load_info *info)
{
	check_module_refused(mod);
	ftrace_release_mod(mod);
#if !HAVE_MODULE_MEMORY
	if (info->dyndbg.num_descs)
		ddebug_remove_module(mod->name);
#endif
	synchronize_rcu();
}

static void going_before_init(struct module *mod, const struct load_info *info)
{
	mod->state = MODULE_STATE_GOING;
	/* Which may call the module's own code; and there are none yet. */
	if (!info->trial)
		module_destroy_params(mod->kp, mod->num_kp);
	blocking_notifier_call_chain(&module_notify_list, MODULE_STATE_GOING,
				     mod);
	klp_module_going(mod);
}

static void cleanup_bugs(struct module *mod)
{
	mod->state = MODULE_STATE_GOING;
	mutex_lock(&module_mutex);
	module_bug_cleanup(mod);
	mutex_unlock(&module_mutex);
}

/*
 * From a module in the list, without a form yet, to one whose init can run.
 * With info->trial it goes no further than that, and all is undone.
 */
static int form_module(struct module *mod, struct load_info *info,
		       const char __user *uargs)
{
	int err = find_module_sections(mod, info);

	if (!err)
		err = check_export_versions(mod);
	if (err)
		goto free_unload;
	setup_modinfo(mod, info);
	err = link_module(mod, info);
	if (err)
		goto free_modinfo;
	if (!info->trial)
		err = copy_arguments(mod, uargs);
	if (!err)
		err = tell_sanitizers(mod, info);
	if (err)
		goto arch_cleanup;
	start_tracing(mod, info);
	err = complete_formation(mod, info);
	if (err)
		goto stop_tracing;
	err = prepare_coming_module(mod);
	if (err)
		goto cleanup_bugs;
	err = info->trial ? 0 : parse_parameters(mod, info);
	if (err)
		goto going;
	err = mod_sysfs_set_up(mod, info);
	if (err)
		goto going;
	if (!info->trial)
		return 0;
	mod_sysfs_tear_down(mod);

going:
	going_before_init(mod, info);
cleanup_bugs:
	cleanup_bugs(mod);
stop_tracing:
	stop_tracing(mod, info);
	kfree(mod->args);
arch_cleanup:
	module_arch_cleanup(mod);
free_modinfo:
	free_modinfo(mod);
free_unload:
	module_unload_free(mod);
	return err;
}

static int check_image(struct load_info *info)
{
	/* First of all, and of all bytes, before anything in them is
	 * believed. */
	int err = module_sig_check(info);

	if (!err)
		err = elf_validity_check(info);
	if (!err)
		err = setup_load_info(info);
	if (!err)
		err = check_early(info);
	return err;
}

long load_module(struct load_info *info, const char __user *uargs)
{
	struct module *mod;
	int err = check_image(info);

	if (err)
		goto free_copy;
	err = layout_and_allocate(info);
	if (err)
		goto free_copy;
	mod = info->mod;
	audit_log_kern_module(mod->name);
	err = add_unformed_module(info);
	if (err)
		goto free_memory;
	check_modinfo_taints(info, mod);
	err = percpu_modalloc(mod, info);
	if (err)
		goto remove_unformed;
	module_unload_init(mod);
	mutex_init(&mod->param_lock);
	err = form_module(mod, info, uargs);
	if (err || info->trial)
		goto remove_unformed;
	free_copy(info);
	trace_load(mod);
	return do_init_module(mod);

remove_unformed:
	remove_unformed_module(mod);
free_memory:
	free_percpu(mod->percpu);
	module_arch_freeing_init(mod);
	free_module_memory(mod);
free_copy:
	explain(info, "error", "%d", err);
	free_copy(info);
	return err;
}
