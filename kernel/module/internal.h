/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of the module system know of each other, sectioned by the
 * file that defines it, and what they use of the kernel that no header
 * declares.
 *
 * Loading runs in the task that called init_module(2), in process context, and
 * may sleep.  module_mutex protects the list of modules, who uses whom, and
 * the bounds of mod_tree; it is the kernel's own, so that both see the same.
 */
#ifndef KERNEL_MODULE_INTERNAL_H
#define KERNEL_MODULE_INTERNAL_H

#include <linux/dynamic_debug.h>
#include <linux/elf.h>
#include <linux/kallsyms.h>
#include <linux/module.h>
#include <linux/moduleloader.h>
#include <linux/mutex.h>
#include <linux/rbtree_latch.h>
#include <uapi/linux/module.h>
#include "../internal.h"

/*
 * Where in a module a section goes.  The order within the core and within init
 * is that of the layout.
 */
enum module_part {
	PART_TEXT,
	PART_RODATA,
	PART_RO_AFTER_INIT,
	PART_DATA,
	PART_INIT_TEXT,
	PART_INIT_RODATA,
	PART_INIT_DATA,
	NR_PARTS,
	PART_NONE = 0xf,
};

/* A laid out section's sh_entsize: its part, and its offset behind
 * part_base(). */
#define PLACE_SHIFT	    60
#define PLACE(part, offset) ((u64)(part) << PLACE_SHIFT | (offset))
#define PLACE_PART(place)   ((enum module_part)((place) >> PLACE_SHIFT))
#define PLACE_OFFSET(place) ((place) & ((1ull << PLACE_SHIFT) - 1))

/* struct load_info - one load in progress; on the loader's stack. */
struct load_info {
	const char *name; /* inside the image */
	struct module *mod; /* in the image, later in its final place */
	Elf_Ehdr *hdr; /* the image: ours to write to */
	unsigned long len; /* of the image, without a signature */
	Elf_Shdr *sechdrs;
	char *secstrings, *strtab;
	unsigned long strtab_size;
	const char *modinfo; /* NUL-terminated strings */
	unsigned long modinfo_size;
	unsigned int flags; /* MODULE_INIT_* */
	bool sig_ok;
	bool copied; /* the image is vmalloc memory to be freed */
	bool trial; /* stop before anything of the module runs */
	unsigned int sanitizers; /* RUNTIME_*: what it was compiled with */
	unsigned int next_version; /* where version.c looks first */
	/* kallsyms.c: offsets of the tables in the data and init data parts */
	unsigned long symoffs, stroffs, core_typeoffs, init_typeoffs;
	unsigned long mod_kallsyms_init_off;
#if !HAVE_MODULE_MEMORY
	struct _ddebug_info dyndbg;
#endif
	struct {
		unsigned int sym, str, mod, vers, info, pcpu;
	} index; /* of sections; 0: not there */
};

#if !HAVE_KERNEL_SYMBOL
/* What EXPORT_SYMBOL() makes: places relative to the members themselves. */
struct kernel_symbol {
	int value_offset;
	int name_offset;
	int namespace_offset;
};
#endif

/* The kernel's: kernel/module/main.c */
extern struct mutex module_mutex;
extern struct list_head modules;
extern struct wait_queue_head module_wq;
extern struct blocking_notifier_head module_notify_list;
extern struct module_attribute *modinfo_attrs[];
extern int modules_disabled;
extern char *module_blacklist;

/* The whole loader of kernels with struct module_memory names a section that
 * is there twice, and so on: where kernels differ in more than layout, this
 * says which behaviour to keep to. */
#if HAVE_MODULE_MEMORY
#define STRICT_ELF 1
#else
#define STRICT_ELF 0
#endif

/* main.c */
long load_module(struct load_info *info, const char __user *uargs);
/* Sets @flag in the module and in the kernel, with what lockdep is told. */
void add_taint_module(struct module *mod, unsigned int flag,
		      enum lockdep_ok lockdep_ok);

/* elf.c: -ENOEXEC, with the reason logged */
int elf_validity_check(struct load_info *info);
int setup_load_info(struct load_info *info);
int rewrite_section_headers(struct load_info *info);
/* Index of the allocated section called @name, or 0.  Some dozens of names are
 * looked for among as many sections: see section_is(). */
unsigned int find_sec(const struct load_info *info, const char *name);
/* The same whatever its flags. */
unsigned int find_any_sec(const struct load_info *info, const char *name);
static inline const char *section_name(const struct load_info *info,
				       const Elf_Shdr *s)
{
	return info->secstrings + s->sh_name;
}

/* Without a call in nearly all cases: most differ in the first two letters. */
static inline bool section_is(const struct load_info *info, const Elf_Shdr *s,
			      const char *name)
{
	const char *own = section_name(info, s);

	return own[0] == name[0] && own[0] && own[1] == name[1] &&
	       !strcmp(own, name);
}

/* modinfo.c */
/* The value of @tag in .modinfo behind @prev (NULL: the first), or NULL. */
const char *get_next_modinfo(const struct load_info *info, const char *tag,
			     const char *prev);
