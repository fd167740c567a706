// SPDX-License-Identifier: GPL-2.0-only
/*
 * What of a module that is about to go is still to be seen in sysfs: its
 * attributes, its objects, and the drivers that it registered.
 *
 * Process context.  The tree is walked without its lock, which is private to
 * the kernel, and with preemption off instead: nothing else runs on the one
 * CPU.
 */
#include <linux/kernfs.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/rbtree.h>
#include <linux/slab.h>
#include "check/leaks.h"

extern struct kernfs_node *sysfs_root_kn;

struct search {
	const struct module *mod;
	struct kernfs_node *found[LINES_MAX];
	unsigned int n;
};

static bool belongs(const struct module *mod, struct kernfs_node *kn)
{
	const struct kobject *kobj = kn->priv;

	switch (kernfs_type(kn)) {
	case KERNFS_DIR:
		return kobj && (check_is_inside(mod, kobj) ||
				check_is_inside(mod, kobj->ktype));
	case KERNFS_FILE:
		return check_is_inside(mod, kn->priv);
	case KERNFS_LINK:
		/* What a registered driver has. */
		return kn->symlink.target_kn == mod->mkobj.kobj.sd &&
		       !strcmp(kn->name, "module");
	default:
		return false;
	}
}

/* Not the module's own folder: the loader will remove it. */
static void search(struct search *s, struct kernfs_node *kn)
{
	struct rb_node *node;

	if (kn == s->mod->mkobj.kobj.sd)
		return;
	if (belongs(s->mod, kn)) {
		if (s->n < LINES_MAX) {
			kernfs_get(kn);
			s->found[s->n] = kn;
		}
		s->n++;
		return;
	}
	if (kernfs_type(kn) != KERNFS_DIR)
		return;
	for (node = rb_first(&kn->dir.children); node; node = rb_next(node))
		search(s, rb_entry(node, struct kernfs_node, rb));
}

static const char *kind_of(struct kernfs_node *kn)
{
	switch (kernfs_type(kn)) {
	case KERNFS_DIR:
		return "sysfs directory";
	case KERNFS_LINK:
		return "driver";
	default:
		return "sysfs file";
	}
}

/* As a path below /sys; of a driver, its folder. */
static void tell(const struct module *mod, struct kernfs_node *kn, char *path)
{
	char *end;

	kernfs_path(kn, path, PATH_MAX);
	end = strrchr(path, '/');
	if (kernfs_type(kn) == KERNFS_LINK && end)
		*end = 0;
	check_say(mod, "left behind: %s /sys%s is still there", kind_of(kn),
		  path);
}

unsigned int sysfs_report(struct module *mod)
{
	struct search s = {.mod = mod};
	char *path = kmalloc(PATH_MAX, GFP_KERNEL);
	unsigned int i;

	if (!path)
		return 0;
	preempt_disable();
	search(&s, sysfs_root_kn);
	preempt_enable();
	for (i = 0; i < s.n && i < LINES_MAX; i++) {
		tell(mod, s.found[i], path);
		kernfs_put(s.found[i]);
	}
	if (s.n > LINES_MAX)
		check_say(mod, "and %u more in sysfs", s.n - LINES_MAX);
	kfree(path);
	return s.n;
}
