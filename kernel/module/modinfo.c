// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a module says of itself in .modinfo, and how the kernel is tainted by
 * it.
 *
 * Process context; takes no locks.
 */
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/license.h>
#include "module/internal.h"

static const char *string_end(const struct load_info *info)
{
	return info->modinfo + info->modinfo_size;
}

/* The string behind @p, over padding; NULL after the last. */
static const char *next_string(const struct load_info *info, const char *p)
{
	const char *end = string_end(info);

	p += strlen(p);
	while (p < end && !*p)
		p++;
	return p < end ? p : NULL;
}

const char *get_next_modinfo(const struct load_info *info, const char *tag,
			     const char *prev)
{
	size_t n = strlen(tag);
	const char *p = info->modinfo_size ? info->modinfo : NULL;

	if (prev)
		p = next_string(info, prev);
	for (; p; p = next_string(info, p))
		if (*p == *tag && !strncmp(p, tag, n) && p[n] == '=')
			return p + n + 1;
	return NULL;
}

void add_taint_module(struct module *mod, unsigned int flag,
		      enum lockdep_ok lockdep_ok)
{
	add_taint(flag, lockdep_ok);
	set_bit(flag, &mod->taints);
}

int try_to_force_load(struct module *mod, const char *reason)
{
	if (!IS_ENABLED(CONFIG_MODULE_FORCE_LOAD))
		return -ENOEXEC;
	if (!test_taint(TAINT_FORCED_MODULE))
		pr_warn("%s: %s: kernel tainted.\n", mod->name, reason);
	add_taint_module(mod, TAINT_FORCED_MODULE, LOCKDEP_NOW_UNRELIABLE);
	return 0;
}

static int check_vermagic(struct load_info *info, struct module *mod)
{
	const char *magic = get_modinfo(info, "vermagic");

	explain(info, "vermagic", "%s", magic ?: "none");
	if (info->flags & MODULE_INIT_IGNORE_VERMAGIC)
		magic = NULL;
	if (!magic)
		return try_to_force_load(mod, "bad vermagic");
	if (same_magic(magic, kernel_vermagic(), info->index.vers))
		return 0;
	pr_err("%s: version magic '%s' should be '%s'\n", info->name, magic,
	       kernel_vermagic());
	explain(info, "refused", "vermagic: built for '%s', this is '%s'",
		magic, kernel_vermagic());
	return -ENOEXEC;
}

static void set_license(struct load_info *info, struct module *mod)
{
	const char *license = get_modinfo(info, "license") ?: "unspecified";

	explain(info, "license", "%s", license);
	if (license_is_gpl_compatible(license))
		return;
	if (!test_taint(TAINT_PROPRIETARY_MODULE))
		pr_warn("%s: module license '%s' taints kernel.\n", mod->name,
			license);
	add_taint_module(mod, TAINT_PROPRIETARY_MODULE, LOCKDEP_NOW_UNRELIABLE);
}

static int mark_livepatch(struct load_info *info, struct module *mod)
{
	if (!get_modinfo(info, "livepatch"))
		return 0;
	pr_err("%s: module is marked as livepatch module, but livepatch support is disabled\n",
	       mod->name);
	explain(info, "refused",
		"livepatch: an instance cannot patch the kernel's functions");
	return -ENOEXEC;
}

static void check_origin(struct load_info *info, struct module *mod)
{
	if (!get_modinfo(info, "intree")) {
		if (!test_taint(TAINT_OOT_MODULE))
			pr_warn("%s: loading out-of-tree module taints kernel.\n",
				mod->name);
		add_taint_module(mod, TAINT_OOT_MODULE, LOCKDEP_STILL_OK);
	}
	if (!retpoline_module_ok(get_modinfo(info, "retpoline")))
		pr_warn("%s: loading module not compiled with retpoline compiler.\n",
			mod->name);
	if (get_modinfo(info, "staging")) {
		add_taint_module(mod, TAINT_CRAP, LOCKDEP_STILL_OK);
		pr_warn("%s: module is from the staging directory, the quality is unknown, you have been warned.\n",
			mod->name);
	}
}

static void check_test(struct load_info *info, struct module *mod)
{
	if (!get_modinfo(info, "test"))
		return;
	if (!test_taint(TAINT_TEST))
		pr_warn("%s: loading test module taints kernel.\n", mod->name);
	add_taint_module(mod, TAINT_TEST, LOCKDEP_STILL_OK);
}

/* Names that the kernel knows for pretending.  @before: whether it was tainted
 * by proprietary modules already. */
static void check_pretenders(struct module *mod, bool before)
{
	/* It loads proprietary code but needs GPL-only symbols itself. */
	if (!strcmp(mod->name, "ndiswrapper"))
		add_taint(TAINT_PROPRIETARY_MODULE, LOCKDEP_NOW_UNRELIABLE);
	if (!strcmp(mod->name, "driverloader") || !strcmp(mod->name, "lve"))
		add_taint_module(mod, TAINT_PROPRIETARY_MODULE,
				 LOCKDEP_NOW_UNRELIABLE);
	if (!before && test_taint(TAINT_PROPRIETARY_MODULE))
		pr_warn("%s: module license taints kernel.\n", mod->name);
}

void taint_unsigned(struct load_info *info, struct module *mod)
{
#ifdef CONFIG_MODULE_SIG
	mod->sig_ok = info->sig_ok;
	if (mod->sig_ok)
		return;
	/* The kernel says it once, and counts in a variable of its own; the
	 * taint tells whether it did. */
	if (!test_taint(TAINT_UNSIGNED_MODULE))
		pr_notice(
			"%s: module verification failed: signature and/or required key missing - tainting kernel\n",
			mod->name);
	add_taint_module(mod, TAINT_UNSIGNED_MODULE, LOCKDEP_STILL_OK);
#endif
}

/* All that may refuse it; the older loader taints here as well. */
int check_modinfo(struct load_info *info, struct module *mod)
{
	int err = check_vermagic(info, mod);

	if (err || STRICT_ELF)
		return err ? err : mark_livepatch(info, mod);
	check_origin(info, mod);
	err = mark_livepatch(info, mod);
	if (err)
		return err;
	set_license(info, mod);
	check_test(info, mod);
	return 0;
}

/* The newer loader taints once the module has its place in the list. */
void check_modinfo_taints(struct load_info *info, struct module *mod)
{
	bool before = test_taint(TAINT_PROPRIETARY_MODULE);

	if (!STRICT_ELF) {
		taint_unsigned(info, mod);
		return;
	}
	check_origin(info, mod);
	set_license(info, mod);
	check_test(info, mod);
	taint_unsigned(info, mod);
	check_pretenders(mod, before);
}

int check_export_versions(struct module *mod)
{
	if (!STRICT_ELF)
		check_pretenders(mod, test_taint(TAINT_PROPRIETARY_MODULE));
	if ((mod->num_syms && !mod->crcs) ||
	    (mod->num_gpl_syms && !mod->gpl_crcs))
		return try_to_force_load(mod,
					 "no versions for exported symbols");
	return 0;
}

/* version and srcversion, which sysfs shows. */
void setup_modinfo(struct module *mod, struct load_info *info)
{
	struct module_attribute **attr;

	for (attr = modinfo_attrs; *attr; attr++)
		if ((*attr)->setup)
			(*attr)->setup(mod,
				       get_modinfo(info, (*attr)->attr.name));
}

void free_modinfo(struct module *mod)
{
	struct module_attribute **attr;

	for (attr = modinfo_attrs; *attr; attr++)
		if ((*attr)->free)
			(*attr)->free(mod);
}
