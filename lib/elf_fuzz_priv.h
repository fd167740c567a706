/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files behind elf_fuzz.h share: seeds, the input in the making, and
 * random numbers.
 */
#ifndef LIB_ELF_FUZZ_PRIV_H
#define LIB_ELF_FUZZ_PRIV_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/elf_fuzz.h"

/* A module as it was given: whole, so its headers can be relied on. */
struct elf_seed {
	unsigned char *image;
	size_t size;
	size_t unsigned_size; /* without an appended signature */
	Elf64_Shdr *sections; /* a copy: aligned */
	const char **names; /* of sections, in image */
	unsigned int nr;
};

struct elf_fuzz {
	struct elf_seed *seeds;
	unsigned int nr;
	/* What a made module needs to be like a real one. */
	char vermagic[256];
	size_t module_size; /* of struct module */
	size_t init_offset, exit_offset; /* in it; 0: unknown */
	/* Names that the seeds import, and the checksums they know. */
	struct elf_import {
		char name[56];
		uint64_t crc;
	} * imports;
	unsigned int nr_imports;
};

/* struct elf_input - one input in the making. */
struct elf_input {
	const struct elf_fuzz *fuzz;
	const struct elf_seed *seed; /* NULL: made from nothing */
	unsigned char *image;
	size_t size, room;
	uint64_t random; /* state */
};

/* Names of sections that a loader or the rest of the kernel looks for. */
extern const char *const elf_fuzz_sections[];
extern const unsigned int elf_fuzz_nr_sections;

/* elf_fuzz.c */
uint64_t elf_fuzz_random(struct elf_input *in);
/* Below @limit, which may be 0: then 0. */
uint64_t elf_fuzz_below(struct elf_input *in, uint64_t limit);
static inline bool elf_fuzz_one_in(struct elf_input *in, unsigned int n)
{
	return !elf_fuzz_below(in, n);
}
/* A number of the kind that checks get wrong, near @old or not. */
uint64_t elf_fuzz_number(struct elf_input *in, uint64_t old);
/* Appends bytes, aligned to 16; their offset, or 0 if there is no room. */
size_t elf_fuzz_append(struct elf_input *in, const void *data, size_t n);

/* elf_fuzz_mutate.c: damages the copy of a seed. */
void elf_fuzz_mutate(struct elf_input *in);
/* Damage that needs no knowledge of what is where. */
void elf_fuzz_bytes(struct elf_input *in);

/* elf_fuzz_build.c: makes a module from nothing. */
void elf_fuzz_build(struct elf_input *in);

#endif
