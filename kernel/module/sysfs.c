// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/module/NAME: attributes, parameters, sections, notes, holders.
 *
 * Process context; may sleep.  struct module points to what is allocated here
 * by the members that the kernel has for it; the kernel's own code never looks
 * into those.
 */
#include <linux/kallsyms.h>
#include <linux/kernfs.h>
#include <linux/kobject.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include "module/internal.h"

int module_param_sysfs_setup(struct module *mod, const struct kernel_param *kp,
			     unsigned int num_params);
void module_param_sysfs_remove(struct module *mod);

/* "0x", the digits, and the end of line. */
#define SECT_READ_SIZE (3 + BITS_PER_LONG / 4)

struct module_sect_attr {
	struct bin_attribute battr;
	unsigned long address;
};

struct module_sect_attrs {
	struct attribute_group grp;
	unsigned int nsections;
	struct module_sect_attr attrs[];
};

struct module_notes_attrs {
	struct kobject *dir;
	unsigned int notes;
	struct bin_attribute attrs[];
};

static bool is_shown(const Elf_Shdr *s)
{
	return s->sh_flags & SHF_ALLOC && s->sh_size;
}

static bool is_note(const Elf_Shdr *s)
{
	return is_shown(s) && s->sh_type == SHT_NOTE;
}

static ssize_t read_section(struct file *file, struct kobject *kobj,
			    struct bin_attribute *battr, char *buf, loff_t pos,
			    size_t count)
{
	struct module_sect_attr *sattr =
		container_of(battr, struct module_sect_attr, battr);
	bool show = kallsyms_show_value(file->f_cred);
	/* sprintf() ends with a NUL, for which @buf need not have room. */
	char text[SECT_READ_SIZE + 1];
	size_t n;

	if (pos)
		return -EINVAL;
	n = scnprintf(text, sizeof(text), "0x%px\n",
		      show ? (void *)sattr->address : NULL);
	count = min(count, n);
	memcpy(buf, text, count);
	return count;
}

static void free_sections(struct module_sect_attrs *sections)
{
	unsigned int i;

	for (i = 0; i < sections->nsections; i++)
		kfree(sections->attrs[i].battr.attr.name);
	kfree(sections);
}

/* One block: the group, its attributes, and the list of pointers to them. */
static struct module_sect_attrs *alloc_sections(unsigned int n)
{
	struct module_sect_attrs *sections;
	size_t size = ALIGN(struct_size(sections, attrs, n), sizeof(void *));

	sections = kzalloc(size + (n + 1) * sizeof(void *), GFP_KERNEL);
	if (!sections)
		return NULL;
	sections->grp.name = "sections";
	sections->grp.bin_attrs = (void *)sections + size;
	return sections;
}

static int fill_section(struct module_sect_attrs *sections,
			const struct load_info *info, const Elf_Shdr *s)
{
	struct module_sect_attr *sattr = &sections->attrs[sections->nsections];

	sysfs_bin_attr_init(&sattr->battr);
	sattr->address = s->sh_addr;
	sattr->battr.attr.name = kstrdup(section_name(info, s), GFP_KERNEL);
	if (!sattr->battr.attr.name)
		return -ENOMEM;
	sattr->battr.attr.mode = 0400;
	sattr->battr.read = read_section;
	sattr->battr.size = SECT_READ_SIZE;
	sections->grp.bin_attrs[sections->nsections++] = &sattr->battr;
	return 0;
}

static int add_sections(struct module *mod, const struct load_info *info)
{
	struct module_sect_attrs *sections;
	unsigned int i, n = 0;
	int err = 0;

	for (i = 0; i < info->hdr->e_shnum; i++)
		n += is_shown(&info->sechdrs[i]);
	sections = alloc_sections(n);
	if (!sections)
		return -ENOMEM;
	for (i = 0; !err && i < info->hdr->e_shnum; i++)
		if (is_shown(&info->sechdrs[i]))
			err = fill_section(sections, info, &info->sechdrs[i]);
	if (!err)
		err = sysfs_create_group(&mod->mkobj.kobj, &sections->grp);
	if (err)
		free_sections(sections);
	else
		mod->sect_attrs = sections;
	return err;
}

