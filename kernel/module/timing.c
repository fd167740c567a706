// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much of a load is the module's own init: the rest is the loader's.
 *
 * One task at a time is measured, whichever loader it uses; any context.
 */
#include <linux/init.h>
#include <linux/sched.h>
#include "hook.h"
#include "../internal.h"

int machine_do_one_initcall(initcall_t fn);

HOOK(do_one_initcall, machine_do_one_initcall, HOOK_SLOT, HOOK_BOOT,
     "measures the init of modules");

static struct task_struct *measured;
static unsigned long init_ns;

void timing_begin(void)
{
	init_ns = 0;
	WRITE_ONCE(measured, current);
}

unsigned long timing_end(void)
{
	WRITE_ONCE(measured, NULL);
	return init_ns;
}

int machine_do_one_initcall(initcall_t fn)
{
	unsigned long start;
	int ret;

	if (READ_ONCE(measured) != current)
		return NATIVE(typeof(machine_do_one_initcall),
			      do_one_initcall)(fn);
	start = host_clock_real();
	ret = NATIVE(typeof(machine_do_one_initcall), do_one_initcall)(fn);
	init_ns += host_clock_real() - start;
	return ret;
}
