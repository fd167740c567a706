// SPDX-License-Identifier: GPL-2.0-only
/*
 * Setting the entry hooks and telling about them.
 *
 * hook_install_all() runs once before start_kernel(), when nothing of the
 * kernel works yet: it uses no kernel function.
 */
#include <linux/kernel.h>
#include <linux/ftrace.h>
#include "hook.h"
#include "internal.h"

#define ENDBR_SIZE 4
#define CALL_SIZE 5

extern const struct machine_hook ring3_hooks[], ring3_hooks_end[];
extern unsigned long __start_mcount_loc[], __stop_mcount_loc[];

static const u8 endbr[ENDBR_SIZE] = { 0xf3, 0x0f, 0x1e, 0xfa };

static u8 *skip_endbr(u8 *entry)
{
	return __builtin_memcmp(entry, endbr, ENDBR_SIZE) ? entry :
							   entry + ENDBR_SIZE;
}

static int calls_fentry(const u8 *at)
{
	s32 displacement;

	__builtin_memcpy(&displacement, at + 1, sizeof(displacement));
	return at[0] == 0xe8 && at + CALL_SIZE + displacement == (u8 *)__fentry__;
}

void *hook_native(const char *target)
{
	return skip_endbr((u8 *)target) + CALL_SIZE;
}

/*
 * ftrace must not take a hooked entry for one of its own: it would find a jump
 * where it expects a call.  It skips entries that are zero.
 */
static void forget_ftrace_site(unsigned long site)
{
	unsigned long *p;

	for (p = __start_mcount_loc; p < __stop_mcount_loc; p++)
		if (*p == site)
			*p = 0;
}

static void install(const struct machine_hook *hook)
{
	u8 *at = skip_endbr(hook->target);
	s32 displacement = (u8 *)hook->stub - (at + CALL_SIZE);

	if (hook->kind == HOOK_SLOT && !calls_fentry(at))
		host_exit(RING3_EXIT_UNSUITABLE, hook->symbol);
	at[0] = 0xe9;
	__builtin_memcpy(at + 1, &displacement, sizeof(displacement));
	forget_ftrace_site((unsigned long)at);
}

void hook_install_all(void)
{
	const struct machine_hook *hook;

	for (hook = ring3_hooks; hook < ring3_hooks_end; hook++) {
		if (hook->target)
			install(hook);
		else if (!hook->optional)
			host_exit(RING3_EXIT_UNSUITABLE, hook->symbol);
	}
}

void hook_report_all(void)
{
	const struct machine_hook *hook;

	for (hook = ring3_hooks; hook < ring3_hooks_end; hook++)
		if (hook->target)
			host_hook_report(hook->symbol,
					 hook->kind == HOOK_SLOT ? "slot" :
								   "entry",
					 hook->why, *hook->hits,
					 hook->reach == HOOK_BOOT);
}
