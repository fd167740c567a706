// SPDX-License-Identifier: GPL-2.0-only
/*
 * The CPU's side of a task switch.
 *
 * The kernel's assembly has changed stacks and the canary; what is left is to
 * say who is current.  Called by the scheduler, its run queue locked.
 */
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <asm/current.h>
#include <asm/processor.h>
#include "hook.h"
#include "internal.h"

#if HAVE_PCPU_HOT
#define CURRENT_TASK pcpu_hot.current_task
#define TOP_OF_STACK pcpu_hot.top_of_stack
#else
#define CURRENT_TASK current_task
#define TOP_OF_STACK cpu_current_top_of_stack
#endif

struct task_struct *machine_switch_to(struct task_struct *prev,
				      struct task_struct *next);

struct task_struct *machine_switch_to(struct task_struct *prev,
				      struct task_struct *next)
{
	unsigned long stack = (unsigned long)task_stack_page(next);

	this_cpu_write(CURRENT_TASK, next);
	this_cpu_write(TOP_OF_STACK, (unsigned long)task_top_of_stack(next));
	vcpu_write(client, clients_tid(next));
	vcpu_write(stack_low, stack);
	vcpu_write(stack_high, stack + THREAD_SIZE);
	return prev;
}
HOOK(__switch_to, machine_switch_to, HOOK_ENTRY, HOOK_BOOT,
     "loads segment registers, FS and the task state segment");
