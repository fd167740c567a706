// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of stubs: pages where modules can reach them, never writable and
 * executable at once.
 *
 * Process context; the mutex protects the page that is being filled.
 */
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/numa.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include "check/stubs.h"
#include "hook.h"
#include "internal.h"

#define STUB_SIZE  16
#define STUB_PAGES 16

static u8 *next, *end;
static DEFINE_MUTEX(mutex);

/* As bulk, since each protection costs a system call: text_poke() of what is
 * filled in later is the host's. */
static u8 *alloc_code(void)
{
	u8 *code = __vmalloc_node_range(
		STUB_PAGES * PAGE_SIZE, PAGE_SIZE, machine_boot_info.module_low,
		machine_boot_info.module_high, GFP_KERNEL, PAGE_KERNEL_ROX, 0,
		NUMA_NO_NODE, __builtin_return_address(0));

	if (code)
		end = code + STUB_PAGES * PAGE_SIZE;
	return code;
}

/* movabs $slot, %r11; jmp entry */
static void emit(u8 *at, const struct stub_slot *slot, void (*entry)(void))
{
	unsigned long value = (unsigned long)slot;
	u8 code[STUB_SIZE], *p;

	p = hook_emit(code, "\x49\xbb", 2);
	p = hook_emit(p, &value, sizeof(value));
	hook_emit_jump(p, (const u8 *)entry - (at - code));
	host_memory_poke((unsigned long)at, code, p + 5 - code);
}

/* push $slot; jmp entry: the slot lies in RAM, below 2 GiB. */
static void emit_pushing(u8 *at, const struct stub_slot *slot,
			 void (*entry)(void))
{
	int value = (int)(unsigned long)slot;
	u8 code[STUB_SIZE], *p;

	p = hook_emit(code, "\x68", 1);
	p = hook_emit(p, &value, sizeof(value));
	hook_emit_jump(p, (const u8 *)entry - (at - code));
	host_memory_poke((unsigned long)at, code, p + 5 - code);
}

bool stub_must_push(const char *symbol)
{
	return strstarts(symbol, "__get_user_") ||
	       strstarts(symbol, "__put_user_");
}

static void *make(const struct stub_slot *slot, void (*entry)(void),
		  bool pushing)
{
	u8 *at = NULL;

	mutex_lock(&mutex);
	if (next == end)
		next = alloc_code();
	if (next) {
		at = next;
		next += STUB_SIZE;
		if (pushing)
			emit_pushing(at, slot, entry);
		else
			emit(at, slot, entry);
	} else {
		end = NULL;
	}
	mutex_unlock(&mutex);
	return at;
}

void *stub_make(const struct stub_slot *slot, void (*entry)(void))
{
	return make(slot, entry, false);
}

void *stub_make_pushing(const struct stub_slot *slot, void (*entry)(void))
{
	if ((unsigned long)slot > INT_MAX)
		return NULL;
	return make(slot, entry, true);
}
