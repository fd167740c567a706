// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accesses to memory behind fences: each that faults is looked up in the shadow
 * memory, told if it is wrong, and done by itself, its pages open.
 *
 * In traps, virtual interrupts off, which they stay while the instruction is
 * stepped over; so there is one step at a time.
 */
#include <linux/extable.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <asm/insn.h>
#include <asm/processor-flags.h>
#include <asm/trap_pf.h>
#include "../internal.h"
#include "sanitize/fence.h"
#include "sanitize/internal.h"
#include "sanitize/shadow.h"

/* Afterwards an object's pages stay open, as a step costs microseconds. */
#define STEPS_OF_OBJECT 16
#define LONGEST		15
#define PAGES_MAX	4

/* The instruction that is being stepped over. */
static struct {
	bool active;
	unsigned long ip, flags;
	unsigned int n;
	struct {
		unsigned long address;
		bool void_before; /* nothing is mapped there */
	} page[PAGES_MAX];
} step;

/* ---- one step ---- */

static void close_pages(void)
{
	while (step.n) {
		unsigned long address = step.page[--step.n].address;

		if (step.page[step.n].void_before)
			host_memory_unmap(address, PAGE_SIZE);
		else
			fence_close(address, PAGE_SIZE);
	}
}

static bool is_ram(unsigned long address)
{
	return address >= machine_boot_info.ram_low &&
	       address < machine_boot_info.ram_high;
}

static void open_page(unsigned long address, bool is_void)
{
	unsigned long page = address & PAGE_MASK;

	if (step.n == PAGES_MAX)
		close_pages();
	step.page[step.n].address = page;
	step.page[step.n++].void_before = is_void;
	if (is_void)
		host_memory_map_zero(page, PAGE_SIZE);
	else
		fence_open(page, PAGE_SIZE);
}

static bool step_over(struct pt_regs *regs, unsigned long address, bool is_void)
{
	/* One that died in its step left its pages open. */
	if (step.active && step.ip != regs->ip) {
		close_pages();
		step.active = false;
	}
	if (!step.active)
		step.flags = regs->flags;
	step.active = true;
	step.ip = regs->ip;
	open_page(address, is_void);
	regs->flags |= X86_EFLAGS_TF;
	regs->flags &= ~X86_EFLAGS_IF;
	return true;
}

bool fence_stepped(struct pt_regs *regs)
{
	if (!step.active)
		return false;
	close_pages();
	step.active = false;
	regs->flags &= ~X86_EFLAGS_TF;
	regs->flags |= step.flags & (X86_EFLAGS_IF | X86_EFLAGS_TF);
	return true;
}

/* ---- what was accessed ---- */

static size_t size_two_bytes(const struct insn *insn)
{
	u8 op = insn->opcode.bytes[1];

	if (op == 0xb6 || op == 0xbe || op == 0xb0 || op == 0xc0 ||
	    (op & 0xf0) == 0x90)
		return 1;
	if (op == 0xb7 || op == 0xbf)
		return 2;
	if (op == 0xc7)
		return insn->opnd_bytes == 8 ? 16 : 8;
	return insn->opnd_bytes;
}

/* Of the access of the instruction at @ip. */
static size_t size_of(unsigned long ip)
{
	struct insn insn;
	u8 op;

	if (insn_decode(&insn, (void *)ip, LONGEST, INSN_MODE_64))
		return 1;
	op = insn.opcode.bytes[0];
	if (op == 0x0f)
		return size_two_bytes(&insn);
	if (op == 0x63)
		return 4;
	if (op == 0xff && X86_MODRM_REG(insn.modrm.value) > 1)
		return 8;
	/* Of nearly all others the lowest bit tells bytes from words. */
	return op & 1 ? insn.opnd_bytes : 1;
}

static bool is_module(unsigned long ip)
{
	return ip >= machine_boot_info.module_low &&
	       ip < machine_boot_info.module_high;
}

