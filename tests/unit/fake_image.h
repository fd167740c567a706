/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests: a small kernel image made up, with all the parts that image/
 * reads: container, ELF file, relocations, kallsyms in each of its layouts,
 * exports.
 */
#ifndef TESTS_UNIT_FAKE_IMAGE_H
#define TESTS_UNIT_FAKE_IMAGE_H

#include <check.h>
#include <elf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/image.h"
#include "lib/strbuf.h"
#include "tests/unit/pack.h"

enum fake_layout {
	FAKE_OLD, /* offsets, base, count, names, markers, tokens, index */
	FAKE_OLD_SEQUENCE, /* with three bytes a symbol before the tokens */
	FAKE_NEW, /* count, names, markers, tokens, index, offsets, base */
	NR_FAKE_LAYOUTS
};

#define FAKE_TEXT_SIZE	 0x100000u
#define FAKE_PERCPU_SIZE 0x1000u
#define FAKE_FILE_AT	 0x1000u /* where the text begins in the ELF file */
#define FAKE_SYMBOLS	 10400u

/* Places in the image. */
#define FAKE_PLACE32	   0x100u
#define FAKE_PLACE_INVERSE 0x104u
#define FAKE_PLACE64	   0x108u
#define FAKE_BANNER	   0x200u
#define FAKE_NAMES	   0x400u
#define FAKE_KSYMTAB	   0x600u
#define FAKE_KSYMTAB_GPL   0x700u
#define FAKE_KCRCTAB	   0x800u
#define FAKE_KCRCTAB_GPL   0x900u
#define FAKE_START_KERNEL  0x1000u
#define FAKE_KALLSYMS	   0x10000u
#define FAKE_PERCPU_VAR	   0x40u

struct fake_image {
	unsigned char *payload; /* the ELF file, then the relocations */
	size_t size;
	unsigned char *text; /* the first segment, in payload */
	uint32_t base_at; /* relative_base, in text */
};

struct fake_symbol {
	uint32_t value; /* from the start, or a per-CPU offset */
	bool percpu;
	char name[300];
};

static const char fake_banner[] = "Linux version 0.0-fake (made up)";

static void set16(void *p, uint16_t value)
{
	memcpy(p, &value, 2);
}

static void set32(void *p, uint32_t value)
{
	memcpy(p, &value, 4);
}

static void set64(void *p, uint64_t value)
{
	memcpy(p, &value, 8);
}

/* The type comes first, as in the table itself. */
static struct fake_symbol fake_symbol(uint32_t i)
{
	static const struct fake_symbol fixed[] = {
		{0, true, "Afixed_percpu_data"},
		{FAKE_PERCPU_VAR, true, "Acpu_info"},
		{0, false, "T_text"},
		{FAKE_BANNER, false, "Dlinux_banner"},
		{FAKE_KSYMTAB, false, "R__start___ksymtab"},
		{FAKE_KSYMTAB + 24, false, "R__stop___ksymtab"},
		{FAKE_KSYMTAB_GPL, false, "R__start___ksymtab_gpl"},
		{FAKE_KSYMTAB_GPL + 12, false, "R__stop___ksymtab_gpl"},
		{FAKE_KCRCTAB, false, "R__start___kcrctab"},
		{FAKE_KCRCTAB_GPL, false, "R__start___kcrctab_gpl"},
		{FAKE_START_KERNEL, false, "Tstart_kernel"},
		{FAKE_START_KERNEL, false, "tsame_address"},
	};
	const uint32_t n = sizeof(fixed) / sizeof(fixed[0]);
	struct fake_symbol made = {.value = 0x2000 + i * 4};

	if (i < n)
		return fixed[i];
	if (i < n + 3)
		snprintf(made.name, sizeof(made.name), "tthree_times");
	else if (i == n + 3) /* its length takes two bytes */
		snprintf(made.name, sizeof(made.name), "t%0250u", i);
	else
		snprintf(made.name, sizeof(made.name), "tf%05u", i);
	return made;
}

/* Token 1 is "t", token 2 is "f0"; the others are the character itself. */
static size_t fake_encode(const char *name, unsigned char *out)
{
	size_t n = 0;

	for (; *name; name++) {
		if (name[0] == 'f' && name[1] == '0') {
			out[n++] = 2;
			name++;
		} else {
			out[n++] = *name == 't' ? 1 : *name;
		}
	}
	return n;
}

