// SPDX-License-Identifier: GPL-2.0-only
/*
 * How much of a load is the module's own init, and of an unload its exit: the
 * rest is the loader's.
 *
 * One task at a time is measured, whichever loader it uses; any context.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include "hook.h"
#include "../internal.h"

int machine_do_one_initcall(initcall_t fn);

HOOK(do_one_initcall, machine_do_one_initcall, HOOK_SLOT, HOOK_BOOT,
     "measures the init of modules");

static struct task_struct *measured;
static unsigned long own_ns;
/* Of the module that is to go; NULL: it has none, or is not measured. */
static void (*own_exit)(void);

void timing_begin(void)
{
	own_ns = 0;
	WRITE_ONCE(measured, current);
}

static void timed_exit(void)
{
	unsigned long start = host_clock_real();

	own_exit();
	own_ns += host_clock_real() - start;
}

/* A module that is refused to go keeps the detour. */
void timing_of_exit(const char *name)
{
	struct module *mod;

	preempt_disable();
	mod = find_module(name);
	if (mod && mod->exit && mod->exit != timed_exit) {
		own_exit = mod->exit;
		mod->exit = timed_exit;
	}
	preempt_enable();
}

unsigned long timing_end(void)
{
	WRITE_ONCE(measured, NULL);
	return own_ns;
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
	own_ns += host_clock_real() - start;
	return ret;
}
