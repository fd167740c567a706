// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's tree of modules by address, which traces, exception tables and
 * kallsyms are looked up by, from any context.
 *
 * Changed with module_mutex held.
 */
#include <linux/rbtree_latch.h>
#include "module/internal.h"

/* As in the kernel's own header, which is not for modules. */
extern struct mod_tree_root {
	struct latch_tree_root root;
	unsigned long addr_min;
	unsigned long addr_max;
} mod_tree;

#if HAVE_MODULE_MEMORY
#define PIECE struct module_memory
#define for_pieces(p, m)                                                       \
	for (p = (m)->mem; p < (m)->mem + MOD_MEM_NUM_TYPES; p++)
static bool is_for_init(const struct module *mod, const PIECE *piece)
{
	return mod_mem_type_is_init(piece - mod->mem);
}
#else
#define PIECE struct module_layout
/* The two lie behind each other in struct module. */
#define for_pieces(p, m)                                                       \
	for (p = &(m)->core_layout; p <= &(m)->init_layout; p++)
static bool is_for_init(const struct module *mod, const PIECE *piece)
{
	return piece == &mod->init_layout;
}
#endif

static PIECE *piece_of(struct latch_tree_node *node)
{
	return container_of(node, PIECE, mtn.node);
}

static bool lies_before(struct latch_tree_node *a, struct latch_tree_node *b)
{
	return piece_of(a)->base < piece_of(b)->base;
}

static int compare(void *key, struct latch_tree_node *node)
{
	const PIECE *piece = piece_of(node);

	if (key < piece->base)
		return -1;
	return key >= piece->base + piece->size;
}

static const struct latch_tree_ops tree_ops = {
	.less = lies_before,
	.comp = compare,
};

static void widen_bounds(const PIECE *piece)
{
	unsigned long low = (unsigned long)piece->base;

	mod_tree.addr_min = min(mod_tree.addr_min, low);
	mod_tree.addr_max = max(mod_tree.addr_max, low + piece->size);
}

void tree_insert(struct module *mod)
{
	PIECE *piece;

	for_pieces(piece, mod)
	{
		piece->mtn.mod = mod;
		if (!piece->size)
			continue;
		widen_bounds(piece);
		latch_tree_insert(&piece->mtn.node, &mod_tree.root, &tree_ops);
	}
}

void tree_remove(struct module *mod)
{
	PIECE *piece;

	for_pieces(piece, mod) if (piece->size)
		latch_tree_erase(&piece->mtn.node, &mod_tree.root, &tree_ops);
}

void tree_remove_init(struct module *mod)
{
	PIECE *piece;

	for_pieces(piece, mod) if (piece->size && is_for_init(mod, piece))
		latch_tree_erase(&piece->mtn.node, &mod_tree.root, &tree_ops);
}
