// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions of modules that RCU is still to call: who gave call_rcu() one has
 * to wait for it by rcu_barrier() before the function goes.
 *
 * Before RCU calls a function it takes it out of the head, so a head that
 * still has it, waits; or it was taken out of use, which heads are not while
 * they wait.
 */
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/uaccess.h>
#include "check/leaks.h"

/* So many calls, then those that are over are forgotten. */
#define CALLS_KEPT 1024

static unsigned int calls;

static bool is_over(const struct check_record *record)
{
	const struct rcu_head *head = (void *)record->key;
	struct rcu_head copy;

	return copy_from_kernel_nofault(&copy, head, sizeof(copy)) ||
	       (unsigned long)copy.func != record->size;
}

bool rcu_is_of_interest(const struct module *mod, unsigned long function)
{
	if (!check_is_inside(mod, (void *)function))
		return false;
	if (++calls % CALLS_KEPT == 0)
		record_remove_if(mod, SPACE_RCU, is_over);
	return true;
}

static bool take(struct check_record *record, void *arg)
{
	if (record->space != SPACE_RCU)
		return false;
	*(struct check_record *)arg = *record;
	return true;
}

/* What waits is called before it is gone. */
unsigned int rcu_report(const struct module *mod)
{
	struct check_record record;
	unsigned int n = 0;

	record_remove_if(mod, SPACE_RCU, is_over);
	for (;;) {
		record.key = 0;
		record_each(mod, take, &record);
		if (!record.key)
			break;
		if (++n <= LINES_MAX)
			check_say(
				mod,
				"left behind: RCU callback at 0x%lx is pending, its function is %pS",
				record.key, (void *)record.size);
		record_remove(SPACE_RCU, record.key);
	}
	if (n)
		rcu_barrier();
	return n;
}