bool mod_sysfs_lacks_section(const struct module *mod, const char *name)
{
	const struct module_sect_attrs *sections = mod->sect_attrs;
	unsigned int i;

	for (i = 0; sections && i < sections->nsections; i++)
		if (!strcmp(sections->attrs[i].battr.attr.name, name))
			return false;
	return sections;
}

static void remove_sections(struct module *mod)
{
	if (!mod->sect_attrs)
		return;
	sysfs_remove_group(&mod->mkobj.kobj, &mod->sect_attrs->grp);
	free_sections(mod->sect_attrs);
	mod->sect_attrs = NULL;
}

static ssize_t read_note(struct file *file, struct kobject *kobj,
			 struct bin_attribute *battr, char *buf, loff_t pos,
			 size_t count)
{
	/* sysfs keeps both within battr->size. */
	memcpy(buf, battr->private + pos, count);
	return count;
}

static void free_notes(struct module_notes_attrs *notes, unsigned int added)
{
	if (notes->dir) {
		while (added--)
			sysfs_remove_bin_file(notes->dir, &notes->attrs[added]);
		kobject_put(notes->dir);
	}
	kfree(notes);
}

/* The names are those that the sections' attributes own. */
static void fill_notes(struct module_notes_attrs *notes, struct module *mod,
		       const struct load_info *info)
{
	struct bin_attribute *battr = notes->attrs;
	unsigned int i, shown = 0;

	for (i = 0; i < info->hdr->e_shnum; i++) {
		const Elf_Shdr *s = &info->sechdrs[i];

		if (is_note(s)) {
			sysfs_bin_attr_init(battr);
			battr->attr.name =
				mod->sect_attrs->attrs[shown].battr.attr.name;
			battr->attr.mode = 0444;
			battr->size = s->sh_size;
			battr->private = (void *)s->sh_addr;
			battr->read = read_note;
			battr++;
		}
		shown += is_shown(s);
	}
}

static int create_notes(struct module_notes_attrs *notes, struct module *mod)
{
	unsigned int i;
	int err = 0;

	notes->dir = kobject_create_and_add("notes", &mod->mkobj.kobj);
	if (!notes->dir) {
		free_notes(notes, 0);
		return -ENOMEM;
	}
	for (i = 0; !err && i < notes->notes; i++)
		err = sysfs_create_bin_file(notes->dir, &notes->attrs[i]);
	if (err)
		free_notes(notes, i - 1);
	else
		mod->notes_attrs = notes;
	return err;
}

static int add_notes(struct module *mod, const struct load_info *info)
{
	struct module_notes_attrs *notes;
	unsigned int i, n = 0;

	for (i = 0; i < info->hdr->e_shnum; i++)
		n += is_note(&info->sechdrs[i]);
	if (!n)
		return 0;
	notes = kzalloc(struct_size(notes, attrs, n), GFP_KERNEL);
	if (!notes)
		return -ENOMEM;
	notes->notes = n;
	fill_notes(notes, mod, info);
	return create_notes(notes, mod);
}

static void remove_notes(struct module *mod)
{
	if (mod->notes_attrs)
		free_notes(mod->notes_attrs, mod->notes_attrs->notes);
	mod->notes_attrs = NULL;
}

/* The newer loader fails where these cannot be made, the older goes on. */
static int add_contents(struct module *mod, const struct load_info *info)
{
	int err = add_sections(mod, info);

	if (!err)
		err = add_notes(mod, info);
	if (err && STRICT_ELF)
		remove_sections(mod);
	return STRICT_ELF ? err : 0;
}

static void remove_holders(struct module *mod)
{
	struct module_use *use;

	mutex_lock(&module_mutex);
	list_for_each_entry(use, &mod->target_list, target_list)
		sysfs_remove_link(use->target->holders_dir, mod->name);
	mutex_unlock(&module_mutex);
}

