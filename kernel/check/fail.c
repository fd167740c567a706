// SPDX-License-Identifier: GPL-2.0-only
/*
 * Allocations that fail: one chosen by its number among those that a task
 * tries, whatever allocator it asks.
 *
 * The entry slots of the allocators, where ftrace would put its call, hold a
 * call to fail_entry only while a task wants it; at other times nothing of this
 * is in their way.  fail_begin() and fail_end() belong in process context, and
 * one task at a time may use them.
 */
#include <linux/gfp.h>
#include <linux/kallsyms.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/string.h>
#include "hook.h"
#include "internal.h"

#define SLOT_SIZE 5

/* What fail_entry saves, as it lies on the stack. */
struct fail_registers {
	unsigned long r11, r10, rax;
	unsigned long argument[6]; /* rdi, rsi, rdx, rcx, r8, r9 */
	unsigned long body; /* behind the slot */
	unsigned long caller;
};

struct site {
	const char *symbol;
	char *function; /* NULL: this kernel has no such function */
	int gfp; /* which argument: the flags */
	bool set;
};

/* Functions that take a set of buckets take the flags one argument later. */
#ifdef CONFIG_SLAB_BUCKETS
#define BEHIND_SIZE 2
#else
#define BEHIND_SIZE 1
#endif

/* (function, number of the argument with the flags): names by kernel. */
#define ALLOCATORS(DO)                                                         \
	DO(kmem_cache_alloc, 1)                                                \
	DO(kmem_cache_alloc_lru, 2)                                            \
	DO(kmem_cache_alloc_node, 1)                                           \
	DO(kmem_cache_alloc_bulk, 1)                                           \
	DO(__kmalloc, 1)                                                       \
	DO(__kmalloc_node, 1)                                                  \
	DO(__kmalloc_node_track_caller, 1)                                     \
	DO(kmalloc_trace, 1)                                                   \
	DO(kmalloc_node_trace, 1)                                              \
	DO(kmalloc_large, 1)                                                   \
	DO(kmalloc_large_node, 1)                                              \
	DO(kvmalloc_node, 1)                                                   \
	DO(__alloc_pages, 0)                                                   \
	DO(__alloc_pages_bulk, 0)                                              \
	DO(__vmalloc_node_range, 4)                                            \
	DO(pcpu_alloc, 3)                                                      \
	DO(kmem_cache_alloc_noprof, 1)                                         \
	DO(kmem_cache_alloc_lru_noprof, 2)                                     \
	DO(kmem_cache_alloc_node_noprof, 1)                                    \
	DO(kmem_cache_alloc_bulk_noprof, 1)                                    \
	DO(__kmalloc_noprof, 1)                                                \
	DO(__kmalloc_node_noprof, BEHIND_SIZE)                                 \
	DO(__kmalloc_node_track_caller_noprof, BEHIND_SIZE)                    \
	DO(__kmalloc_cache_noprof, 1)                                          \
	DO(__kmalloc_cache_node_noprof, 1)                                     \
	DO(__kmalloc_large_noprof, 1)                                          \
	DO(__kmalloc_large_node_noprof, 1)                                     \
	DO(__kvmalloc_node_noprof, BEHIND_SIZE)                                \
	DO(__alloc_pages_noprof, 0)                                            \
	DO(alloc_pages_bulk_noprof, 0)                                         \
	DO(__vmalloc_node_range_noprof, 4)                                     \
	DO(pcpu_alloc_noprof, 3)

#define DECLARE(name, gfp) extern char fail_site_##name[] __asm__(#name) __weak;
#define ENTRY(name, gfp)   {#name, fail_site_##name, gfp},

ALLOCATORS(DECLARE)

static struct site sites[] = {ALLOCATORS(ENTRY)};

void fail_entry(void);
bool fail_decide(const struct fail_registers *regs);

/*
 * Reached by a call from the slot, so that the stack holds the way to the body
 * and the way back to the caller.  A failure takes the second, with NULL.
 */
