/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shadow memory: a byte says of eight how many of them, from the first, may be
 * touched; 0 all, a negative number none, and why not.
 *
 * The values are those of the kernel's own KASAN and of the compiler; it has none
 * for per-CPU memory.
 */
#ifndef KERNEL_SANITIZE_SHADOW_H
#define KERNEL_SANITIZE_SHADOW_H

#include <linux/string.h>
#include <linux/types.h>
#include <ring3/sanitizers.h>

#define SHADOW_GRANULE 8ul

#define SHADOW_PAGE_FREE     0xff
#define SHADOW_PAGE_REDZONE  0xfe
#define SHADOW_SLAB_REDZONE  0xfc
#define SHADOW_SLAB_FREE     0xfb
#define SHADOW_GLOBAL	     0xf9
#define SHADOW_VMALLOC	     0xf7
#define SHADOW_PERCPU	     0xf0
#define SHADOW_PERCPU_FREE   0xef
#define SHADOW_STACK_SCOPE   0xf8
#define SHADOW_STACK_LEFT    0xf1
#define SHADOW_STACK_MID     0xf2
#define SHADOW_STACK_RIGHT   0xf3
#define SHADOW_STACK_PARTIAL 0xf4
#define SHADOW_ALLOCA_LEFT   0xca
#define SHADOW_ALLOCA_RIGHT  0xcb

static inline s8 *shadow_of(unsigned long address)
{
	return (s8 *)((address >> 3) + RING3_SHADOW_OFFSET);
}

static inline bool shadow_covers(unsigned long address, size_t size)
{
	return address < RING3_SHADOWED && size <= RING3_SHADOWED - address;
}

/* Whether one byte may not be touched. */
static inline bool shadow_is_bad(unsigned long address)
{
	s8 value = *shadow_of(address);

	return value && (s8)(address & (SHADOW_GRANULE - 1)) >= value;
}

/* The bytes from the granule of @address on, up to the end of that of
 * @address + @size - 1, are of no use, because of @value. */
static inline void shadow_poison(unsigned long address, size_t size, u8 value)
{
	s8 *from = shadow_of(address);
	s8 *to = shadow_of(address + size + SHADOW_GRANULE - 1);

	memset(from, value, to - from);
}

/* All of [address, address + size) may be touched; @address is aligned. */
static inline void shadow_unpoison(unsigned long address, size_t size)
{
	memset(shadow_of(address), 0, size / SHADOW_GRANULE);
	if (size % SHADOW_GRANULE)
		*shadow_of(address + size) = size % SHADOW_GRANULE;
}

/* @size bytes of @reach are in use, the others a red zone. */
static inline void shadow_set_object(unsigned long address, size_t size,
				     size_t reach, u8 redzone)
{
	size_t whole = ALIGN(size, SHADOW_GRANULE);

	shadow_unpoison(address, size);
	if (reach > whole)
		shadow_poison(address + whole, reach - whole, redzone);
}

/* Unlike shadow_unpoison(), whole granules: nothing is left of the past. */
static inline void shadow_clear(unsigned long address, size_t size)
{
	if (shadow_covers(address, size))
		shadow_poison(address, size, 0);
}

#endif
