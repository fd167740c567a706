// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory that checked modules allocated, by address, from when it is given
 * out until the kernel's allocator has it back.
 *
 * Any context but NMI; interrupts are off while the tree is changed.  The one
 * CPU needs no lock beyond.
 */
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/rbtree.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include "sanitize/fence.h"
#include "sanitize/internal.h"
#include "sanitize/shadow.h"

static struct rb_root root = RB_ROOT;
/* Entries that are not in use: none is given to the allocator from within it. */
static LIST_HEAD(spare);

static struct object *to_object(struct rb_node *node)
{
	return rb_entry(node, struct object, node);
}

/* The last one that begins at or before @address. */
static struct object *find_before(unsigned long address)
{
	struct rb_node *at = root.rb_node;
	struct object *found = NULL;

	while (at) {
		struct object *object = to_object(at);

		if (object->start <= address) {
			found = object;
			at = at->rb_right;
		} else {
			at = at->rb_left;
		}
	}
	return found;
}

static void insert(struct object *object)
{
	struct rb_node **at = &root.rb_node, *parent = NULL;

	while (*at) {
		parent = *at;
		at = object->start < to_object(parent)->start
			     ? &parent->rb_left
			     : &parent->rb_right;
	}
	rb_link_node(&object->node, parent, at);
	rb_insert_color(&object->node, &root);
}

static struct object *new_object(void)
{
	struct object *object;
	unsigned long flags;

	local_irq_save(flags);
	object = list_first_entry_or_null(&spare, struct object, list);
	if (object)
		list_del(&object->list);
	local_irq_restore(flags);
	return object ? object
		      : kmalloc(sizeof(*object), GFP_ATOMIC | __GFP_NOWARN);
}

/* Without memory for it the object is like any that is not checked: NULL. */
struct object *objects_add(const struct object *model)
{
	struct object *old = objects_find(model->start);
	struct object *object = new_object();
	unsigned long flags;

	if (old)
		objects_remove(old);
	if (!object) {
		shadow_clear(model->start, model->reach);
		return NULL;
	}
	*object = *model;
	local_irq_save(flags);
	insert(object);
	local_irq_restore(flags);
	return object;
}

void objects_each(void (*fn)(struct object *object, void *arg), void *arg)
{
	struct rb_node *node;
	unsigned long flags;

	local_irq_save(flags);
	for (node = rb_first(&root); node; node = rb_next(node))
		fn(to_object(node), arg);
	local_irq_restore(flags);
}

struct object *objects_find(unsigned long start)
{
	struct object *object;
	unsigned long flags;

	local_irq_save(flags);
	object = find_before(start);
	local_irq_restore(flags);
	return object && object->start == start ? object : NULL;
}

struct object *objects_near(unsigned long address)
{
	struct object *object, *next;
	struct rb_node *node;
	unsigned long flags;

	local_irq_save(flags);
	object = find_before(address);
	node = object ? rb_next(&object->node) : rb_first(&root);
	next = node ? to_object(node) : NULL;
	local_irq_restore(flags);
	if (object && address < object->start + object->reach)
		return object;
	if (next && next->block && address >= next->block)
		return next;
	/* Just before one, or somewhere behind one. */
	if (next && next->start - address <= 64)
		return next;
	return object && address - object->start < object->reach + PAGE_SIZE
		       ? object
		       : NULL;
}

void objects_remove(struct object *object)
{
	unsigned long flags;

	fence_forget(object);
	local_irq_save(flags);
	rb_erase(&object->node, &root);
	list_add(&object->list, &spare);
	local_irq_restore(flags);
}

void object_note(struct object_trace *trace, const struct report_place *place)
{
	trace->pid = task_pid_nr(current);
	trace->n = report_save_stack(place, trace->ip, ARRAY_SIZE(trace->ip));
}

void object_clear(const struct object *object)
{
	if (object->fenced && object->kind == OBJECT_SLAB)
		return;
	if (object->classed)
		shadow_poison(object->start, object->reach, SHADOW_SLAB_FREE);
	else
		shadow_clear(object->start, object->reach);
}

void objects_forget(unsigned long low, unsigned long high)
{
	struct object *object;

	for (object = find_before(high - 1); object && object->start >= low;
	     object = find_before(high - 1)) {
		if (object->freed)
			quarantine_drop(object);
		if (object->fenced)
			fence_drop(object);
		object_clear(object);
		objects_remove(object);
	}
}
