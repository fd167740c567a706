/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where an instance lies in the address space of its process.
 *
 * All that modules name lies below 2 GiB, so that sign-extended 32-bit
 * relocations hold; the large areas are reservations far from where the host
 * kernel puts a program, its libraries and its stack, and from where the
 * address sanitizer keeps its books.
 */
#ifndef MACHINE_LAYOUT_H
#define MACHINE_LAYOUT_H

#define LAYOUT_LOW	   0x0f000000ul /* the first address that is ours */
#define LAYOUT_HALF	   LAYOUT_LOW /* the kernel half */
#define LAYOUT_IMAGE	   0x10000000ul /* the kernel's image */
#define LAYOUT_RAM	   0x16000000ul
#define LAYOUT_RAM_SIZE	   (256ul << 20)
#define LAYOUT_RAM_END	   (LAYOUT_RAM + LAYOUT_RAM_SIZE)
#define LAYOUT_MODULES	   0x60000000ul
#define LAYOUT_MODULES_END 0x7f000000ul
#define LAYOUT_LOW_END	   0x7fff0000ul

#define LAYOUT_PAGE_ARRAY      0x180000000000ul
#define LAYOUT_PAGE_ARRAY_SIZE ((LAYOUT_LOW_END >> 12) * 64) /* struct page */

#define LAYOUT_VMALLOC	   0x200000000000ul
#define LAYOUT_VMALLOC_END 0x400000000000ul /* 32 TiB, fixed by the kernel */

#define LAYOUT_USER	LAYOUT_VMALLOC_END
#define LAYOUT_USER_END 0x4fff00000000ul

/* Above lies the host: programs, libraries and stacks of a 64-bit process. */
#define LAYOUT_HOST 0x500000000000ul

#endif
