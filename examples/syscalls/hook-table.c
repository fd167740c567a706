// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hook of older textbooks: another function's address in the table of
 * system calls. Shown for what is wrong with it; use a kprobe or ftrace.
 *
 * - The table is not exported: its address is looked up by a trick, with a
 *   kprobe on the function that could tell it and is not exported either.
 * - It is read-only. This clears the processor's write-protect bit, and with
 *   it the protection of everything else on this CPU, while it writes.
 * - Whoever hooks it too, and leaves in another order, leaves a pointer to
 *   freed memory in it. So does this module if a program sleeps in its hook
 *   when it is unloaded.
 * - Kernels since the spring of 2024 (6.9, and the stable ones of that time)
 *   do not look at the table any more: x64_sys_call() is a switch over the
 *   number. The entry is changed, nothing is ever intercepted, and the count
 *   printed at the end stays 0.
 */
#include <linux/atomic.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/syscalls.h>
#include <asm/processor-flags.h>
#include <asm/special_insns.h>

typedef asmlinkage long syscall_fn(const struct pt_regs *regs);
typedef unsigned long lookup_fn(const char *name);

static syscall_fn **table;
static syscall_fn *native_openat;
static atomic_t intercepted = ATOMIC_INIT(0);

static asmlinkage long hooked_openat(const struct pt_regs *regs)
{
	atomic_inc(&intercepted);
	return native_openat(regs);
}

static unsigned long find_symbol(const char *name)
{
	struct kprobe probe = {.symbol_name = "kallsyms_lookup_name"};
	lookup_fn *lookup;

	if (register_kprobe(&probe))
		return 0;
	lookup = (lookup_fn *)probe.addr;
	unregister_kprobe(&probe);
	return lookup(name);
}

/* write_cr0() refuses to clear the bit; so it is done by hand. */
static void set_cr0(unsigned long value)
{
	asm volatile("mov %0, %%cr0" : : "r"(value) : "memory");
}

static void set_entry(syscall_fn *fn)
{
	unsigned long cr0, flags;

	/* No other code must run on this CPU while it may write anywhere. */
	local_irq_save(flags);
	cr0 = read_cr0();
	set_cr0(cr0 & ~X86_CR0_WP);
	WRITE_ONCE(table[__NR_openat], fn);
	set_cr0(cr0);
	local_irq_restore(flags);
}

static int __init hook_start(void)
{
	table = (syscall_fn **)find_symbol("sys_call_table");
	if (!table)
		return -ENOENT;
	native_openat = table[__NR_openat];
	set_entry(hooked_openat);
	pr_info("hook-table: the entry is changed, %s\n",
		table[__NR_openat] == hooked_openat ? "and reads back"
						    : "or is it");
	if (find_symbol("x64_sys_call"))
		pr_info("hook-table: but this kernel has x64_sys_call\n");
	return 0;
}

static void __exit hook_end(void)
{
	set_entry(native_openat);
	pr_info("hook-table: intercepted %s\n",
		atomic_read(&intercepted) ? "some calls" : "nothing");
}

module_init(hook_start);
module_exit(hook_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Changes the table of system calls, as one should not");
