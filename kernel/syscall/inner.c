// SPDX-License-Identifier: GPL-2.0-only
/*
 * Functions that system calls come to before they have done anything that the
 * host's call would do again, or that only the rest undoes: where people set
 * hooks as well as on the calls' own functions.
 *
 * Process context.
 */
#include <linux/ftrace.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <asm/syscall.h>
#include <asm/text-patching.h>
#include "syscall/clients.h"

#define INT3 0xcc
#define CALL 0xe8
#define JUMP 0xe9

/* Between a call's own function and an inner one: __do_sys_NAME, do_sys_open. */
#define MAX_DEPTH 2

#define INNER(function, ...)                                                   \
	{                                                                      \
		.address = inner_##function, .calls = {__VA_ARGS__, -1},       \
	}
#define DECLARE_INNER(function)                                                \
	extern char inner_##function[] __asm__(#function) __weak

DECLARE_INNER(kernel_clone);
DECLARE_INNER(do_sys_open);
DECLARE_INNER(do_sys_openat2);
DECLARE_INNER(do_faccessat);
DECLARE_INNER(ksys_read);
DECLARE_INNER(ksys_write);
DECLARE_INNER(ksys_pread64);
DECLARE_INNER(ksys_pwrite64);
DECLARE_INNER(__sys_socket);
DECLARE_INNER(__sys_bind);
DECLARE_INNER(__sys_listen);
DECLARE_INNER(__sys_connect);
DECLARE_INNER(__sys_accept4);

/* In the order in which one call comes to them. */
static const struct inner {
	const char *address; /* NULL where the kernel has none */
	short calls[5];
} inners[] = {
	INNER(kernel_clone, __NR_clone, __NR_clone3, __NR_fork, __NR_vfork),
	INNER(do_sys_open, __NR_open, __NR_creat),
	INNER(do_sys_openat2, __NR_open, __NR_creat, __NR_openat, __NR_openat2),
	INNER(do_faccessat, __NR_access, __NR_faccessat, __NR_faccessat2),
	INNER(ksys_read, __NR_read),
	INNER(ksys_write, __NR_write),
	INNER(ksys_pread64, __NR_pread64),
	INNER(ksys_pwrite64, __NR_pwrite64),
	INNER(__sys_socket, __NR_socket),
	INNER(__sys_bind, __NR_bind),
	INNER(__sys_listen, __NR_listen),
	INNER(__sys_connect, __NR_connect),
	INNER(__sys_accept4, __NR_accept, __NR_accept4),
};

bool function_is_hooked(const void *function)
{
	unsigned long entry = ftrace_location((unsigned long)function);

	return entry && (memcmp((void *)entry, x86_nops[MCOUNT_INSN_SIZE],
				MCOUNT_INSN_SIZE) ||
			 *(const u8 *)function == INT3);
}

static bool comes_to(const struct inner *inner, unsigned int nr)
{
	const short *call = inner->calls;

	while (*call >= 0 && *call != (short)nr)
		call++;
	return *call >= 0;
}

static const void *target_of(const u8 *at)
{
	return at + MCOUNT_INSN_SIZE + *(const s32 *)(at + 1);
}

/* Whether @from calls @to: the compiler may have put a copy in line, and the
 * call would then be done here. */
static bool reaches(const void *from, const void *to, unsigned int depth)
{
	unsigned long size, offset;
	const u8 *at = from, *end;

	if (!kallsyms_lookup_size_offset((unsigned long)from, &size, &offset) ||
	    offset)
		return false;
	for (end = at + size - MCOUNT_INSN_SIZE; at <= end; at++) {
		if (*at != CALL && *at != JUMP)
			continue;
		if (target_of(at) == to ||
		    (depth && core_kernel_text((unsigned long)target_of(at)) &&
		     reaches(target_of(at), to, depth - 1)))
			return true;
	}
	return false;
}

const void *inner_hooked(unsigned int nr, const void *own)
{
	const void *last = NULL;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(inners); i++)
		if (inners[i].address && comes_to(&inners[i], nr) &&
		    function_is_hooked(inners[i].address) &&
		    reaches(own, inners[i].address, MAX_DEPTH))
			last = inners[i].address;
	return last;
}
