// SPDX-License-Identifier: GPL-2.0-only
/*
 * What modules do where they may not sleep, and contexts that they do not leave
 * as they found them.
 *
 * Any context but NMI.
 */
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include "check/calls.h"
#include "internal.h"

static bool is_atomic(void)
{
	return preempt_count() || irqs_disabled() || rcu_preempt_depth() > 0;
}

static void print_context(void)
{
	pr_err("in_atomic(): %d, irqs_disabled(): %d, pid: %d, name: %s\n",
	       in_atomic(), irqs_disabled(), current->pid, current->comm);
	pr_err("preempt_count: %x, expected: 0\n", preempt_count());
	pr_err("RCU nest depth: %d, expected: 0\n", rcu_preempt_depth());
}

void context_may_sleep(const char *symbol, const struct report_place *place)
{
	if (!is_atomic())
		return;
	if ((is_idle_task(current) && !in_interrupt()) || oops_in_progress ||
	    !report_begin("sleeping", place->ip))
		return;
	pr_err("BUG: sleeping function called from invalid context at %s, by %pS\n",
	       symbol, (void *)place->ip);
	print_context();
	report_stack(place);
	report_end();
}

void context_may_not_sleep(const char *where, const struct report_place *place)
{
	if (preempt_count() || irqs_disabled() || oops_in_progress ||
	    !report_begin("atomic", place->ip))
		return;
	pr_err("BUG: assuming atomic context at %s, by %pS\n", where,
	       (void *)place->ip);
	print_context();
	report_stack(place);
	report_end();
}

static void put_right(void)
{
	while (rcu_preempt_depth() > 0)
		rcu_read_unlock();
	if (irqs_disabled())
		local_irq_enable();
	preempt_count_set(0);
}

void context_return(const char *what, const void *function)
{
	struct report_place place = REPORT_PLACE_HERE();

	if (!(ring3_kernel.options & RING3_OPTION_CONTEXT) || !is_atomic())
		return;
	if (report_begin("context", (unsigned long)function)) {
		pr_err("BUG: %s left an atomic context: %pS\n", what, function);
		print_context();
		report_stack(&place);
		report_end();
	}
	put_right();
}
