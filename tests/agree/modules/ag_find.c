// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds a module and its symbols by functions that no module may import: by the
 * address that a kprobe gets for a name.
 */
#include <linux/init.h>
#include <linux/kallsyms.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

static char *name = "ag_export";
module_param(name, charp, 0444);
static char *symbol = "ag_plain_function";
module_param(symbol, charp, 0444);

static typeof(kallsyms_lookup_name) *lookup;
static int seen, of_module, lines;

/* Kernels differ in what follows, and in who chooses the module. */
static int see(void *data, const char *what)
{
	seen += !strcmp(what, symbol);
	of_module += !strncmp(what, "ag_", 3);
	if (data && !strncmp(what, data, strlen(data)) && lines++ < 40)
		pr_info("ag_find: there is %s\n", what);
	return 0;
}

typedef int see_fn(void *data, const char *what, unsigned long address);
typedef int by_name_fn(const char *mod, see_fn *fn, void *data);
typedef int see_of_fn(void *data, const char *what, struct module *mod,
		      unsigned long address);
typedef int of_all_fn(see_of_fn *fn, void *data);

static int each_of_module(void *each)
{
	if (__builtin_types_compatible_p(typeof(module_kallsyms_on_each_symbol),
					 by_name_fn))
		return ((by_name_fn *)each)(name, (see_fn *)(void *)see, name);
	return ((of_all_fn *)each)((see_of_fn *)(void *)see, name);
}

static int each_of_kernel(void *each)
{
	return ((of_all_fn *)each)((see_of_fn *)(void *)see, NULL);
}

static void say_each(const char *function, int (*call)(void *each))
{
	void *each = (void *)lookup(function);
	int err;

	seen = 0;
	of_module = 0;
	err = each ? call(each) : -ENOENT;
	pr_info("ag_find: %s: %d, %s %d times, modules' %d\n", function, err,
		symbol, seen, of_module);
}

static void say_module(void)
{
	typeof(find_module) *find = (void *)lookup("find_module");
	struct module *mod;

	rcu_read_lock_sched();
	mod = find(name);
	if (mod)
		pr_info("ag_find: find_module: %s, state %d, references %d, own %d\n",
			mod->name, mod->state, module_refcount(mod),
			mod == THIS_MODULE);
	else
		pr_info("ag_find: find_module: no %s\n", name);
	rcu_read_unlock_sched();
}

static void say_names(void)
{
	char whole[KSYM_NAME_LEN];
	unsigned long by_symbol = lookup(symbol), by_both;

	snprintf(whole, sizeof(whole), "%s:%s", name, symbol);
	by_both = lookup(whole);
	pr_info("ag_find: %s is %pS; %s %s\n", symbol, (void *)by_symbol, whole,
		!by_both	       ? "is not there"
		: by_both == by_symbol ? "is the same"
				       : "is another");
}

static int find_all(const char *value, const struct kernel_param *kp)
{
	say_module();
	say_names();
	say_each("kallsyms_on_each_symbol", each_of_kernel);
	say_each("module_kallsyms_on_each_symbol", each_of_module);
	return 0;
}

static const struct kernel_param_ops find_ops = {.set = find_all};
module_param_cb(find, &find_ops, NULL, 0200);

static int __init ag_find_init(void)
{
	struct kprobe probe = {.symbol_name = "kallsyms_lookup_name"};
	int err = register_kprobe(&probe);

	if (err)
		return err;
	lookup = (void *)probe.addr;
	unregister_kprobe(&probe);
	return find_all("", NULL);
}

static void __exit ag_find_exit(void)
{
	find_all("", NULL);
}

module_init(ag_find_init);
module_exit(ag_find_exit);
MODULE_LICENSE("GPL");
