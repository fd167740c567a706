// SPDX-License-Identifier: GPL-2.0-only
/*
 * lib/elf_fuzz: what it makes of a small module stays within its room, is the
 * same for the same number, and is damaged.
 */
#include <check.h>
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/elf_fuzz.h"
#include "tests/unit/suite.h"

#define ROOM   (128 * 1024)
#define CANARY 0x5a

static const char names[] = "\0.shstrtab\0.modinfo\0.symtab\0.strtab\0.text\0"
			    ".rela.text\0__versions\0"
			    ".gnu.linkonce.this_module";
static const char modinfo[] = "license=GPL\0vermagic=6.1 SMP \0depends=";
static const char strings[] = "\0init_module\0printk";

static struct module_file {
	Elf64_Ehdr header;
	char names[sizeof(names)];
	char modinfo[sizeof(modinfo)];
	char strings[sizeof(strings)];
	char versions[128];
	char text[64];
	char module[896];
	_Alignas(8) Elf64_Sym symbols[3];
	Elf64_Rela relas[2];
	Elf64_Shdr sections[9];
} file;

static struct elf_fuzz *fuzz;
static unsigned char *out;

static void section(int i, const char *name, unsigned int type, size_t offset,
		    size_t size)
{
	file.sections[i] = (Elf64_Shdr){
		.sh_name = (const char *)memmem(names, sizeof(names), name,
						strlen(name) + 1) -
			   names,
		.sh_type = type,
		.sh_offset = offset,
		.sh_size = size,
		.sh_addralign = 1,
	};
}

#define SECTION(i, name, type, member)                                         \
	section(i, name, type, offsetof(struct module_file, member),           \
		sizeof(file.member))

static void make_file(void)
{
	static const unsigned char ident[] = {0x7f,	  'E',	       'L', 'F',
					      ELFCLASS64, ELFDATA2LSB, 1};

	memset(&file, 0, sizeof(file));
	memcpy(file.header.e_ident, ident, sizeof(ident));
	file.header.e_type = ET_REL;
	file.header.e_machine = EM_X86_64;
	file.header.e_shentsize = sizeof(Elf64_Shdr);
	file.header.e_shoff = offsetof(struct module_file, sections);
	file.header.e_shnum = 9;
	file.header.e_shstrndx = 1;
	memcpy(file.names, names, sizeof(names));
	memcpy(file.modinfo, modinfo, sizeof(modinfo));
	memcpy(file.strings, strings, sizeof(strings));
	memcpy(file.versions + 8, "printk", 6);
	SECTION(1, ".shstrtab", SHT_STRTAB, names);
	SECTION(2, ".modinfo", SHT_PROGBITS, modinfo);
	SECTION(3, ".symtab", SHT_SYMTAB, symbols);
	SECTION(4, ".strtab", SHT_STRTAB, strings);
	SECTION(5, ".text", SHT_PROGBITS, text);
	SECTION(6, ".rela.text", SHT_RELA, relas);
	SECTION(7, "__versions", SHT_PROGBITS, versions);
	SECTION(8, ".gnu.linkonce.this_module", SHT_PROGBITS, module);
}

static void set_up(void)
{
	make_file();
	ck_assert_int_eq(elf_fuzz_new(&fuzz), 0);
	ck_assert_int_eq(elf_fuzz_add(fuzz, &file, sizeof(file)), 0);
	out = malloc(ROOM + 64);
	ck_assert_ptr_nonnull(out);
	memset(out, CANARY, ROOM + 64);
}

static void tear_down(void)
{
	free(out);
	elf_fuzz_free(fuzz);
}

START_TEST(stays_in_its_room)
{
	unsigned int i, k;
	size_t n;

	for (i = 0; i < 30000; i++) {
		/* Little room, too: what does not fit is left out. */
		size_t room = i % 2 ? ROOM : sizeof(file) + i % 4096;

		n = elf_fuzz_make(fuzz, i, out, room);
		ck_assert_uint_le(n, room);
		for (k = 0; k < 64; k++)
			ck_assert_uint_eq(out[ROOM + k], CANARY);
	}
}
END_TEST

START_TEST(same_number_same_input)
{
	unsigned char *again = malloc(ROOM);
	unsigned int i;
	size_t n;

	ck_assert_ptr_nonnull(again);
	for (i = 0; i < 2000; i++) {
		n = elf_fuzz_make(fuzz, i, out, ROOM);
		ck_assert_uint_eq(elf_fuzz_make(fuzz, i, again, ROOM), n);
		ck_assert_mem_eq(out, again, n);
	}
	free(again);
}
END_TEST

START_TEST(most_are_damaged_and_some_are_made)
{
	unsigned int i, same = 0, made = 0;
	size_t n;

	for (i = 0; i < 2000; i++) {
		n = elf_fuzz_make(fuzz, i, out, ROOM);
		same += n == sizeof(file) && !memcmp(out, &file, n);
		made += memmem(out, n, "cleanup_module", 15) != NULL;
	}
	/* A damage may hit what is so already. */
	ck_assert_uint_lt(same, 300);
	ck_assert_uint_gt(made, 200);
	ck_assert_uint_lt(made, 1000);
}
END_TEST

START_TEST(a_signature_is_left_out)
{
	static const char marker[] = "~Module signature appended~\n";
	char image[sizeof(file) + 20 + 12 + sizeof(marker) - 1];
	unsigned int i, kept = 0;
	size_t n;

	memset(image, 0, sizeof(image));
	memcpy(image, &file, sizeof(file));
	image[sizeof(file) + 20 + 11] = 20; /* bytes, big endian */
	memcpy(image + sizeof(file) + 32, marker, sizeof(marker) - 1);
	elf_fuzz_free(fuzz);
	ck_assert_int_eq(elf_fuzz_new(&fuzz), 0);
	ck_assert_int_eq(elf_fuzz_add(fuzz, image, sizeof(image)), 0);
	for (i = 0; i < 1000; i++) {
		n = elf_fuzz_make(fuzz, i, out, ROOM);
		kept += memmem(out, n, marker, sizeof(marker) - 1) != NULL;
	}
	ck_assert_uint_gt(kept, 10);
	ck_assert_uint_lt(kept, 120);
}
END_TEST

START_TEST(refuses_what_is_no_module)
{
	size_t n;

	for (n = 0; n < sizeof(file); n++)
		ck_assert_int_eq(elf_fuzz_add(fuzz, &file, n), -ENOEXEC);
	file.header.e_type = ET_EXEC;
	ck_assert_int_eq(elf_fuzz_add(fuzz, &file, sizeof(file)), -ENOEXEC);
	make_file();
	file.header.e_shstrndx = 200;
	ck_assert_int_eq(elf_fuzz_add(fuzz, &file, sizeof(file)), -ENOEXEC);
	make_file();
	file.sections[3].sh_size = 1ull << 63;
	ck_assert_int_eq(elf_fuzz_add(fuzz, &file, sizeof(file)), -ENOEXEC);
	make_file();
	file.sections[5].sh_name = sizeof(names);
	ck_assert_int_eq(elf_fuzz_add(fuzz, &file, sizeof(file)), -ENOEXEC);
	make_file();
	ck_assert_int_eq(elf_fuzz_add(fuzz, &file, sizeof(file)), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("elf_fuzz");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, stays_in_its_room);
	tcase_add_test(tests, same_number_same_input);
	tcase_add_test(tests, most_are_damaged_and_some_are_made);
	tcase_add_test(tests, a_signature_is_left_out);
	tcase_add_test(tests, refuses_what_is_no_module);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
