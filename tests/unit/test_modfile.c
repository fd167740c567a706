// SPDX-License-Identifier: GPL-2.0-only
/*
 * lib/modfile: a small module made here, in all compressions, and damaged.
 */
#include <check.h>
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/modfile.h"
#include "lib/strbuf.h"
#include "tests/unit/pack.h"
#include "tests/unit/suite.h"

static const char modinfo[] = "license=GPL\0"
			      "parm=a:first\0"
			      "author\0"
			      "parm=b:second\0"
			      "name=made_up\0"
			      "vermagic=6.1 SMP \0"
			      "licenses=none";
static const char names[] = "\0.shstrtab\0.modinfo";

struct file {
	Elf64_Ehdr header;
	char info[sizeof(modinfo)];
	char names[sizeof(names)];
	char pad[8];
	Elf64_Shdr sections[3];
};

static char dir[SUITE_PATH_MAX];

static void make_file(struct file *file)
{
	memset(file, 0, sizeof(*file));
	memcpy(file->header.e_ident, ELFMAG, SELFMAG);
	file->header.e_ident[EI_CLASS] = ELFCLASS64;
	file->header.e_ident[EI_DATA] = ELFDATA2LSB;
	file->header.e_ident[EI_VERSION] = EV_CURRENT;
	file->header.e_type = ET_REL;
	file->header.e_machine = EM_X86_64;
	file->header.e_version = EV_CURRENT;
	file->header.e_ehsize = sizeof(Elf64_Ehdr);
	file->header.e_shentsize = sizeof(Elf64_Shdr);
	file->header.e_shoff = offsetof(struct file, sections);
	file->header.e_shnum = 3;
	file->header.e_shstrndx = 1;
	memcpy(file->info, modinfo, sizeof(modinfo));
	memcpy(file->names, names, sizeof(names));
	file->sections[1] = (Elf64_Shdr){
		.sh_name = 1,
		.sh_type = SHT_STRTAB,
		.sh_offset = offsetof(struct file, names),
		.sh_size = sizeof(names),
		.sh_addralign = 1,
	};
	file->sections[2] = (Elf64_Shdr){
		.sh_name = 11,
		.sh_type = SHT_PROGBITS,
		.sh_offset = offsetof(struct file, info),
		.sh_size = sizeof(modinfo),
		.sh_addralign = 1,
	};
}

