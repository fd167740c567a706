// SPDX-License-Identifier: GPL-2.0-only
/*
 * What counts as a program's address.
 *
 * The kernel's checks ask for an address in the lower half, where here the
 * kernel itself lies; so a kernel pointer would pass for a user's.  These
 * stand in front of the checks and refuse what is below the range of programs.
 *
 * Set up once before start_kernel(); the checks run in any context.
 */
#include <linux/errno.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include "hook.h"
#include "internal.h"

typedef unsigned long copy_fn(void *to, const void *from, unsigned long n);

copy_fn machine_copy_from_user, machine_copy_to_user;

HOOK(_copy_from_user, machine_copy_from_user, HOOK_MOVED, HOOK_LATE,
     "takes the kernel's own addresses for those of programs");
HOOK(_copy_to_user, machine_copy_to_user, HOOK_MOVED, HOOK_LATE,
     "takes the kernel's own addresses for those of programs");

/* PID 1 reads files into the kernel's memory through the calls that serve
 * programs (boot/files.c). */
static bool files_at_work;

void usercopy_trust_files(bool trust)
{
	files_at_work = trust;
}

static bool is_programs(const void *address)
{
	return (unsigned long)address >= machine_boot_info.user_low ||
	       (files_at_work && is_global_init(current));
}

unsigned long machine_copy_from_user(void *to, const void *from,
				     unsigned long n)
{
	if (is_programs(from))
		return MOVED(copy_fn, _copy_from_user)(to, from, n);
	memset(to, 0, n);
	return n;
}

unsigned long machine_copy_to_user(void *to, const void *from, unsigned long n)
{
	if (is_programs(to))
		return MOVED(copy_fn, _copy_to_user)(to, from, n);
	return n;
}

/*
 * __get_user_N() and __put_user_N() are assembly with a calling convention of
 * their own: the pointer in rax or rcx, the error in eax or ecx; rdx or rbx is
 * free.  Their first instructions move behind a check.
 */
#define STUB_SIZE 64

/* Room in text for eight of them. */
asm(".pushsection .text\n"
    ".globl usercopy_stubs\n"
    "usercopy_stubs:\n"
    "	.skip 8 * 64, 0xcc\n"
    ".popsection");
extern u8 usercopy_stubs[][STUB_SIZE];

/* movabs $user_low, %rdx; cmp %rdx, %rax; jae +10; bad: see below */
static const u8 get_check[] = {0x48, 0xba, 0,	 0,    0,    0,	   0, 0,
			       0,    0,	   0x48, 0x39, 0xd0, 0x73, 10};
/* xor %edx, %edx; mov $-EFAULT, %rax; ret */
static const u8 get_bad[] = {0x31, 0xd2, 0x48, 0xc7, 0xc0,
			     0xf2, 0xff, 0xff, 0xff, 0xc3};
/* movabs $user_low, %rbx; cmp %rbx, %rcx; jae +6 */
static const u8 put_check[] = {0x48, 0xbb, 0,	 0,    0,    0,	   0, 0,
			       0,    0,	   0x48, 0x39, 0xd9, 0x73, 6};
/* mov $-EFAULT, %ecx; ret */
static const u8 put_bad[] = {0xb9, 0xf2, 0xff, 0xff, 0xff, 0xc3};

static void check_pointer(u8 *function, u8 *stub, bool get)
{
	u8 *code = hook_skip_endbr(function);
	int n = hook_movable(code);
	u8 *p = stub;

	if (!n)
		host_exit(RING3_EXIT_UNSUITABLE,
			  get ? "__get_user" : "__put_user");
	p = get ? hook_emit(p, get_check, sizeof(get_check))
		: hook_emit(p, put_check, sizeof(put_check));
	memcpy(stub + 2, &machine_boot_info.user_low, 8);
	p = get ? hook_emit(p, get_bad, sizeof(get_bad))
		: hook_emit(p, put_bad, sizeof(put_bad));
	p = hook_emit(p, code, n);
	hook_emit_jump(p, code + n);
	hook_emit_jump(code, stub);
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

void usercopy_set_up(void)
{
	u8 *get[] = {(u8 *)__get_user_1, (u8 *)__get_user_2, (u8 *)__get_user_4,
		     (u8 *)__get_user_8};
	u8 *put[] = {(u8 *)__put_user_1, (u8 *)__put_user_2, (u8 *)__put_user_4,
		     (u8 *)__put_user_8};
	int i;

	for (i = 0; i < 4; i++) {
		check_pointer(get[i], usercopy_stubs[i], true);
		check_pointer(put[i], usercopy_stubs[4 + i], false);
	}
}
