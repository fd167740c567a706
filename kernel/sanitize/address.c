// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the address sanitizer's code calls: checks of each access, and what
 * poisons the surroundings of variables.
 *
 * Any context; the shadow is memory of its own that only this looks at.  A
 * module's globals are listed in process context.
 */
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>
#include "../internal.h"
#include "sanitize/internal.h"
#include "sanitize/runtime.h"
#include "sanitize/shadow.h"

extern struct tracepoint __tracepoint_sched_process_exit;

void __asan_loadN_noabort(unsigned long address, size_t size);
void __asan_storeN_noabort(unsigned long address, size_t size);
bool __asan_ring3_read(const volatile void *address, unsigned int size);
bool __asan_ring3_write(const volatile void *address, unsigned int size);
void __asan_handle_no_return(void);
void __asan_poison_stack_memory(unsigned long address, size_t size);
void __asan_unpoison_stack_memory(unsigned long address, size_t size);
void __asan_alloca_poison(unsigned long address, size_t size);
void __asan_allocas_unpoison(unsigned long top, unsigned long bottom);
void __asan_register_globals(const void *array, size_t n);
void __asan_unregister_globals(const void *array, size_t n);

RING3_ADDRESS_ACCESSES(RUNTIME_DECLARE)
RING3_ADDRESS_OTHERS(RUNTIME_DECLARE)
RING3_ADDRESS_ACCESSES(RUNTIME_ADDRESS_SYMBOL)
RING3_ADDRESS_OTHERS(RUNTIME_ADDRESS_SYMBOL)

void address_report(unsigned long address, size_t size, bool write,
		    const struct report_place *place,
		    const struct report_place *at)
{
	if (!report_begin("KASAN", place->ip))
		return;
	pr_err("BUG: KASAN: %s in %pS\n", describe_kind(address, size),
	       (void *)place->ip);
	pr_err("%s of size %zu at addr %px by task %s/%d\n",
	       write ? "Write" : "Read", size, (void *)address, current->comm,
	       task_pid_nr(current));
	pr_err("\n");
	report_stack(at);
	describe_address(address);
	report_end();
}

static void report(unsigned long address, size_t size, bool write,
		   const struct report_place *place)
{
	struct object *object = objects_near(address);

	/* What it leaves around the object is no news. */
	if (object)
		object->told = true;
	address_report(address, size, write, place, place);
}

/* Addresses without a shadow: those of programs are not for plain accesses; the
 * rest faults by itself. */
static bool is_bad_outside(unsigned long address)
{
	return address >= machine_boot_info.user_low &&
	       address < machine_boot_info.user_high;
}

/* At most 16 bytes. */
static __always_inline bool is_bad(unsigned long address, size_t size)
{
	unsigned long last = address + size - 1;

	if (unlikely(!shadow_covers(address, size)))
		return is_bad_outside(address);
	if (unlikely(shadow_is_bad(last)))
		return true;
	if (likely(!((address ^ last) / SHADOW_GRANULE)))
		return false;
	return *shadow_of(address) ||
	       (size > SHADOW_GRANULE && *shadow_of(address + SHADOW_GRANULE) &&
		address & 7);
}

static bool is_bad_range(unsigned long address, size_t size)
{
	unsigned long last = address + size - 1;
	s8 *from = shadow_of(address), *to = shadow_of(last);

	if (!size)
		return false;
	if (!shadow_covers(address, size))
		return (ssize_t)size < 0 || is_bad_outside(address);
	return shadow_is_bad(last) || memchr_inv(from, 0, to - from);
}

bool address_check(const void *address, size_t size, bool write,
		   const struct report_place *place)
{
	if (likely(!is_bad_range((unsigned long)address, size)))
		return true;
	report((unsigned long)address, size, write, place);
	return false;
}

/* ---- accesses ---- */

#define ACCESS(name, size, write)                                              \
	void name(unsigned long address);                                      \
	void name(unsigned long address)                                       \
	{                                                                      \
		struct report_place place;                                     \
                                                                               \
		if (likely(!is_bad(address, size)))                            \
			return;                                                \
		place = REPORT_PLACE_OF_CALLER();                              \
		report(address, size, write, &place);                          \
	}

ACCESS(__asan_load1_noabort, 1, false)
ACCESS(__asan_load2_noabort, 2, false)
ACCESS(__asan_load4_noabort, 4, false)
ACCESS(__asan_load8_noabort, 8, false)
ACCESS(__asan_load16_noabort, 16, false)
ACCESS(__asan_store1_noabort, 1, true)
ACCESS(__asan_store2_noabort, 2, true)
ACCESS(__asan_store4_noabort, 4, true)
ACCESS(__asan_store8_noabort, 8, true)
ACCESS(__asan_store16_noabort, 16, true)