static void setup(void)
{
	suite_path(dir);
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void teardown(void)
{
	ck_assert_int_eq(file_remove_tree(dir), 0);
}

/* Opens @data as a file of that name; NULL with *err set on failure. */
static struct modfile *open_data(const char *name, const void *data,
				 size_t size, int *err)
{
	char *path = str_printf("%s/%s", dir, name);
	struct modfile *mod = NULL;

	ck_assert_int_eq(file_replace(path, data, size, 0600), 0);
	*err = modfile_open(path, &mod);
	if (!*err)
		ck_assert_str_eq(mod->path, path);
	free(path);
	return *err ? NULL : mod;
}

START_TEST(reads)
{
	static const char *const suffixes[] = {"", ".gz", ".xz", ".zst",
					       ".lz4"};
	unsigned char *packed;
	struct modfile *mod;
	struct file file;
	const char *value;
	char name[64];
	size_t size;
	int err;

	make_file(&file);
	size = pack((enum compression)_i, &file, sizeof(file), &packed);
	snprintf(name, sizeof(name), "some-file.ko%s", suffixes[_i]);
	mod = open_data(name, packed, size, &err);
	ck_assert_int_eq(err, 0);
	ck_assert_uint_eq(mod->size, sizeof(file));
	ck_assert_uint_eq(mod->modinfo_size, sizeof(modinfo));
	ck_assert_str_eq(modfile_info(mod, "license"), "GPL");
	ck_assert_str_eq(modfile_info(mod, "vermagic"), "6.1 SMP ");
	value = modfile_info(mod, "parm");
	ck_assert_str_eq(value, "a:first");
	value = modfile_info_next(mod, "parm", value);
	ck_assert_str_eq(value, "b:second");
	ck_assert_ptr_null(modfile_info_next(mod, "parm", value));
	ck_assert_ptr_null(modfile_info(mod, "author"));
	ck_assert_ptr_null(modfile_info(mod, "nothing"));
	modfile_name(mod, name, sizeof(name));
	ck_assert_str_eq(name, "made_up");
	modfile_close(mod);
	free(packed);
}
END_TEST

START_TEST(no_elf)
{
	struct modfile *mod;
	char name[32];
	int err;

	mod = open_data("not-an-elf.ko", "hello", 5, &err);
	ck_assert_int_eq(err, 0);
	ck_assert_uint_eq(mod->modinfo_size, 0);
	ck_assert_uint_eq(mod->size, 5);
	ck_assert_ptr_null(modfile_info(mod, "license"));
	modfile_name(mod, name, sizeof(name));
	ck_assert_str_eq(name, "not_an_elf");
	modfile_close(mod);
	mod = open_data("empty.ko", "", 0, &err);
	ck_assert_int_eq(err, 0);
	ck_assert_uint_eq(mod->modinfo_size, 0);
	modfile_close(mod);
	ck_assert_int_eq(modfile_open("/nonexistent/x.ko", &mod), -ENOENT);
	ck_assert_int_eq(modfile_open(dir, &mod), -EISDIR);
	mod = open_data("cut.ko.xz", "\3757zXZ\0\0", 7, &err);
	ck_assert_int_eq(err, -EILSEQ);
}
END_TEST

/* What follows the last NUL of the section is no string. */
START_TEST(unterminated)
{
	struct modfile *mod;
	struct file file;
	int err;

	make_file(&file);
	file.sections[2].sh_size = sizeof(modinfo) - 4;
	mod = open_data("x.ko", &file, sizeof(file), &err);
	ck_assert_int_eq(err, 0);
	ck_assert_str_eq(modfile_info(mod, "vermagic"), "6.1 SMP ");
	ck_assert_ptr_null(modfile_info(mod, "licenses"));
	modfile_close(mod);
}
END_TEST

START_TEST(names_of_paths)
{
	static const char *const cases[][2] = {
		{"/lib/a/snd-hda-intel.ko", "snd_hda_intel"},
		{"x.ko.xz", "x"},
		{"a.b/c.ko.zst", "c"},
		{"plain", "plain"},
		{"dir/my.kobold-x.ko", "my.kobold_x"},
		{"", ""},
	};
	char name[20], tiny[4];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		modfile_name_of_path(cases[i][0], name, sizeof(name));
		ck_assert_str_eq(name, cases[i][1]);
	}
	modfile_name_of_path("long-name.ko", tiny, sizeof(tiny));
	ck_assert_str_eq(tiny, "lon");
}
END_TEST

static void use_all(const struct modfile *mod)
{
	const char *value;
	char name[64];

	modfile_name(mod, name, sizeof(name));
	value = modfile_info(mod, "parm");
	while (value)
		value = modfile_info_next(mod, "parm", value);
}

START_TEST(mutations)
{
	uint32_t seed = 4711;

	for (int i = 0; i < 400; i++) {
		struct modfile *mod;
		struct file file;
		unsigned char *bytes = (unsigned char *)&file;
		size_t size = sizeof(file);
		int err;

		make_file(&file);
		for (uint32_t n = next_random(&seed) % 6; n; n--)
			bytes[next_random(&seed) % size] = next_random(&seed);
		if (i % 3 == 0)
			size = next_random(&seed) % size;
		mod = open_data("mutant.ko", &file, size, &err);
		ck_assert(mod || err < 0);
		if (mod)
			use_all(mod);
		modfile_close(mod);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("modfile");
	TCase *tcase = tcase_create("all");

	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, reads, COMPRESSION_NONE,
			    COMPRESSION_LZ4 + 1);
	tcase_add_test(tcase, no_elf);
	tcase_add_test(tcase, unterminated);
	tcase_add_test(tcase, names_of_paths);
	tcase_add_test(tcase, mutations);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
