// SPDX-License-Identifier: GPL-2.0-only
/*
 * Imports that lead to check_call(): by a few bytes of code for each module and
 * function, which say whose call it is.  The return address cannot, since a
 * function that ends with a call jumps.
 *
 * Process context; may sleep.
 */
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/numa.h>
#include <linux/set_memory.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include "check/check.h"
#include "check/leaks.h"

#define STUB_SIZE 16
#define NR_STUBS  256

/* The stubs of one module. */
struct stubs {
	struct list_head list;
	const struct module *mod;
	u8 *code; /* a page */
	unsigned int used;
	struct check_slot slots[NR_STUBS];
};

static LIST_HEAD(all);
static DEFINE_MUTEX(mutex);

void check_call(void);

static u8 *alloc_code(void)
{
	return __vmalloc_node_range(NR_STUBS * STUB_SIZE, PAGE_SIZE,
				    machine_boot_info.module_low,
				    machine_boot_info.module_high, GFP_KERNEL,
				    PAGE_KERNEL, 0, NUMA_NO_NODE,
				    __builtin_return_address(0));
}

static struct stubs *find(const struct module *mod)
{
	struct stubs *stubs;

	list_for_each_entry(stubs, &all, list)
		if (stubs->mod == mod)
			return stubs;
	return NULL;
}

/* movabs $slot, %r11; jmp check_call */
static void make_stub(u8 *code, const struct check_slot *slot)
{
	unsigned long value = (unsigned long)slot;

	code = hook_emit(code, "\x49\xbb", 2);
	code = hook_emit(code, &value, sizeof(value));
	hook_emit_jump(code, (const u8 *)check_call);
}

/* All at once: the page is never writable and executable. */
static int make_stubs(struct stubs *stubs)
{
	unsigned long page = (unsigned long)stubs->code;
	unsigned int i;
	int err;

	for (i = 0; i < NR_STUBS; i++)
		make_stub(stubs->code + i * STUB_SIZE, &stubs->slots[i]);
	err = set_memory_ro(page, 1);
	return err ? err : set_memory_x(page, 1);
}

static struct stubs *make(const struct module *mod)
{
	struct stubs *stubs = kvzalloc(sizeof(*stubs), GFP_KERNEL);

	if (!stubs)
		return NULL;
	stubs->code = alloc_code();
	if (!stubs->code || make_stubs(stubs)) {
		vfree(stubs->code);
		kvfree(stubs);
		return NULL;
	}
	stubs->mod = mod;
	list_add(&stubs->list, &all);
	return stubs;
}

static unsigned long redirect(struct module *mod,
			      const struct check_import *import,
			      unsigned long native)
{
	struct stubs *stubs = find(mod);
	unsigned int n;

	if (!stubs)
		stubs = make(mod);
	if (!stubs || stubs->used == NR_STUBS)
		return 0;
	n = stubs->used++;
	stubs->slots[n] = (struct check_slot){
		.native = native ? (void *)native : import->native,
		.import = import,
		.mod = mod,
	};
	return (unsigned long)(stubs->code + n * STUB_SIZE);
}

unsigned long check_redirect(struct module *mod,
			     const struct module_import *found,
			     unsigned long native)
{
	const struct check_import *import = (void *)found->replacement;
	unsigned long address;

	if (!(found->options & RING3_OPTION_LEAKS))
		return found->replacement;
	watch_need(import->space);
	if (!import->what)
		return 0;
	mutex_lock(&mutex);
	address = redirect(mod, import, native);
	mutex_unlock(&mutex);
	if (!address)
		pr_warn("ring3: %s: its calls of %s are not watched\n",
			mod->name, found->symbol);
	return address;
}

void redirect_forget(const struct module *mod)
{
	struct stubs *stubs;

	mutex_lock(&mutex);
	stubs = find(mod);
	if (stubs) {
		list_del(&stubs->list);
		vfree(stubs->code);
		kvfree(stubs);
	}
	mutex_unlock(&mutex);
}
