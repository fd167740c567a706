// SPDX-License-Identifier: GPL-2.0-only
/*
 * What modules do with programs' memory: accesses without the functions for it,
 * which the processor would refuse, and pointers of the kernel's that are given
 * to these functions.
 *
 * Any context but NMI.
 */
#include <linux/extable.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <asm/trap_pf.h>
#include "check/calls.h"
#include "internal.h"

static bool is_on(void)
{
	return ring3_kernel.options & RING3_OPTION_USER;
}

static bool is_module(unsigned long address)
{
	return address >= machine_boot_info.module_low &&
	       address < machine_boot_info.module_high;
}

static void tell(const char *what, unsigned long address,
		 const struct report_place *place)
{
	if (!report_begin("user", place->ip))
		return;
	pr_err("BUG: KASAN: user-memory-access in %pS\n", (void *)place->ip);
	pr_err("%s at addr %px by task %s/%d\n", what, (void *)address,
	       current->comm, task_pid_nr(current));
	pr_err("\n");
	report_stack(place);
	report_end();
}

void user_access(const struct pt_regs *regs, unsigned long error,
		 unsigned long address)
{
	struct report_place place = {regs->ip, regs->sp, regs->bp};

	if (!is_on() || !is_module(regs->ip) ||
	    address < machine_boot_info.user_low ||
	    address >= machine_boot_info.user_high ||
	    search_exception_tables(regs->ip))
		return;
	tell(error & X86_PF_WRITE ? "Write" : "Read", address, &place);
}

/* What nobody outside the kernel can mean. */
void user_pointer(const void *p, const struct report_place *place)
{
	if (is_on() && (is_module((unsigned long)p) || object_is_on_stack(p)))
		tell("A pointer to the kernel\'s memory, as one to a program\'s,",
		     (unsigned long)p, place);
}

void user_copied(void)
{
	if (is_on())
		user_flush_all();
}
