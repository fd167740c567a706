// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of a client: what mm/usercopy.S and the hooks below call when
 * current stands for one.
 *
 * Any context in which current is that task.  An address is the client's own,
 * whatever lies there in the instance; only RING3_SCRATCH is shared.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <net/checksum.h>
#include "hook.h"
#include "internal.h"

#define PIECE 256ul

unsigned long client_copy(void *to, const void *from, unsigned long n);
unsigned long client_clear(void *to, unsigned long n);

/* What asm code takes in rax and rdx. */
struct fetched {
	long err;
	unsigned long value;
};
struct fetched client_get_user(const void *from, unsigned int n);
long client_put_user(void *to, unsigned int n, unsigned long value);

typedef long strncpy_fn(char *to, const char __user *from, long n);
typedef long strnlen_fn(const char __user *text, long n);
typedef size_t fault_in_fn(const char __user *from, size_t n);
typedef size_t fault_in_write_fn(char __user *to, size_t n);
typedef __wsum sum_from_fn(const void __user *from, void *to, int n);
typedef __wsum sum_to_fn(const void *from, void __user *to, int n);

strncpy_fn machine_strncpy_from_user;
strnlen_fn machine_strnlen_user;
fault_in_fn machine_fault_in_readable, machine_fault_in_safe_writeable;
fault_in_write_fn machine_fault_in_writeable;
sum_from_fn machine_csum_and_copy_from_user;
sum_to_fn machine_csum_and_copy_to_user;

#define HOOK_MEMORY(sym, replacement, kind)                                    \
	HOOK(sym, replacement, kind, HOOK_LATE,                                \
	     "accesses a program's memory in line, which may be a client's")

HOOK_MEMORY(strncpy_from_user, machine_strncpy_from_user, HOOK_ENTRY);
HOOK_MEMORY(strnlen_user, machine_strnlen_user, HOOK_ENTRY);
HOOK_MEMORY(fault_in_readable, machine_fault_in_readable, HOOK_SLOT);
HOOK_MEMORY(fault_in_writeable, machine_fault_in_writeable, HOOK_SLOT);
HOOK_MEMORY(fault_in_safe_writeable, machine_fault_in_safe_writeable,
	    HOOK_SLOT);

HOOK_MEMORY(csum_and_copy_from_user, machine_csum_and_copy_from_user,
	    HOOK_SLOT);
HOOK_MEMORY(csum_and_copy_to_user, machine_csum_and_copy_to_user, HOOK_SLOT);

static bool is_scratch(unsigned long address)
{
	return address >= RING3_SCRATCH && address < RING3_SCRATCH_END;
}

/* Where the kernel's own memory lies, and a client's seldom. */
static bool is_kernels(unsigned long address)
{
	return (address >= machine_boot_info.half_low &&
		address < machine_boot_info.module_high) ||
	       (address >= machine_boot_info.page_array &&
		address < machine_boot_info.user_low);
}

static unsigned long read_client(void *to, unsigned long from, unsigned long n)
{
	if (is_scratch(from)) {
		memcpy(to, (void *)from, n);
		return n;
	}
	return host_client_read(vcpu_read(client), to, from, n);
}

static unsigned long write_client(unsigned long to, const void *from,
				  unsigned long n)
{
	if (is_scratch(to)) {
		memcpy((void *)to, from, n);
		return n;
	}
	return host_client_write(vcpu_read(client), to, from, n);
}

static bool client_has(unsigned long address)
{
	u8 byte;

	return host_client_read(vcpu_read(client), &byte, address, 1);
}

/*
 * One of the two is the client's, and callers do not say which.  Where both
 * look like the kernel's, it is the one that the client has memory at; where
 * that does not tell either, the copy fails.
 */
enum side {
	SIDE_TO,
	SIDE_FROM,
	SIDE_NEITHER,
};

static enum side clients_side(unsigned long to, unsigned long from)
{
	bool has_to;

	if (!is_kernels(to))
		return SIDE_TO;
	if (!is_kernels(from))
		return SIDE_FROM;
	has_to = client_has(to);
	if (has_to == client_has(from))
		return SIDE_NEITHER;
	return has_to ? SIDE_TO : SIDE_FROM;
}

/* Returns how many bytes were not copied. */
unsigned long client_copy(void *to, const void *from, unsigned long n)
{
	switch (clients_side((unsigned long)to, (unsigned long)from)) {
	case SIDE_TO:
		return n - write_client((unsigned long)to, from, n);
	case SIDE_FROM:
		return n - read_client(to, (unsigned long)from, n);
	case SIDE_NEITHER:
		break;
	}
	return n;
}