static inline const char *get_modinfo(const struct load_info *info,
				      const char *tag)
{
	return get_next_modinfo(info, tag, NULL);
}
int check_modinfo(struct load_info *info, struct module *mod);
void check_modinfo_taints(struct load_info *info, struct module *mod);
void taint_unsigned(struct load_info *info, struct module *mod);
int try_to_force_load(struct module *mod, const char *reason);
int check_export_versions(struct module *mod);
void setup_modinfo(struct module *mod, struct load_info *info);
void free_modinfo(struct module *mod);

/* layout.c */
void *part_base(const struct module *mod, enum module_part part);
unsigned int *part_size(struct module *mod, enum module_part part);
int layout_sections(struct load_info *info);
/* Takes room for section @s at the end of @part. */
int layout_one(struct load_info *info, enum module_part part, Elf_Shdr *s);
int move_module(struct load_info *info);
void free_module_memory(struct module *mod);
/* Whether [p, p + n) lies in the module's memory, or its text. */
bool within_module_memory(const struct module *mod, const void *p,
			  unsigned long n);
bool within_module_code(const struct module *mod, const void *p,
			unsigned long n);

/* sections.c */
int find_module_sections(struct module *mod, struct load_info *info);
int percpu_modalloc(struct module *mod, struct load_info *info);
void percpu_modcopy(struct module *mod, struct load_info *info);

/* tables.c: -ENOEXEC when a table that the kernel will follow points out of
 * the module */
int check_tables(struct module *mod, struct load_info *info);
/* The same of those whose code module_finalize() may have changed, and of what
 * the kernel is told of at the end. */
int check_tables_late(struct module *mod, struct load_info *info);

/* symbols.c */
int simplify_symbols(struct module *mod, struct load_info *info);
int verify_exported_symbols(struct module *mod);
void module_unload_init(struct module *mod);
void module_unload_free(struct module *mod);

/* What is known of an exported symbol. */
struct export
{
	const struct kernel_symbol *sym;
	struct module *owner; /* NULL: the kernel */
	const s32 *crc; /* NULL: unknown */
	bool gpl_only;
};
/* Finds @name; needs module_mutex.  @gplok: GPL-only ones count too. */
bool find_export(const char *name, bool gplok, struct export *found);

static inline unsigned long export_value(const struct kernel_symbol *sym)
{
	return (unsigned long)offset_to_ptr(&sym->value_offset);
}

static inline const char *export_name(const struct kernel_symbol *sym)
{
	return offset_to_ptr(&sym->name_offset);
}

/* relocate.c */
int apply_relocations(struct module *mod, struct load_info *info);

/* finalize.c */
int post_relocation(struct module *mod, struct load_info *info);

/* version.c */
int check_version(struct load_info *info, const char *symname,
		  struct module *mod, const s32 *crc);
int check_modstruct_version(struct load_info *info);
int same_magic(const char *amagic, const char *bmagic, bool has_crcs);
const char *kernel_vermagic(void);

/* kallsyms.c */
int layout_symtab(struct load_info *info);
void add_kallsyms(struct module *mod, struct load_info *info);

/* index.c: addresses of a module's symbols in order, for a while */
void kallsyms_index_begin(struct module *mod);
void kallsyms_index_end(struct module *mod);

/* sysfs.c */
int mod_sysfs_set_up(struct module *mod, struct load_info *info);
void mod_sysfs_tear_down(struct module *mod);
/* Whether the module certainly has no section @name; between the two above. */
bool mod_sysfs_lacks_section(const struct module *mod, const char *name);

/* strict_rwx.c */
int enforce_rwx_sections(struct load_info *info);
int protect_before_init(struct module *mod);
int protect_after_init(struct module *mod);

/* tree_lookup.c */
void tree_insert(struct module *mod);
void tree_remove(struct module *mod);
void tree_remove_init(struct module *mod);

/* signing.c */
int module_sig_check(struct load_info *info);

/* once.c */
/* The result of @load, or on kernels that do so, of the one that another task
 * is just doing for the same @file. */
long load_once(const void *file, long (*load)(void *arg), void *arg);

/* verified.c */
/* Differs when any key that modules may be signed by has come, gone, expired
 * or changed.  May be called in process context without locks. */
unsigned long trusted_keys_state(void);

/* decompress.c */
int module_decompress_image(struct load_info *info, const void *buf,
			    size_t size);

/* unload.c */
long delete_module(const char __user *name_user, unsigned int flags);
void free_module(struct module *mod);
/* free_module() but for the memory of the module's sections. */
void unlink_module(struct module *mod);
/* The calling task begins and ends to run init or exit of @mod. */
int loader_enter(struct module *mod);
void loader_leave(struct module *mod);

/* explain.c: nothing unless RING3_OPTION_EXPLAIN */
static inline bool explaining(void)
{
	return ring3_kernel.options & RING3_OPTION_EXPLAIN;
}
void explain(const struct load_info *info, const char *key, const char *format,
	     ...) __printf(3, 4);
void explain_sections(const struct load_info *info);
void explain_relocations(const struct load_info *info);
void explain_parameters(const struct load_info *info, const struct module *mod);

#endif
