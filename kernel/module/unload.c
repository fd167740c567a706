// SPDX-License-Identifier: GPL-2.0-only
/*
 * Taking modules out, as delete_module(2) does, and those whose init or exit
 * never came back.
 *
 * Process context; may sleep.
 */
#include <linux/async.h>
#include <linux/audit.h>
#include <linux/bug.h>
#include <linux/capability.h>
#include <linux/fcntl.h>
#include <linux/ftrace.h>
#include <linux/kernel.h>
#include <linux/livepatch.h>
#include <linux/moduleparam.h>
#include <linux/panic.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include <trace/events/module.h>
#include "check/calls.h"
#include "check/check.h"
#include "module/internal.h"

void module_destroy_params(const struct kernel_param *params, unsigned int num);
void module_arch_cleanup(struct module *mod);
char *module_flags(struct module *mod, char *buf, bool show_state);

#define FLAGS_SIZE (TAINT_FLAGS_COUNT + 4)

/* What an oops names as the last one unloaded; the kernel's. */
extern struct {
	char name[MODULE_NAME_LEN + 1];
	char taints[FLAGS_SIZE];
} last_unloaded_module;

/* Modules whose init or exit a task is in; protected by module_mutex. */
struct in_flight {
	struct list_head list;
	struct module *mod;
	struct task_struct *task; /* holds a reference */
};

static LIST_HEAD(in_flight);

static struct in_flight *find_in_flight(const struct module *mod)
{
	struct in_flight *flight;

	list_for_each_entry(flight, &in_flight, list)
		if (flight->mod == mod)
			return flight;
	return NULL;
}

static void forget_flight(struct in_flight *flight)
{
	list_del(&flight->list);
	put_task_struct(flight->task);
	kfree(flight);
}

int loader_enter(struct module *mod)
{
	struct in_flight *flight = kmalloc(sizeof(*flight), GFP_KERNEL);

	if (!flight)
		return -ENOMEM;
	flight->mod = mod;
	flight->task = get_task_struct(current);
	mutex_lock(&module_mutex);
	list_add(&flight->list, &in_flight);
	mutex_unlock(&module_mutex);
	return 0;
}

void loader_leave(struct module *mod)
{
	struct in_flight *flight;

	mutex_lock(&module_mutex);
	flight = find_in_flight(mod);
	if (flight)
		forget_flight(flight);
	mutex_unlock(&module_mutex);
}

/* Whether the task that was to finish the module's init or exit is no more. */
static bool is_stranded(const struct module *mod)
{
	struct in_flight *flight = find_in_flight(mod);

	return flight && flight->task->exit_state;
}

static int try_force_unload(unsigned int flags)
{
	if (!IS_ENABLED(CONFIG_MODULE_FORCE_UNLOAD) || !(flags & O_TRUNC))
		return 0;
	add_taint(TAINT_FORCED_RMMOD, LOCKDEP_NOW_UNRELIABLE);
	return 1;
}

/* Gives the loader's own reference back; fails if there are others. */
static int try_release_module_ref(struct module *mod)
{
	if (!atomic_sub_return(1, &mod->refcnt))
		return 0;
	/* The last one may be put meanwhile. */
	return atomic_add_unless(&mod->refcnt, 1, 0);
}

static int try_stop_module(struct module *mod, unsigned int flags)
{
	if (try_release_module_ref(mod) && !try_force_unload(flags))
		return -EWOULDBLOCK;
	mod->state = MODULE_STATE_GOING;
	return 0;
}

/* Whether the module can go now; it is then GOING.  Needs module_mutex. */
static int stop_module(struct module *mod, unsigned int flags)
{
	if (!list_empty(&mod->source_list))
		return -EWOULDBLOCK;
	if (mod->state != MODULE_STATE_LIVE)
		return -EBUSY;
	if (mod->init && !mod->exit && !try_force_unload(flags))
		return -EBUSY;
	return try_stop_module(mod, flags);
}

static void note_last_unloaded(struct module *mod)
{
	char flags[FLAGS_SIZE];

	strscpy(last_unloaded_module.name, mod->name,
		sizeof(last_unloaded_module.name));
	strscpy(last_unloaded_module.taints, module_flags(mod, flags, false),
		sizeof(last_unloaded_module.taints));
}

/* What every module that was once seen needs, before its memory goes. */
static void tell_going(struct module *mod)
{
	blocking_notifier_call_chain(&module_notify_list, MODULE_STATE_GOING,
				     mod);
	klp_module_going(mod);
	ftrace_release_mod(mod);
	async_synchronize_full();
}