/* In the directory of each module that this one uses, a link here. */
static int add_holders(struct module *mod)
{
	struct module_use *use;
	int err = 0;

	mutex_lock(&module_mutex);
	list_for_each_entry(use, &mod->target_list, target_list) {
		err = sysfs_create_link(use->target->holders_dir,
					&mod->mkobj.kobj, mod->name);
		if (err)
			break;
	}
	mutex_unlock(&module_mutex);
	if (err)
		remove_holders(mod);
	return err;
}

static void remove_attributes(struct module *mod)
{
	struct module_attribute *attr;

	for (attr = mod->modinfo_attrs; attr->attr.name; attr++) {
		sysfs_remove_file(&mod->mkobj.kobj, &attr->attr);
		if (attr->free)
			attr->free(mod);
	}
	kfree(mod->modinfo_attrs);
	mod->modinfo_attrs = NULL;
}

static unsigned int count_attributes(void)
{
	unsigned int n = 0;

	while (modinfo_attrs[n])
		n++;
	return n;
}

static int add_attributes(struct module *mod)
{
	struct module_attribute **from, *to;
	int err;

	to = kcalloc(count_attributes() + 1, sizeof(*to), GFP_KERNEL);
	if (!to)
		return -ENOMEM;
	mod->modinfo_attrs = to;
	for (from = modinfo_attrs; *from; from++) {
		if ((*from)->test && !(*from)->test(mod))
			continue;
		*to = **from;
		sysfs_attr_init(&to->attr);
		err = sysfs_create_file(&mod->mkobj.kobj, &to->attr);
		if (err) {
			to->attr.name = NULL;
			remove_attributes(mod);
			return err;
		}
		to++;
	}
	return 0;
}

/* Waits for the last user of the directory. */
static void put_kobject(struct module *mod)
{
	DECLARE_COMPLETION_ONSTACK(gone);

	mod->mkobj.kobj_completion = &gone;
	kobject_put(&mod->mkobj.kobj);
	wait_for_completion(&gone);
}

/* Also one of the kernel's own has the name.  The list is long, and its search
 * by name slower than that of the directory, which rarely has it. */
static struct kobject *find_other(const char *name)
{
	struct kernfs_node *node =
		kernfs_find_and_get(module_kset->kobj.sd, name);

	if (!node)
		return NULL;
	kernfs_put(node);
	return kset_find_obj(module_kset, name);
}

static int add_kobject(struct module *mod)
{
	struct kobject *kobj = find_other(mod->name);
	int err;

	if (kobj) {
		pr_err("%s: module is already loaded\n", mod->name);
		kobject_put(kobj);
		return -EINVAL;
	}
	mod->mkobj.mod = mod;
	memset(&mod->mkobj.kobj, 0, sizeof(mod->mkobj.kobj));
	mod->mkobj.kobj.kset = module_kset;
	err = kobject_init_and_add(&mod->mkobj.kobj, (void *)&module_ktype,
				   NULL, "%s", mod->name);
	if (err)
		put_kobject(mod);
	return err;
}

int mod_sysfs_set_up(struct module *mod, struct load_info *info)
{
	int err = add_kobject(mod);

	if (err)
		return err;
	err = -ENOMEM;
	mod->holders_dir = kobject_create_and_add("holders", &mod->mkobj.kobj);
	if (!mod->holders_dir)
		goto put_kobject;
	err = module_param_sysfs_setup(mod, mod->kp, mod->num_kp);
	if (err)
		goto put_holders;
	err = add_attributes(mod);
	if (err)
		goto remove_params;
	err = add_holders(mod);
	if (err)
		goto remove_attributes;
	err = add_contents(mod, info);
	if (err)
		goto remove_holders;
	return 0;

remove_holders:
	remove_holders(mod);
remove_attributes:
	remove_attributes(mod);
remove_params:
	module_param_sysfs_remove(mod);
put_holders:
	kobject_put(mod->holders_dir);
put_kobject:
	put_kobject(mod);
	return err;
}

void mod_sysfs_tear_down(struct module *mod)
{
	remove_holders(mod);
	remove_attributes(mod);
	module_param_sysfs_remove(mod);
	kobject_put(mod->mkobj.drivers_dir);
	kobject_put(mod->holders_dir);
	remove_notes(mod);
	remove_sections(mod);
	put_kobject(mod);
}
