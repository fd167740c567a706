/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inputs for a module loader: damaged copies of real modules, and modules that
 * are made from nothing by the rules that compilers and linkers follow.
 *
 * Each input is a function of the seeds and of its number alone, so that it can
 * be made again.  One thread; making an input allocates nothing and makes no
 * system call.
 */
#ifndef LIB_ELF_FUZZ_H
#define LIB_ELF_FUZZ_H

#include <stddef.h>
#include <stdint.h>

struct elf_fuzz;

/* 0 or -ENOMEM. */
int elf_fuzz_new(struct elf_fuzz **result);
void elf_fuzz_free(struct elf_fuzz *fuzz);

/* Adds a module to damage, of which a copy is kept.  -ENOEXEC: it is no whole
 * 64-bit relocatable file; -ENOMEM. */
int elf_fuzz_add(struct elf_fuzz *fuzz, const void *image, size_t size);

/*
 * Writes input @number to @out, of @room bytes, and returns its size.  Needs at
 * least one module; @room is to be some 64 KiB above the largest.
 */
size_t elf_fuzz_make(const struct elf_fuzz *fuzz, uint64_t number, void *out,
		     size_t room);

#endif