static int run_exit(struct module *mod)
{
	int err;

	if (!mod->exit)
		return 0;
	err = loader_enter(mod);
	if (err)
		return err;
	mod->exit();
	locks_return("lock held when exit returns!");
	context_return("exit", mod->exit);
	loader_leave(mod);
	return 0;
}

/*
 * A module whose init or exit ended with its task.  What it has registered is
 * not known, so its memory is kept: whatever still calls into it finds the
 * code there.  All else is undone, so that it can be loaded again.
 */
static void abandon_module(struct module *mod)
{
	pr_warn("ring3: %s: taken out though its %s did not return; its memory is kept\n",
		mod->name, mod->state == MODULE_STATE_COMING ? "init" : "exit");
	mutex_lock(&module_mutex);
	mod->state = MODULE_STATE_GOING;
	forget_flight(find_in_flight(mod));
	mutex_unlock(&module_mutex);
	tell_going(mod);
	check_module_abandoned(mod);
	note_last_unloaded(mod);
	unlink_module(mod);
	wake_up_all(&module_wq);
}

static struct module *find_by_name(const char *name)
{
	struct module *mod;

	list_for_each_entry(mod, &modules, list)
		if (mod->state != MODULE_STATE_UNFORMED &&
		    !strcmp(mod->name, name))
			return mod;
	return NULL;
}

static long remove_module(struct module *mod)
{
	int err = run_exit(mod);

	if (err) {
		/* As it was before stop_module(). */
		atomic_inc(&mod->refcnt);
		mod->state = MODULE_STATE_LIVE;
		return err;
	}
	tell_going(mod);
	check_module_gone(mod);
	note_last_unloaded(mod);
	free_module(mod);
	wake_up_all(&module_wq);
	return 0;
}

static long delete_by_name(const char *name, unsigned int flags)
{
	struct module *mod;
	bool stranded;
	int err = -ENOENT;

	if (mutex_lock_interruptible(&module_mutex))
		return -EINTR;
	mod = find_by_name(name);
	stranded = mod && flags & O_TRUNC && is_stranded(mod) &&
		   list_empty(&mod->source_list);
	if (mod && !stranded)
		err = stop_module(mod, flags);
	mutex_unlock(&module_mutex);
	if (stranded) {
		try_force_unload(flags);
		abandon_module(mod);
		return 0;
	}
	return err ? err : remove_module(mod);
}

long delete_module(const char __user *name_user, unsigned int flags)
{
	char name[MODULE_NAME_LEN];
	long len;

	if (!capable(CAP_SYS_MODULE) || modules_disabled)
		return -EPERM;
	len = strncpy_from_user(name, name_user, MODULE_NAME_LEN);
	if (!len || len == MODULE_NAME_LEN)
		return -ENOENT;
	if (len < 0)
		return len;
	audit_log_kern_module(name);
	return delete_by_name(name, flags);
}

/* Newer kernels have a notifier do it.  It searches a list of all modules that
 * have messages, those of the kernel as well. */
static void remove_dynamic_debug(struct module *mod, bool has_messages)
{
#if !HAVE_MODULE_MEMORY
	if (has_messages)
		ddebug_remove_module(mod->name);
#endif
}

/* All but the memory of the sections.  The name stays taken until the end. */
void unlink_module(struct module *mod)
{
	bool has_messages = !mod_sysfs_lacks_section(mod, "__dyndbg");

	mod_sysfs_tear_down(mod);
	mutex_lock(&module_mutex);
	mod->state = MODULE_STATE_UNFORMED;
	mutex_unlock(&module_mutex);
	remove_dynamic_debug(mod, has_messages);
	module_arch_cleanup(mod);
	module_unload_free(mod);
	module_destroy_params(mod->kp, mod->num_kp);
	mutex_lock(&module_mutex);
	/* kallsyms may be walking the list. */
	list_del_rcu(&mod->list);
	tree_remove(mod);
	module_bug_cleanup(mod);
	synchronize_rcu();
	mutex_unlock(&module_mutex);
}

void free_module(struct module *mod)
{
	if (static_key_enabled(&__tracepoint_module_free.key))
		__traceiter_module_free(NULL, mod);
	unlink_module(mod);
	kfree(mod->args);
	free_percpu(mod->percpu);
	free_module_memory(mod);
}
