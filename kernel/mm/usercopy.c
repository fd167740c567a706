// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accesses to a program's memory: the kernel's own functions for them lead to
 * usercopy.S, which knows of clients, and what counts as a program's address.
 *
 * The kernel's checks ask for an address in the lower half, where here the
 * kernel itself lies; so a kernel pointer would pass for a user's.  For tasks
 * that are no client's, what is below the range of programs is refused.
 *
 * Set up once before start_kernel(); the checks run in any context.
 */
#include <linux/errno.h>
#include <linux/extable.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "hook.h"
#include "internal.h"

typedef unsigned long copy_fn(void *to, const void *from, unsigned long n);
typedef int fixup_fn(struct pt_regs *regs, int trap, unsigned long error,
		     unsigned long address);

copy_fn machine_copy_from_user, machine_copy_to_user;
fixup_fn machine_fixup_exception;
extern char machine_rep_movs[], machine_rep_stos[];

HOOK(_copy_from_user, machine_copy_from_user, HOOK_MOVED, HOOK_LATE,
     "takes the kernel's own addresses for those of programs");
HOOK(_copy_to_user, machine_copy_to_user, HOOK_MOVED, HOOK_LATE,
     "takes the kernel's own addresses for those of programs");

#define HOOK_USER(sym, replacement)                                            \
	HOOK_IF_PRESENT(                                                       \
		sym, replacement, HOOK_ENTRY, HOOK_LATE,                       \
		"accesses a program's memory, which may be a client's")

HOOK_USER(copy_user_generic_unrolled, machine_copy_user);
HOOK_USER(copy_user_generic_string, machine_copy_user);
HOOK_USER(copy_user_enhanced_fast_string, machine_copy_user);
HOOK_USER(__copy_user_nocache, machine_copy_user);
HOOK_USER(copy_to_nontemporal, machine_copy_user);
HOOK_USER(rep_movs_alternative, machine_rep_movs);
HOOK_USER(rep_stos_alternative, machine_rep_stos);
HOOK_USER(clear_user_original, machine_rep_stos);
HOOK_USER(clear_user_rep_good, machine_rep_stos);
HOOK_USER(clear_user_erms, machine_rep_stos);
HOOK_USER(__get_user_1, machine_get_user_1);
HOOK_USER(__get_user_2, machine_get_user_2);
HOOK_USER(__get_user_4, machine_get_user_4);
HOOK_USER(__get_user_8, machine_get_user_8);
HOOK_USER(__get_user_nocheck_1, machine_get_user_nocheck_1);
HOOK_USER(__get_user_nocheck_2, machine_get_user_nocheck_2);
HOOK_USER(__get_user_nocheck_4, machine_get_user_nocheck_4);
HOOK_USER(__get_user_nocheck_8, machine_get_user_nocheck_8);
HOOK_USER(__put_user_1, machine_put_user_1);
HOOK_USER(__put_user_2, machine_put_user_2);
HOOK_USER(__put_user_4, machine_put_user_4);
HOOK_USER(__put_user_8, machine_put_user_8);
HOOK_USER(__put_user_nocheck_1, machine_put_user_nocheck_1);
HOOK_USER(__put_user_nocheck_2, machine_put_user_nocheck_2);
HOOK_USER(__put_user_nocheck_4, machine_put_user_nocheck_4);
HOOK_USER(__put_user_nocheck_8, machine_put_user_nocheck_8);

/* The first address of programs, for usercopy.S. */
unsigned long usercopy_lowest;

/* PID 1 reads files into the kernel's memory through the calls that serve
 * programs (boot/files.c). */
static bool files_at_work;

void usercopy_trust_files(bool trust)
{
	files_at_work = trust;
}

static bool is_programs(const void *address)
{
	return (unsigned long)address >= usercopy_lowest ||
	       (files_at_work && is_global_init(current));
}

unsigned long machine_copy_from_user(void *to, const void *from,
				     unsigned long n)
{
	if (vcpu_read(client))
		return client_copy_from(to, from, n);
	if (is_programs(from))
		return MOVED(copy_fn, _copy_from_user)(to, from, n);
	memset(to, 0, n);
	return n;
}

unsigned long machine_copy_to_user(void *to, const void *from, unsigned long n)
{
	if (vcpu_read(client))
		return client_copy_to(to, from, n);
	if (is_programs(to))
		return MOVED(copy_fn, _copy_to_user)(to, from, n);
	return n;
}

/* The kernel half's own table (ring3.lds). */
extern const struct exception_table_entry ring3_ex_table[];
extern const struct exception_table_entry ring3_ex_table_end[];

HOOK(fixup_exception, machine_fixup_exception, HOOK_SLOT, HOOK_LATE,
     "does not know of faults in the kernel half");

static unsigned long address_of(const int *relative)
{
	return (unsigned long)relative + *relative;
}

int machine_fixup_exception(struct pt_regs *regs, int trap, unsigned long error,
			    unsigned long address)
{
	const struct exception_table_entry *e;

	for (e = ring3_ex_table; e < ring3_ex_table_end; e++) {
		if (regs->ip == address_of(&e->insn)) {
			regs->ip = address_of(&e->fixup);
			return 1;
		}
	}
	return NATIVE(fixup_fn, fixup_exception)(regs, trap, error, address);
}
/*
 * Some kernels keep the end of programs' addresses in a variable and, for their
 * own text, in the instructions; what finds the CPU's features would fill both.
 */
extern unsigned long USER_PTR_MAX __weak;
extern s32 __start_runtime_ptr_USER_PTR_MAX[] __weak;
extern s32 __stop_runtime_ptr_USER_PTR_MAX[] __weak;

/* Before any of those instructions moves. */
void usercopy_set_limit(void)
{
	unsigned long limit = TASK_SIZE_MAX;
	s32 *place;

	if (!&USER_PTR_MAX)
		return;
	USER_PTR_MAX = limit;
	for (place = __start_runtime_ptr_USER_PTR_MAX;
	     place < __stop_runtime_ptr_USER_PTR_MAX; place++)
		memcpy((u8 *)place + *place, &limit, sizeof(limit));
}

extern const struct exception_table_entry __start___ex_table[];
extern const struct exception_table_entry __stop___ex_table[];

static bool is_padding(const u8 *code)
{
	static const u8 nop3[] = {0x0f, 0x1f, 0x00},
			nops[] = {0x90, 0x90, 0x90};

	return !memcmp(code, nop3, 3) || !memcmp(code, nops, 3);
}

static void call_instead(u8 *code, const char *function)
{
	s32 displacement = (const u8 *)function - (code + 5);

	code[0] = 0xe8;
	memcpy(code + 1, &displacement, sizeof(displacement));
}

/*
 * Kernels with room for a call beside `rep movsb` and `rep stosb` put the call
 * there for processors on which these are slow.
 */
static void divert_string_instructions(void)
{
	const struct exception_table_entry *e;

	for (e = __start___ex_table; e < __stop___ex_table; e++) {
		u8 *code = (u8 *)address_of(&e->insn);

		if (code[0] != 0xf3 || !is_padding(code + 2))
			continue;
		if (code[1] == 0xa4)
			call_instead(code, machine_rep_movs);
		else if (code[1] == 0xaa)
			call_instead(code, machine_rep_stos);
	}
}

void usercopy_set_up(void)
{
	usercopy_lowest = machine_boot_info.user_low;
	divert_string_instructions();
}
