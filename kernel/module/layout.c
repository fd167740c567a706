// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a module's sections lie in memory: the layout, the memory, the copy.
 *
 * Older kernels keep a module in two pieces, the core and what only init
 * needs, newer ones in seven; here a section belongs to a part, and only the
 * first functions of this file know what holds it.  Process context.
 */
#include <linux/mm.h>
#include <linux/string.h>
#include "module/internal.h"

/* More than this cannot be placed, and the kernel counts in 32 bits. */
#define MODULE_MAX (512ul << 20)

#if HAVE_MODULE_MEMORY

static const enum mod_mem_type types[NR_PARTS] = {
	[PART_TEXT] = MOD_TEXT,
	[PART_RODATA] = MOD_RODATA,
	[PART_RO_AFTER_INIT] = MOD_RO_AFTER_INIT,
	[PART_DATA] = MOD_DATA,
	[PART_INIT_TEXT] = MOD_INIT_TEXT,
	[PART_INIT_RODATA] = MOD_INIT_RODATA,
	[PART_INIT_DATA] = MOD_INIT_DATA,
};

void *part_base(const struct module *mod, enum module_part part)
{
	return mod->mem[types[part]].base;
}

unsigned int *part_size(struct module *mod, enum module_part part)
{
	return &mod->mem[types[part]].size;
}

/* A class of sections is complete: nothing to note, each has its own piece. */
static void close_part(struct module *mod, enum module_part part)
{
}

static void free_piece(struct module_memory *piece)
{
	machine_module_memory_free(piece->base);
}

static int alloc_pieces(struct module *mod)
{
	int type;

	for (type = 0; type < MOD_MEM_NUM_TYPES; type++) {
		struct module_memory *piece = &mod->mem[type];

		piece->size = PAGE_ALIGN(piece->size);
		piece->base = NULL;
		if (!piece->size)
			continue;
		piece->base = machine_module_memory(piece->size);
		if (!piece->base)
			goto fail;
		memset(piece->base, 0, piece->size);
	}
	return 0;

fail:
	while (type--)
		free_piece(&mod->mem[type]);
	return -ENOMEM;
}

/* struct module itself lies in the data. */
void free_module_memory(struct module *mod)
{
	int type;

	for (type = 0; type < MOD_MEM_NUM_TYPES; type++)
		if (type != MOD_DATA)
			free_piece(&mod->mem[type]);
	free_piece(&mod->mem[MOD_DATA]);
}

static bool within_pieces(const struct module *mod, unsigned long p,
			  unsigned long n, bool code)
{
	int type;

	for (type = 0; type < MOD_MEM_NUM_TYPES; type++) {
		const struct module_memory *piece = &mod->mem[type];
		unsigned long offset = p - (unsigned long)piece->base;

		if (code && type != MOD_TEXT && type != MOD_INIT_TEXT)
			continue;
		if (piece->size && offset < piece->size &&
		    n <= piece->size - offset)
			return true;
	}
	return false;
}

#else /* two layouts */

static struct module_layout *layout_of(struct module *mod,
				       enum module_part part)
{
	return part < PART_INIT_TEXT ? &mod->core_layout : &mod->init_layout;
}

void *part_base(const struct module *mod, enum module_part part)
{
	return layout_of((struct module *)mod, part)->base;
}

unsigned int *part_size(struct module *mod, enum module_part part)
{
	return &layout_of(mod, part)->size;
}

/* A class of sections is complete: what follows begins on another page, since
 * it gets other rights. */
static void close_part(struct module *mod, enum module_part part)
{
	struct module_layout *layout = layout_of(mod, part);

	layout->size = PAGE_ALIGN(layout->size);
	switch (part) {
	case PART_TEXT:
	case PART_INIT_TEXT:
		layout->text_size = layout->size;
		break;
	case PART_RODATA:
		layout->ro_size = layout->size;
		break;
	case PART_INIT_RODATA:
		layout->ro_size = layout->size;
		layout->ro_after_init_size = layout->size;
		break;
	case PART_RO_AFTER_INIT:
		layout->ro_after_init_size = layout->size;
		break;
	default:
		break;
	}
}

static void *alloc_zeroed(unsigned long size)
{
	void *piece = machine_module_memory(size);

	return piece ? memset(piece, 0, size) : NULL;
}

static int alloc_pieces(struct module *mod)
{
	mod->core_layout.base = alloc_zeroed(mod->core_layout.size);
	mod->init_layout.base = NULL;
	if (!mod->core_layout.base)
		return -ENOMEM;
	if (!mod->init_layout.size)
		return 0;
	mod->init_layout.base = alloc_zeroed(mod->init_layout.size);
	if (mod->init_layout.base)
		return 0;
	machine_module_memory_free(mod->core_layout.base);
	return -ENOMEM;
}

