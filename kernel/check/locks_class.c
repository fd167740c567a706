// SPDX-License-Identifier: GPL-2.0-only
/*
 * What modules built by `ring3 build --sanitize=locks` say of their locks: of
 * which class each is, from when it is made until its memory is freed, and of
 * which subclass the next acquisition of one.
 *
 * Any context but NMI; interrupts are off while tables are looked at.
 */
#include <linux/gfp.h>
#include <linux/irqflags.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/rbtree.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "check/locks.h"

#define NESTINGS_MAX 32

/* struct member - a lock and its class. */
struct member {
	struct rb_node node;
	struct list_head list; /* not in use */
	unsigned long address;
	struct class_id id; /* key NULL: of none */
	unsigned int subclass;
	bool novalidate;
};

static struct rb_root members = RB_ROOT;
/* Entries are never given to the allocator, whose calls lead here. */
static LIST_HEAD(spare);

static struct nesting nestings[NESTINGS_MAX];
static unsigned int nr_nestings;

/* ---- classes ---- */

static struct member *to_member(struct rb_node *node)
{
	return rb_entry(node, struct member, node);
}

/* The first at or behind @address. */
static struct member *find_from(unsigned long address)
{
	struct rb_node *at = members.rb_node;
	struct member *found = NULL;

	while (at) {
		struct member *member = to_member(at);

		if (member->address >= address) {
			found = member;
			at = at->rb_left;
		} else {
			at = at->rb_right;
		}
	}
	return found;
}

static struct member *find(const void *address)
{
	struct member *member = find_from((unsigned long)address);

	return member && member->address == (unsigned long)address ? member
								   : NULL;
}

static void insert(struct member *member)
{
	struct rb_node **at = &members.rb_node, *parent = NULL;

	while (*at) {
		parent = *at;
		at = member->address < to_member(parent)->address
			     ? &parent->rb_left
			     : &parent->rb_right;
	}
	rb_link_node(&member->node, parent, at);
	rb_insert_color(&member->node, &members);
}

/* Without memory for it the lock is of no class: it stands for itself. */
static struct member *find_or_make(const void *address)
{
	struct member *member = find(address);

	if (member)
		return member;
	member = list_first_entry_or_null(&spare, struct member, list);
	if (member)
		list_del(&member->list);
	else
		member = kmalloc(sizeof(*member), GFP_ATOMIC | __GFP_NOWARN);
	if (!member)
		return NULL;
	*member = (struct member){.address = (unsigned long)address};
	insert(member);
	return member;
}

void class_set(const void *address, const void *key, const char *name,
	       unsigned long site, unsigned int subclass)
{
	struct member *member;
	unsigned long flags;

	local_irq_save(flags);
	member = find_or_make(address);
	if (member) {
		member->id.key = key;
		member->id.site = site;
		strscpy(member->id.name, name, sizeof(member->id.name));
		member->subclass = subclass;
		member->novalidate = false;
	}
	local_irq_restore(flags);
}

void class_set_subclass(const void *address, unsigned int subclass)
{
	struct member *member;
	unsigned long flags;

	local_irq_save(flags);
	member = find(address);
	if (member)
		member->subclass = subclass;
	local_irq_restore(flags);
}

void class_set_none(const void *address)
{
	unsigned long flags;

	local_irq_save(flags);
	class_forget((unsigned long)address, (unsigned long)address + 1);
	local_irq_restore(flags);
}

void class_set_novalidate(const void *address)
{
	struct member *member;
	unsigned long flags;

	local_irq_save(flags);
	member = find_or_make(address);
	if (member)
		member->novalidate = true;
	local_irq_restore(flags);
}

bool class_is_novalidate(const void *address)
{
	const struct member *member = find(address);

	return member && member->novalidate;
}

struct lock *class_node(struct lock *lock, unsigned int subclass)
{
	const struct member *member = find(lock->address);
	struct lock *node = NULL;

	/* As in the kernel: what is said when it is taken goes before. */
	if (member && member->id.key && !member->novalidate)
		node = graph_class(&member->id,
				   subclass ? subclass : member->subclass,
				   lock->type);
	return node ? node : lock;
}

static void drop(struct member *member)
{
	rb_erase(&member->node, &members);
	list_add(&member->list, &spare);
}

void class_forget(unsigned long start, unsigned long end)
{
	struct member *member;

	while ((member = find_from(start)) && member->address < end)
		drop(member);
}

void class_forget_module(const struct module *mod)
{
	struct rb_node *node, *next;

	for (node = rb_first(&members); node; node = next) {
		struct member *member = to_member(node);

		next = rb_next(node);
		if (within_module(member->address, mod) ||
		    within_module((unsigned long)member->id.key, mod) ||
		    within_module(member->id.site, mod))
			drop(member);
	}
}

/* ---- nesting ---- */

void nesting_add(const void *lock, unsigned int subclass, const void *nest,
		 enum lock_type nest_type)
{
	static unsigned int next;
	struct nesting *nesting;
	unsigned long flags;

	local_irq_save(flags);
	nesting_forget(lock);
	/* One that nobody came back for is driven out. */
	nesting = &nestings[next++ % NESTINGS_MAX];
	nr_nestings += !nesting->lock;
	*nesting = (struct nesting){
		.lock = lock,
		.task = current,
		.level = lock_level(),
		.subclass = subclass,
		.nest = nest,
		.nest_type = nest_type,
	};
	local_irq_restore(flags);
}

const struct nesting *nesting_find(const void *lock)
{
	const struct nesting *nesting;

	if (!nr_nestings)
		return NULL;
	for (nesting = nestings; nesting < nestings + NESTINGS_MAX; nesting++)
		if (nesting->lock == lock && nesting->task == current &&
		    nesting->level == lock_level())
			return nesting;
	return NULL;
}

void nesting_forget(const void *lock)
{
	const struct nesting *nesting = nesting_find(lock);

	if (!nesting)
		return;
	nestings[nesting - nestings].lock = NULL;
	nr_nestings--;
}