void __asan_loadN_noabort(unsigned long address, size_t size)
{
	struct report_place place = REPORT_PLACE_OF_CALLER();

	address_check((void *)address, size, false, &place);
}

void __asan_storeN_noabort(unsigned long address, size_t size)
{
	struct report_place place = REPORT_PLACE_OF_CALLER();

	address_check((void *)address, size, true, &place);
}

/* What headers ask for accesses that are assembly. */
bool __asan_ring3_read(const volatile void *address, unsigned int size)
{
	struct report_place place = REPORT_PLACE_OF_CALLER();

	return address_check((void *)address, size, false, &place);
}

bool __asan_ring3_write(const volatile void *address, unsigned int size)
{
	struct report_place place = REPORT_PLACE_OF_CALLER();

	return address_check((void *)address, size, true, &place);
}

/* ---- the stack ---- */

static void clear_stack_of(struct task_struct *task)
{
	shadow_clear((unsigned long)task_stack_page(task), THREAD_SIZE);
}

/* Frames that nothing returns to. */
void __asan_handle_no_return(void)
{
	clear_stack_of(current);
}

static void process_exits(void *unused, struct task_struct *task)
{
	clear_stack_of(task);
}

void __asan_poison_stack_memory(unsigned long address, size_t size)
{
	shadow_poison(address, size, SHADOW_STACK_SCOPE);
}

void __asan_unpoison_stack_memory(unsigned long address, size_t size)
{
	shadow_unpoison(address, size);
}

#define ALLOCA_REDZONE 32ul

void __asan_alloca_poison(unsigned long address, size_t size)
{
	size_t whole = ALIGN(size, SHADOW_GRANULE);
	size_t padding = ALIGN(size, ALLOCA_REDZONE) - whole;

	shadow_unpoison(address, size);
	shadow_poison(address - ALLOCA_REDZONE, ALLOCA_REDZONE,
		      SHADOW_ALLOCA_LEFT);
	shadow_poison(address + whole, padding + ALLOCA_REDZONE,
		      SHADOW_ALLOCA_RIGHT);
}

void __asan_allocas_unpoison(unsigned long top, unsigned long bottom)
{
	if (top && top < bottom)
		shadow_clear(top, bottom - top);
}

#define SET_SHADOW(value)                                                      \
	void __asan_set_shadow_##value(void *shadow, size_t size);             \
	void __asan_set_shadow_##value(void *shadow, size_t size)              \
	{                                                                      \
		memset(shadow, 0x##value, size);                               \
	}

SET_SHADOW(00)
SET_SHADOW(f1)
SET_SHADOW(f2)
SET_SHADOW(f3)
SET_SHADOW(f5)
SET_SHADOW(f8)

/* ---- global variables ---- */

/* As the compiler lays it out. */
struct asan_global {
	unsigned long address;
	size_t size, size_with_redzone;
	const char *name, *file;
	unsigned long has_dynamic_init;
	const void *location;
	const char *odr_indicator;
};

/* The globals that one constructor told of. */
struct globals {
	struct list_head list;
	const struct asan_global *first;
	size_t n;
};

static LIST_HEAD(all_globals);

static void clear_globals(const struct globals *g)
{
	size_t i;

	for (i = 0; i < g->n; i++)
		shadow_clear(g->first[i].address,
			     g->first[i].size_with_redzone);
}

/* Constructors run one after the other, and sanitize_gone() with none. */
void __asan_register_globals(const void *array, size_t n)
{
	const struct asan_global *first = array;
	struct globals *g = kmalloc(sizeof(*g), GFP_KERNEL | __GFP_NOFAIL);
	size_t i;

	*g = (struct globals){.first = first, .n = n};
	list_add(&g->list, &all_globals);
	for (i = 0; i < n; i++)
		shadow_set_object(first[i].address, first[i].size,
				  first[i].size_with_redzone, SHADOW_GLOBAL);
}

/* The loader does not run destructors: the module's memory goes as a whole. */
void __asan_unregister_globals(const void *array, size_t n)
{
	struct globals g = {.first = array, .n = n};

	clear_globals(&g);
}

void address_gone(struct module *mod)
{
	struct globals *g, *next;

	quarantine_flush();
	list_for_each_entry_safe(g, next, &all_globals, list) {
		if (!within_module((unsigned long)g->first, mod))
			continue;
		clear_globals(g);
		list_del(&g->list);
		kfree(g);
	}
}

static bool done;

bool address_is_set_up(void)
{
	return done;
}

int address_set_up(void)
{
	int err;

	if (done)
		return 0;
	err = host_memory_map_zero(RING3_SHADOW_OFFSET, RING3_SHADOWED / 8);
	if (!err)
		err = tracepoint_probe_register(
			&__tracepoint_sched_process_exit, process_exits, NULL);
	if (!err)
		heap_watch();
	done = !err;
	return err;
}