/* The kernel reads strings by words: what it begins with counts. */
static bool is_good(const struct pt_regs *regs, unsigned long address,
		    size_t size)
{
	size_t i;

	if (!is_module(regs->ip))
		return !shadow_is_bad(address);
	for (i = 0; i < size; i++)
		if (shadow_is_bad(address + i))
			return false;
	return true;
}

/* What a module called is told as the module's, as it would be by code that
 * was compiled with checks. */
static struct report_place place_of(const struct pt_regs *regs)
{
	struct report_place place = {regs->ip, regs->sp, regs->bp};
	unsigned long ip[16];
	unsigned int i, n = report_save_stack(&place, ip, ARRAY_SIZE(ip));

	for (i = 0; i < n && !is_module(ip[i]);)
		i++;
	if (i < n)
		place.ip = ip[i];
	return place;
}

static void tell(const struct pt_regs *regs, unsigned long error,
		 unsigned long address, size_t size)
{
	struct report_place title = place_of(regs);
	struct report_place at = {regs->ip, regs->sp, regs->bp};

	address_report(address, size, error & X86_PF_WRITE, &title, &at);
}

/* Whether one more is worth its time. */
static bool may_step(struct object *object)
{
	fence_site_look(object->site);
	return ++object->steps < STEPS_OF_OBJECT &&
	       fence_site_may_look(object->site);
}

/* Whether it is nobody else's: RAM is always open but for fences. */
static bool is_fence(const struct object *object, unsigned long address)
{
	if (is_ram(address))
		return true;
	return object && object->fenced &&
	       (object->kind == OBJECT_VMALLOC ||
		object->kind == OBJECT_PERCPU) &&
	       (object->freed || (!object->open && address >= object->block) ||
		address >= PAGE_ALIGN(object->start + object->size));
}

/* Objects that the kernel's code, which is not looked at, has touched. */
static struct object *touched[4];

void fence_reclose(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(touched); i++) {
		struct object *object = touched[i];

		touched[i] = NULL;
		if (object && object->steps < STEPS_OF_OBJECT)
			fence_made(object);
	}
}

void fence_forget(const struct object *object)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(touched); i++)
		if (touched[i] == object)
			touched[i] = NULL;
}

static void note_touched(struct object *object)
{
	unsigned int i;

	fence_site_look(object->site);
	object->steps += 2;
	for (i = 0; i < ARRAY_SIZE(touched); i++)
		if (!touched[i]) {
			touched[i] = object;
			return;
		}
}

static bool good_access(struct pt_regs *regs, struct object *object,
			unsigned long address)
{
	if (!object || !object->fenced || object->freed || object->open ||
	    object->kind == OBJECT_PAGES)
		return false;
	if (is_module(regs->ip) && may_step(object))
		return step_over(regs, address, false);
	fence_set_open(object);
	if (!is_module(regs->ip))
		note_touched(object);
	return true;
}

/* The page behind vmalloc() memory is none. */
static bool is_unmapped(const struct object *object, unsigned long address)
{
	return object->kind == OBJECT_VMALLOC && !is_ram(address) &&
	       address >= PAGE_ALIGN(object->start + object->size);
}

bool fence_fault(struct pt_regs *regs, unsigned long error,
		 unsigned long address)
{
	struct object *object;
	size_t size;

	if (!address_is_set_up() || error & X86_PF_INSTR ||
	    !shadow_covers(address, 1))
		return false;
	object = objects_near(address);
	if (!is_fence(object, address))
		return false;
	size = is_module(regs->ip) ? size_of(regs->ip) : 1;
	if (is_good(regs, address, size) && good_access(regs, object, address))
		return true;
	if (search_exception_tables(regs->ip))
		return false;
	tell(regs, error, address, size);
	if (object)
		object->told = true;
	return step_over(regs, address, is_unmapped(object, address));
}
