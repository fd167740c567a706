// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is known of an address that must not be touched, in the words of the
 * kernel's own KASAN.
 *
 * Only for reports; any context but NMI.
 */
#include <linux/ctype.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "../internal.h"
#include "sanitize/internal.h"
#include "sanitize/shadow.h"

/* The first that is bad, which need not be the first that is touched. */
static unsigned long first_bad(unsigned long address, size_t size)
{
	unsigned long at = address;

	while (at < address + size && !shadow_is_bad(at))
		at++;
	return at < address + size ? at : address;
}

static u8 reason(unsigned long address, size_t size)
{
	unsigned long bad = first_bad(address, size);
	u8 value = *shadow_of(bad);

	/* The end of an object that fills no granule: what is behind it? */
	return value && value < SHADOW_GRANULE
		       ? *shadow_of(bad + SHADOW_GRANULE)
		       : value;
}

/* What the memory was that is past an end without a red zone. */
static const char *kind_of_memory(unsigned long address)
{
	return address >= machine_boot_info.vmalloc_low
		       ? "vmalloc-out-of-bounds"
		       : "slab-out-of-bounds";
}

const char *describe_kind(unsigned long address, size_t size)
{
	if ((ssize_t)size < 0)
		return "out-of-bounds";
	if (!shadow_covers(address, size))
		return "user-memory-access";
	switch (reason(address, size)) {
	case SHADOW_PAGE_FREE:
		return "use-after-free";
	case SHADOW_SLAB_FREE:
		return "slab-use-after-free";
	case SHADOW_PAGE_REDZONE:
	case SHADOW_SLAB_REDZONE:
		return "slab-out-of-bounds";
	case SHADOW_GLOBAL:
		return "global-out-of-bounds";
	case SHADOW_VMALLOC:
		return "vmalloc-out-of-bounds";
	case SHADOW_PERCPU:
		return "percpu-out-of-bounds";
	case SHADOW_PERCPU_FREE:
		return "percpu-use-after-free";
	case SHADOW_STACK_SCOPE:
		return "stack-use-after-scope";
	case SHADOW_STACK_LEFT:
	case SHADOW_STACK_MID:
	case SHADOW_STACK_RIGHT:
	case SHADOW_STACK_PARTIAL:
		return "stack-out-of-bounds";
	case SHADOW_ALLOCA_LEFT:
	case SHADOW_ALLOCA_RIGHT:
		return "alloca-out-of-bounds";
	}
	return kind_of_memory(address);
}

/* ---- stack ---- */

/* What the compiler leaves at the low end of a frame. */
struct frame {
	unsigned long magic;
	const char *objects; /* "COUNT OFFSET SIZE LENGTH NAME ..." */
	unsigned long function;
};
#define FRAME_MAGIC 0x41b58ab3ul

static const struct frame *find_frame(unsigned long address, unsigned long low)
{
	unsigned long at = ALIGN_DOWN(address, SHADOW_GRANULE);
	const struct frame *frame;

	while (at > low && (u8)*shadow_of(at) != SHADOW_STACK_LEFT)
		at -= SHADOW_GRANULE;
	while (at > low &&
	       (u8)*shadow_of(at - SHADOW_GRANULE) == SHADOW_STACK_LEFT)
		at -= SHADOW_GRANULE;
	frame = (const struct frame *)at;
	return at > low && frame->magic == FRAME_MAGIC ? frame : NULL;
}

static unsigned long take_number(const char **text)
{
	return simple_strtoul(skip_spaces(*text), (char **)text, 10);
}

static void describe_frame(const char *text)
{
	unsigned long n = take_number(&text);

	pr_err("This frame has %lu object%s:\n", n, n == 1 ? "" : "s");
	while (n--) {
		unsigned long offset = take_number(&text);
		unsigned long size = take_number(&text);
		unsigned long length = take_number(&text);
		int name;

		text = skip_spaces(text);
		/* Behind the name, its line. */
		name = strnchr(text, length, ':')
			       ? strnchr(text, length, ':') - text
			       : length;
		pr_err(" [%lu, %lu) '%.*s'\n", offset, offset + size, name,
		       text);
		text += length;
	}
}

static bool describe_stack(unsigned long address)
{
	unsigned long low = (unsigned long)task_stack_page(current);
	const struct frame *frame;

	if (address < low || address >= low + THREAD_SIZE)
		return false;
	pr_err("The buggy address belongs to stack of task %s/%d\n",
	       current->comm, task_pid_nr(current));
	frame = find_frame(address, low);
	if (!frame)
		return true;
	pr_err(" and is located at offset %lu in frame:\n",
	       address - (unsigned long)frame);
	pr_err(" %pS\n\n", (void *)frame->function);
	describe_frame(frame->objects);
	return true;
}

/* ---- allocated memory ---- */

static void print_trace(const char *what, const struct object_trace *trace)
{
	if (!trace->n)
		return;
	pr_err("%s by task %d:\n", what, trace->pid);
	report_print_stack(trace->ip, trace->n);
	pr_err("\n");
}

static void describe_slab(const struct object *object)
{
	if (object->cache)
		pr_err(" which belongs to the cache %s of size %lu\n",
		       object->cache->name, object->size);
	else
		pr_err(" which belongs to the cache kmalloc-%lu of size %lu\n",
		       kmalloc_size_of(object->size),
		       kmalloc_size_of(object->size));
}

static const char *allocator_of(const struct object *object)
{
	switch (object->kind) {
	case OBJECT_PAGES:
		return "the page allocator";
	case OBJECT_PERCPU:
		return "the per-CPU allocator";
	default:
		return "the virtual mapping of vmalloc";
	}
}

static void describe_place(const struct object *object, unsigned long address)
{
	unsigned long end = object->start + object->size, bytes;
	const char *where;

	if (address < object->start) {
		where = "to the left of";
		bytes = object->start - address;
	} else if (address >= end) {
		where = "to the right of";
		bytes = address - end;
	} else {
		where = "inside of";
		bytes = address - object->start;
	}
	pr_err("The buggy address is located %lu bytes %s\n", bytes, where);
	pr_err(" %s%lu-byte region [%px, %px)\n",
	       object->freed ? "freed " : "allocated ", object->size,
	       (void *)object->start, (void *)end);
}

static bool describe_object(unsigned long address)
{
	const struct object *object = objects_near(address);

	if (!object)
		return false;
	print_trace("Allocated", &object->made);
	print_trace("Freed", &object->gone);
	pr_err("The buggy address belongs to the object at %px\n",
	       (void *)object->start);
	if (object->kind == OBJECT_SLAB)
		describe_slab(object);
	else
		pr_err(" which belongs to %s\n", allocator_of(object));
	describe_place(object, address);
	return true;
}

void describe_address(unsigned long address)
{
	pr_err("\n");
	if (describe_stack(address))
		return;
	if (address >= machine_boot_info.module_low &&
	    address < machine_boot_info.module_high) {
		pr_err("The buggy address belongs to the variable:\n");
		pr_err(" %pS\n", (void *)address);
		return;
	}
	describe_object(address);
}
