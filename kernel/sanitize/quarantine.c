// SPDX-License-Identifier: GPL-2.0-only
/*
 * What checked modules freed: kept for a while, poisoned, so that a late use
 * of it is seen.
 *
 * Any context but NMI; interrupts are off while the list is changed.
 */
#include <linux/irqflags.h>
#include <linux/list.h>
#include "sanitize/fence.h"
#include "sanitize/internal.h"
#include "sanitize/shadow.h"

/* The oldest goes when there is more. */
#define BYTES_MAX   (16ul << 20)
#define OBJECTS_MAX 4096

static LIST_HEAD(quarantine);
static unsigned long bytes;
static unsigned int objects;

static u8 poison_of(const struct object *object)
{
	switch (object->kind) {
	case OBJECT_SLAB:
		return SHADOW_SLAB_FREE;
	case OBJECT_VMALLOC:
		return SHADOW_VMALLOC;
	case OBJECT_PERCPU:
		return SHADOW_PERCPU_FREE;
	case OBJECT_PAGES:
		break;
	}
	return SHADOW_PAGE_FREE;
}

static struct object *take_oldest(bool all)
{
	struct object *object = NULL;
	unsigned long flags;

	local_irq_save(flags);
	if (all || bytes > BYTES_MAX || objects > OBJECTS_MAX)
		object = list_first_entry_or_null(&quarantine, struct object,
						  list);
	if (object) {
		list_del(&object->list);
		bytes -= object->reach;
		objects--;
	}
	local_irq_restore(flags);
	return object;
}

static void free_now(struct object *object)
{
	struct object copy = *object;

	object_clear(&copy);
	objects_remove(object);
	heap_free_native(&copy);
}

static void free_oldest(bool all)
{
	struct object *object;

	while ((object = take_oldest(all)))
		free_now(object);
}

void quarantine_add(struct object *object)
{
	unsigned long flags;

	object->freed = true;
	fence_forget(object);
	if (object->fenced)
		fence_freed(object);
	shadow_poison(object->start,
		      object->fenced ? object->size : object->reach,
		      poison_of(object));
	local_irq_save(flags);
	list_add_tail(&object->list, &quarantine);
	bytes += object->reach;
	objects++;
	local_irq_restore(flags);
	free_oldest(false);
}

void quarantine_flush(void)
{
	free_oldest(true);
}

void quarantine_drop(struct object *object)
{
	unsigned long flags;

	local_irq_save(flags);
	list_del(&object->list);
	bytes -= object->reach;
	objects--;
	local_irq_restore(flags);
}