/* struct module itself lies in the core. */
void free_module_memory(struct module *mod)
{
	machine_module_memory_free(mod->init_layout.base);
	machine_module_memory_free(mod->core_layout.base);
}

static bool within_layout(const struct module_layout *layout, unsigned long p,
			  unsigned long n, bool code)
{
	unsigned long offset = p - (unsigned long)layout->base;
	unsigned long size = code ? layout->text_size : layout->size;

	return offset < size && n <= size - offset;
}

static bool within_pieces(const struct module *mod, unsigned long p,
			  unsigned long n, bool code)
{
	return within_layout(&mod->core_layout, p, n, code) ||
	       within_layout(&mod->init_layout, p, n, code);
}

#endif

bool within_module_memory(const struct module *mod, const void *p,
			  unsigned long n)
{
	return within_pieces(mod, (unsigned long)p, n, false);
}

bool within_module_code(const struct module *mod, const void *p,
			unsigned long n)
{
	return within_pieces(mod, (unsigned long)p, n, true);
}

int layout_one(struct load_info *info, enum module_part part, Elf_Shdr *s)
{
	unsigned int *size = part_size(info->mod, part);
	u64 offset = ALIGN((u64)*size, s->sh_addralign ?: 1);

	if (offset + s->sh_size > MODULE_MAX) {
		pr_err("ring3: %s: its sections do not fit into memory\n",
		       info->name);
		return -ENOEXEC;
	}
	s->sh_entsize = PLACE(part, offset);
	*size = offset + s->sh_size;
	return 0;
}

/* Which part an allocated section belongs to. */
static enum module_part part_of(const struct load_info *info, const Elf_Shdr *s)
{
	bool init = strstarts(section_name(info, s), ".init");

	if (s->sh_flags & SHF_EXECINSTR)
		return init ? PART_INIT_TEXT : PART_TEXT;
	if (!(s->sh_flags & SHF_WRITE))
		return init ? PART_INIT_RODATA : PART_RODATA;
	if (s->sh_flags & SHF_RO_AFTER_INIT && !init)
		return PART_RO_AFTER_INIT;
	return init ? PART_INIT_DATA : PART_DATA;
}

/* Writable until init is over: what says so, and jump labels, which change
 * afterwards only through text_poke() of the code. */
static void mark_ro_after_init(struct load_info *info)
{
	static const char *const names[] = {".data..ro_after_init",
					    "__jump_table"};
	unsigned int i, index;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		index = find_sec(info, names[i]);
		if (index)
			info->sechdrs[index].sh_flags |= SHF_RO_AFTER_INIT;
	}
}

/* Sets sh_entsize of every section, and the sizes in the image's struct
 * module. */
int layout_sections(struct load_info *info)
{
	unsigned int i, part;
	int err;

	/* Per-CPU data gets memory of its own kind. */
	info->sechdrs[info->index.pcpu].sh_flags &= ~(u64)SHF_ALLOC;
	mark_ro_after_init(info);
	for (i = 0; i < info->hdr->e_shnum; i++)
		info->sechdrs[i].sh_entsize = PLACE(PART_NONE, 0);
	for (part = 0; part < NR_PARTS; part++) {
		for (i = 0; i < info->hdr->e_shnum; i++) {
			Elf_Shdr *s = &info->sechdrs[i];

			if (!(s->sh_flags & SHF_ALLOC) ||
			    part_of(info, s) != part)
				continue;
			err = layout_one(info, part, s);
			if (err)
				return err;
		}
		close_part(info->mod, part);
	}
	return 0;
}

/* Copies the sections to their places, and makes sh_addr say where that is. */
static void copy_sections(struct load_info *info)
{
	unsigned int i;

	for (i = 1; i < info->hdr->e_shnum; i++) {
		Elf_Shdr *s = &info->sechdrs[i];
		void *to;

		if (!(s->sh_flags & SHF_ALLOC))
			continue;
		to = part_base(info->mod, PLACE_PART(s->sh_entsize)) +
		     PLACE_OFFSET(s->sh_entsize);
		if (s->sh_type != SHT_NOBITS)
			memcpy(to, (void *)s->sh_addr, s->sh_size);
		s->sh_addr = (unsigned long)to;
	}
}

/* Makes info->mod the final struct module. */
int move_module(struct load_info *info)
{
	struct module *image_mod = info->mod, *mod;
	int err = alloc_pieces(image_mod);

	if (err)
		return err;
	copy_sections(info);
	mod = (void *)info->sechdrs[info->index.mod].sh_addr;
	info->mod = mod;
	return 0;
}