unsigned long client_copy_from(void *to, const void *from, unsigned long n)
{
	unsigned long done = 0;

	if (access_ok((const void __user *)from, n))
		done = read_client(to, (unsigned long)from, n);
	memset(to + done, 0, n - done);
	return n - done;
}

unsigned long client_copy_to(void *to, const void *from, unsigned long n)
{
	if (!access_ok((void __user *)to, n))
		return n;
	return n - write_client((unsigned long)to, from, n);
}

unsigned long client_clear(void *to, unsigned long n)
{
	static const u8 zeros[PAGE_SIZE];
	unsigned long piece, done, at = (unsigned long)to;

	for (; n; n -= done, at += done) {
		piece = min(n, PAGE_SIZE);
		done = write_client(at, zeros, piece);
		if (done < piece)
			return n - done;
	}
	return 0;
}

struct fetched client_get_user(const void *from, unsigned int n)
{
	struct fetched result = {0, 0};

	if (read_client(&result.value, (unsigned long)from, n) != n)
		result = (struct fetched){-EFAULT, 0};
	return result;
}

long client_put_user(void *to, unsigned int n, unsigned long value)
{
	return write_client((unsigned long)to, &value, n) == n ? 0 : -EFAULT;
}

/* Up to the end of the page, so that a string before unmapped memory is read. */
static unsigned long piece_at(unsigned long address, unsigned long wanted,
			      unsigned long most)
{
	return min3(PAGE_SIZE - (address & ~PAGE_MASK), wanted, most);
}

/* Of whatever program; how much could be read. */
static unsigned long read_string(void *to, unsigned long from, unsigned long n)
{
	if (vcpu_read(client))
		return read_client(to, from, n);
	return n - raw_copy_from_user(to, (const void __user *)from, n);
}

long machine_strncpy_from_user(char *to, const char __user *from, long n)
{
	unsigned long at = (unsigned long)from, got, piece, length;
	long done = 0;

	while (done < n) {
		piece = piece_at(at + done, n - done, done ? PAGE_SIZE : PIECE);
		got = read_string(to + done, at + done, piece);
		length = strnlen(to + done, got);
		if (length < got)
			return done + length;
		if (got < piece)
			return -EFAULT;
		done += got;
	}
	return n;
}

long machine_strnlen_user(const char __user *text, long n)
{
	unsigned long at = (unsigned long)text, got, piece, length;
	char buffer[PIECE];
	long done = 0;

	while (done < n) {
		piece = piece_at(at + done, n - done, PIECE);
		got = read_string(buffer, at + done, piece);
		length = strnlen(buffer, got);
		if (length < got)
			return done + length + 1;
		if (got < piece)
			return 0;
		done += got;
	}
	return n + 1;
}

/* How many of @n bytes a copy would not reach; one a page is tried. */
static size_t out_of_reach(unsigned long at, size_t n)
{
	unsigned long end = at + n;

	while (at < end) {
		if (!is_scratch(at) && !client_has(at))
			return end - at;
		at = min(end, (at & PAGE_MASK) + PAGE_SIZE);
	}
	return 0;
}

size_t machine_fault_in_readable(const char __user *from, size_t n)
{
	if (vcpu_read(client))
		return out_of_reach((unsigned long)from, n);
	return NATIVE(fault_in_fn, fault_in_readable)(from, n);
}

/* Whether it can be written to shows when it is. */
size_t machine_fault_in_writeable(char __user *to, size_t n)
{
	if (vcpu_read(client))
		return out_of_reach((unsigned long)to, n);
	return NATIVE(fault_in_write_fn, fault_in_writeable)(to, n);
}

size_t machine_fault_in_safe_writeable(const char __user *to, size_t n)
{
	if (vcpu_read(client))
		return out_of_reach((unsigned long)to, n);
	return NATIVE(fault_in_fn, fault_in_safe_writeable)(to, n);
}

/* Network packets are summed up as they are copied; 0: a fault. */
__wsum machine_csum_and_copy_from_user(const void __user *from, void *to, int n)
{
	if (!vcpu_read(client))
		return NATIVE(sum_from_fn, csum_and_copy_from_user)(from, to,
								    n);
	if (client_copy_from(to, (__force const void *)from, n))
		return 0;
	return csum_partial(to, n, ~0u);
}

__wsum machine_csum_and_copy_to_user(const void *from, void __user *to, int n)
{
	if (!vcpu_read(client))
		return NATIVE(sum_to_fn, csum_and_copy_to_user)(from, to, n);
	if (client_copy_to((__force void *)to, from, n))
		return 0;
	return csum_partial(from, n, ~0u);
}