static uint32_t fake_align(uint32_t at, uint32_t to)
{
	return (at + to - 1) & ~(to - 1);
}

static uint32_t fake_offsets(unsigned char *text, uint32_t at)
{
	for (uint32_t i = 0; i < FAKE_SYMBOLS; i++, at += 4) {
		struct fake_symbol symbol = fake_symbol(i);

		set32(text + at,
		      symbol.percpu ? symbol.value : -1u - symbol.value);
	}
	return fake_align(at, 8);
}

static uint32_t fake_base(struct fake_image *fake, uint32_t at)
{
	set64(fake->text + at, IMAGE_LINK_BASE);
	fake->base_at = at;
	return at + 8;
}

/* The number of symbols, their names, the markers. */
static uint32_t fake_names(unsigned char *text, uint32_t at, uint32_t align)
{
	uint32_t markers[(FAKE_SYMBOLS + 255) / 256];
	uint32_t start;

	set32(text + at, FAKE_SYMBOLS);
	start = at = fake_align(at + 4, align);
	for (uint32_t i = 0; i < FAKE_SYMBOLS; i++) {
		unsigned char code[300];
		struct fake_symbol symbol = fake_symbol(i);
		size_t len = fake_encode(symbol.name, code);

		if (i % 256 == 0)
			markers[i / 256] = at - start;
		if (len > 0x7f) {
			text[at++] = len | 0x80;
			text[at++] = len >> 7;
		} else {
			text[at++] = len;
		}
		memcpy(text + at, code, len);
		at += len;
	}
	at = fake_align(at, align);
	memcpy(text + at, markers, sizeof(markers));
	return fake_align(at + sizeof(markers), align);
}

static uint32_t fake_tokens(unsigned char *text, uint32_t at, uint32_t align)
{
	uint16_t index[256];
	uint32_t start = at;

	for (int i = 0; i < 256; i++) {
		const char *special = i == 1 ? "t" : i == 2 ? "f0" : NULL;
		char own[2] = {i ? (char)i : 'z', 0};

		index[i] = at - start;
		strcpy((char *)text + at, special ? special : own);
		at += strlen((char *)text + at) + 1;
	}
	at = fake_align(at, align);
	for (int i = 0; i < 256; i++)
		set16(text + at + 2 * i, index[i]);
	return at + 512;
}

static void fake_kallsyms(struct fake_image *fake, enum fake_layout layout)
{
	uint32_t align = layout == FAKE_NEW ? 4 : 8;
	uint32_t at = FAKE_KALLSYMS;

	if (layout != FAKE_NEW) {
		at = fake_offsets(fake->text, at);
		at = fake_base(fake, at);
	}
	at = fake_names(fake->text, at, align);
	if (layout == FAKE_OLD_SEQUENCE) {
		memset(fake->text + at, 0x5a, 3 * FAKE_SYMBOLS);
		at = fake_align(at + 3 * FAKE_SYMBOLS, align);
	}
	at = fake_tokens(fake->text, at, align);
	if (layout == FAKE_NEW) {
		at = fake_offsets(fake->text, at);
		at = fake_base(fake, at);
	}
	ck_assert_uint_lt(at, FAKE_TEXT_SIZE);
}

/* Distances are from the place they stand at. */
static void fake_export(unsigned char *text, uint32_t at, uint32_t value,
			uint32_t name, uint32_t ns)
{
	set32(text + at, value - at);
	set32(text + at + 4, name - (at + 4));
	set32(text + at + 8, ns ? ns - (at + 8) : 0);
}

static void fake_exports(unsigned char *text)
{
	uint32_t names = FAKE_NAMES;

	memcpy(text + names, "first\0second\0gpl_only\0SPACE\0", 28);
	fake_export(text, FAKE_KSYMTAB, FAKE_START_KERNEL, names, 0);
	/* per-CPU: the distance is to the link address of 0x40, and the
	 * relocation of the inverse kind mends it */
	fake_export(text, FAKE_KSYMTAB + 12, 0, names + 6, names + 5);
	set32(text + FAKE_KSYMTAB + 12,
	      FAKE_PERCPU_VAR -
		      (uint32_t)(IMAGE_LINK_BASE + FAKE_KSYMTAB + 12));
	fake_export(text, FAKE_KSYMTAB_GPL, 0x2000, names + 13, names + 22);
	set32(text + FAKE_KCRCTAB, 0x11111111);
	set32(text + FAKE_KCRCTAB + 4, 0x22222222);
	set32(text + FAKE_KCRCTAB_GPL, 0x33333333);
}