asm(".pushsection .entry.text, \"ax\"\n"
    ".globl fail_entry\n"
    "fail_entry:\n"
    "	pushq	%r9\n"
    "	pushq	%r8\n"
    "	pushq	%rcx\n"
    "	pushq	%rdx\n"
    "	pushq	%rsi\n"
    "	pushq	%rdi\n"
    "	pushq	%rax\n"
    "	pushq	%r10\n"
    "	pushq	%r11\n"
    "	movq	%rsp, %rdi\n"
    "	subq	$8, %rsp\n"
    "	call	fail_decide\n"
    "	addq	$8, %rsp\n"
    "	testb	%al, %al\n"
    "	popq	%r11\n"
    "	popq	%r10\n"
    "	popq	%rax\n"
    "	popq	%rdi\n"
    "	popq	%rsi\n"
    "	popq	%rdx\n"
    "	popq	%rcx\n"
    "	popq	%r8\n"
    "	popq	%r9\n"
    "	jnz	1f\n"
    "	ret\n"
    "	int3\n"
    "1:	leaq	8(%rsp), %rsp\n"
    "	xorl	%eax, %eax\n"
    "	ret\n"
    "	int3\n"
    ".popsection");

static struct {
	struct task_struct *task;
	unsigned int nth, seen;
	char where[KSYM_SYMBOL_LEN];
	const char *what;
} fail;

static const struct site *site_of(unsigned long body)
{
	const struct site *site;

	for (site = sites; site < sites + ARRAY_SIZE(sites); site++)
		if (site->set && hook_native(site->function) == (void *)body)
			return site;
	return NULL;
}

/* Whether this allocation is the one.  Any context. */
bool fail_decide(const struct fail_registers *regs)
{
	const struct site *site;

	if (current != fail.task || !in_task())
		return false;
	site = site_of(regs->body);
	if (!site ||
	    regs->argument[site->gfp] & (__force unsigned long)__GFP_NOFAIL)
		return false;
	if (++fail.seen != fail.nth)
		return false;
	fail.what = site->symbol;
	sprint_symbol(fail.where, regs->caller);
	return true;
}

static void set_slot(struct site *site)
{
	static const u8 nop[SLOT_SIZE] = {0x0f, 0x1f, 0x44, 0x00, 0x00};
	u8 *at = hook_skip_endbr((u8 *)site->function);
	u8 call[SLOT_SIZE];

	if (memcmp(at, nop, sizeof(nop))) {
		pr_warn("ring3: %s is traced or hooked: it will not fail\n",
			site->symbol);
		return;
	}
	hook_emit_jump(call, (u8 *)fail_entry - (at - call));
	call[0] = 0xe8;
	host_memory_poke((unsigned long)at, call, sizeof(call));
	site->set = true;
}

static void clear_slot(struct site *site)
{
	static const u8 nop[SLOT_SIZE] = {0x0f, 0x1f, 0x44, 0x00, 0x00};
	u8 *at = hook_skip_endbr((u8 *)site->function);

	host_memory_poke((unsigned long)at, nop, sizeof(nop));
	site->set = false;
}

/* The only CPU executes the old or the new instruction: none is within it, as
 * interrupts come between instructions. */
static void for_all_sites(void (*fn)(struct site *), bool set)
{
	struct site *site;

	for (site = sites; site < sites + ARRAY_SIZE(sites); site++)
		if (site->function && site->set == set)
			fn(site);
}

void fail_begin(unsigned int nth)
{
	if (!nth)
		return;
	fail.task = current;
	fail.nth = nth;
	fail.seen = 0;
	fail.what = NULL;
	for_all_sites(set_slot, false);
}

unsigned int fail_end(void)
{
	if (fail.task != current)
		return 0;
	fail.task = NULL;
	for_all_sites(clear_slot, true);
	if (fail.what)
		pr_info("ring3: allocation %u failed on request: %s, called "
			"by %s\n",
			fail.nth, fail.what, fail.where);
	return fail.seen;
}
