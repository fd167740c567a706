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
#define CALL_SIZE  5
#define JUMP_SIZE  5

extern const struct machine_hook ring3_hooks[], ring3_hooks_end[];
extern unsigned long __start_mcount_loc[], __stop_mcount_loc[];

static const u8 endbr[ENDBR_SIZE] = {0xf3, 0x0f, 0x1e, 0xfa};

u8 *hook_skip_endbr(u8 *entry)
{
	return __builtin_memcmp(entry, endbr, ENDBR_SIZE) ? entry
							  : entry + ENDBR_SIZE;
}

static int calls_fentry(const u8 *at)
{
	s32 displacement;

	__builtin_memcpy(&displacement, at + 1, sizeof(displacement));
	return at[0] == 0xe8 &&
	       at + CALL_SIZE + displacement == (u8 *)__fentry__;
}

void *hook_native(const char *target)
{
	return hook_skip_endbr((u8 *)target) + CALL_SIZE;
}

u8 *hook_emit(u8 *to, const void *bytes, int n)
{
	__builtin_memcpy(to, bytes, n);
	return to + n;
}

u8 *hook_emit_jump(u8 *to, const u8 *target)
{
	s32 displacement = target - (to + JUMP_SIZE);

	*to = 0xe9;
	__builtin_memcpy(to + 1, &displacement, sizeof(displacement));
	return to + JUMP_SIZE;
}

/* The length of an instruction that compilers begin functions with and that
 * runs anywhere; 0 for any other. */
static int instruction_length(const u8 *code)
{
	if ((code[0] & 0xf8) == 0x50)
		return 1; /* push */
	if (code[0] != 0x48)
		return 0;
	if (code[1] == 0x89 && code[2] >= 0xc0)
		return 3; /* mov between registers */
	if (code[1] == 0xc1 && code[2] >= 0xc0)
		return 4; /* shift by a constant */
	if ((code[1] & 0xf8) == 0xb8)
		return 10; /* mov of a 64-bit constant */
	return 0;
}

/* Bytes of whole instructions at @code that make room for a jump; 0 when they
 * cannot move. */
int hook_movable(const u8 *code)
{
	int n, total = 0;

	while (total < JUMP_SIZE) {
		n = instruction_length(code + total);
		if (!n)
			return 0;
		total += n;
	}
	return total;
}

/* Room in text for the first instructions of HOOK_MOVED. */
#define MOVED_SIZE 32
asm(".pushsection .text\n"
    ".globl hook_moved_room, hook_moved_room_end\n"
    "hook_moved_room:\n"
    "	.skip 8 * 32, 0xcc\n"
    "hook_moved_room_end:\n"
    ".popsection");
extern u8 hook_moved_room[][MOVED_SIZE], hook_moved_room_end[];

static void move_entry(const struct machine_hook *hook, u8 *at)
{
	static int used;
	u8 *to = hook_moved_room[used++];
	int n = hook_movable(at);

	if (!n || to + MOVED_SIZE > hook_moved_room_end)
		host_exit(RING3_EXIT_UNSUITABLE, hook->symbol);
	*hook->moved = to;
	to = hook_emit(to, at, n);
	hook_emit_jump(to, at + n);
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
	u8 *at = hook_skip_endbr(hook->target);

	if (hook->kind == HOOK_SLOT && !calls_fentry(at))
		host_exit(RING3_EXIT_UNSUITABLE, hook->symbol);
	if (hook->kind == HOOK_MOVED)
		move_entry(hook, at);
	hook_emit_jump(at, hook->stub);
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

static const char *kind_name(enum hook_kind kind)
{
	return kind == HOOK_SLOT    ? "slot"
	       : kind == HOOK_MOVED ? "moved"
				    : "entry";
}

void hook_report_all(void)
{
	const struct machine_hook *hook;

	for (hook = ring3_hooks; hook < ring3_hooks_end; hook++)
		if (hook->target)
			host_hook_report(hook->symbol, kind_name(hook->kind),
					 hook->why, *hook->hits,
					 hook->reach == HOOK_BOOT);
}