static void fake_elf(struct fake_image *fake)
{
	Elf64_Ehdr header = {
		.e_type = ET_EXEC,
		.e_machine = EM_X86_64,
		.e_phoff = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = 3,
		.e_shoff = FAKE_FILE_AT + FAKE_TEXT_SIZE + FAKE_PERCPU_SIZE,
	};
	Elf64_Phdr segments[3] = {
		{
			.p_type = PT_LOAD,
			.p_offset = FAKE_FILE_AT,
			.p_vaddr = IMAGE_LINK_BASE,
			.p_paddr = 0x1000000,
			.p_filesz = FAKE_TEXT_SIZE,
			.p_memsz = FAKE_TEXT_SIZE,
		},
		{
			.p_type = PT_LOAD,
			.p_offset = FAKE_FILE_AT + FAKE_TEXT_SIZE,
			.p_vaddr = 0,
			.p_paddr = 0x1000000 + FAKE_TEXT_SIZE,
			.p_filesz = FAKE_PERCPU_SIZE,
			.p_memsz = FAKE_PERCPU_SIZE,
		},
		{.p_type = PT_NOTE},
	};

	memcpy(header.e_ident, ELFMAG, SELFMAG);
	header.e_ident[EI_CLASS] = ELFCLASS64;
	memcpy(fake->payload, &header, sizeof(header));
	memcpy(fake->payload + sizeof(header), segments, sizeof(segments));
}

/* As they lie in the file: read from the end, each list ends with 0. */
static size_t fake_relocations(const struct fake_image *fake,
			       unsigned char *out)
{
	const uint32_t link = (uint32_t)IMAGE_LINK_BASE;
	const uint32_t table[] = {
		0, link + FAKE_PLACE64,	      link + fake->base_at,
		0, link + FAKE_PLACE_INVERSE, link + FAKE_KSYMTAB + 12,
		0, link + FAKE_PLACE32,
	};

	memcpy(out, table, sizeof(table));
	return sizeof(table);
}

static void fake_make(struct fake_image *fake, enum fake_layout layout)
{
	size_t elf = FAKE_FILE_AT + FAKE_TEXT_SIZE + FAKE_PERCPU_SIZE;

	fake->payload = calloc(1, elf + 4096);
	fake->text = fake->payload + FAKE_FILE_AT;
	memcpy(fake->text + FAKE_BANNER, fake_banner, sizeof(fake_banner));
	set32(fake->text + FAKE_PLACE32, (uint32_t)IMAGE_LINK_BASE + 0x10);
	set32(fake->text + FAKE_PLACE_INVERSE, 0x1234);
	set64(fake->text + FAKE_PLACE64, IMAGE_LINK_BASE + 0x20);
	fake_kallsyms(fake, layout);
	fake_exports(fake->text);
	fake_elf(fake);
	fake->size = elf + fake_relocations(fake, fake->payload + elf);
}

static void fake_free(struct fake_image *fake)
{
	free(fake->payload);
}

/* Around the payload what a boot loader reads; the caller frees *out. */
static size_t fake_bzimage(const struct fake_image *fake,
			   enum compression format, unsigned char **out)
{
	const size_t start = 1024 + 64;
	unsigned char *packed;
	size_t size = pack(format, fake->payload, fake->size, &packed);

	if (format != COMPRESSION_GZIP) {
		set32(packed + size, fake->size);
		size += 4;
	}
	*out = calloc(1, start + size);
	(*out)[0x1f1] = 1;
	memcpy(*out + 0x202, "HdrS", 4);
	set16(*out + 0x206, 0x20f);
	set32(*out + 0x248, 64);
	set32(*out + 0x24c, size);
	memcpy(*out + start, packed, size);
	free(packed);
	return start + size;
}

#endif
