// SPDX-License-Identifier: GPL-2.0-only
/*
 * image/: an image made up here, in all layouts and compressions, then cut
 * short, damaged, and mutated at random at every stage.
 */
#include <check.h>
#include <errno.h>
#include <unistd.h>

#include "image/internal.h"
#include "lib/file.h"
#include "tests/unit/fake_image.h"
#include "tests/unit/suite.h"

#define BASE  0x10000000ull
#define DELTA (BASE - IMAGE_LINK_BASE)

static struct fake_image fake;
static char path[SUITE_PATH_MAX];

static void setup(void)
{
	int fd;

	suite_path(path);
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void teardown(void)
{
	unlink(path);
	fake_free(&fake);
	fake.payload = NULL;
}

static int load_bytes(const void *data, size_t size, struct image **image)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(data, 1, size, file), size);
	ck_assert_int_eq(fclose(file), 0);
	return image_load(path, BASE, image);
}

static int load_fake(enum compression format, struct image **image)
{
	unsigned char *file;
	size_t size = fake_bzimage(&fake, format, &file);
	int err = load_bytes(file, size, image);

	free(file);
	return err;
}

/* Loading must fail with this error, and say why. */
static void expect_error(int err, const char *words)
{
	struct image *image;

	ck_assert_int_eq(load_fake(COMPRESSION_LZ4_LEGACY, &image), err);
	ck_assert_ptr_nonnull(image);
	if (!strstr(image->error, words))
		ck_abort_msg("\"%s\" is not in \"%s\"", words, image->error);
	image_free(image);
}

static void check_symbols(const struct image *image)
{
	const struct image_symbol *symbol;
	unsigned int count;

	ck_assert_uint_eq(image->nr_symbols, FAKE_SYMBOLS);
	for (size_t i = 1; i < image->nr_symbols; i++)
		ck_assert(image->symbols[i - 1].value <=
			  image->symbols[i].value);
	for (uint32_t i = 0; i < FAKE_SYMBOLS; i++) {
		struct fake_symbol made = fake_symbol(i);

		symbol = image_find(image, made.name + 1, &count);
		ck_assert_ptr_nonnull(symbol);
		ck_assert_int_eq(symbol->type, made.name[0]);
		ck_assert_int_eq(symbol->percpu, made.percpu);
		if (!strcmp(made.name, "tthree_times")) {
			ck_assert_uint_eq(count, 3);
			continue;
		}
		ck_assert_uint_eq(count, 1);
		ck_assert_uint_eq(symbol->value,
				  made.value + (made.percpu ? 0 : BASE));
	}
	ck_assert_ptr_null(image_find(image, "no_such", &count));
	ck_assert_uint_eq(count, 0);
	ck_assert_ptr_null(image_find(image, "", NULL));
}

static void check_exports(const struct image *image)
{
	static const struct image_export expected[] = {
		{BASE + FAKE_START_KERNEL, "first", "", 0x11111111, 0},
		{FAKE_PERCPU_VAR, "second", "", 0x22222222, 0},
		{BASE + 0x2000, "gpl_only", "SPACE", 0x33333333, 1},
	};

	ck_assert_uint_eq(image->nr_exports, 3);
	for (size_t i = 0; i < 3; i++) {
		const struct image_export *export = &image->exports[i];

		ck_assert_uint_eq(export->value, expected[i].value);
		ck_assert_str_eq(export->name, expected[i].name);
		ck_assert_str_eq(export->ns, expected[i].ns);
		ck_assert_uint_eq(export->crc, expected[i].crc);
		ck_assert_uint_eq(export->gpl, expected[i].gpl);
	}
}

static void check_places(const struct image *image)
{
	const uint32_t delta = (uint32_t)DELTA;

	ck_assert_uint_eq(load32(image_ptr(image, BASE + FAKE_PLACE32, 4)),
			  (uint32_t)BASE + 0x10);
	ck_assert_uint_eq(
		load32(image_ptr(image, BASE + FAKE_PLACE_INVERSE, 4)),
		0x1234 - delta);
	ck_assert_uint_eq(load64(image_ptr(image, BASE + FAKE_PLACE64, 8)),
			  BASE + 0x20);
	ck_assert_uint_eq(image->end - image->base, 2u << 20);
	ck_assert_uint_eq(image->percpu_load, BASE + FAKE_TEXT_SIZE);
	ck_assert_uint_eq(image->percpu_size, FAKE_PERCPU_SIZE);
	ck_assert_str_eq(image->banner, fake_banner);
}

START_TEST(layouts)
{
	struct image *image;

	fake_make(&fake, _i);
	ck_assert_int_eq(load_fake(COMPRESSION_LZ4_LEGACY, &image), 0);
	ck_assert_str_eq(image->error, "");
	check_places(image);
	check_symbols(image);
	check_exports(image);
	image_free(image);
}
END_TEST

START_TEST(compressions)
{
	struct image *image;
	int err;

	fake_make(&fake, FAKE_OLD);
	err = load_fake(_i, &image);
	if (_i == COMPRESSION_NONE) {
		ck_assert_int_eq(err, -ENOTSUP);
	} else {
		ck_assert_int_eq(err, 0);
		ck_assert_str_eq(image->compression, compression_name(_i));
		check_exports(image);
	}
	image_free(image);
}
END_TEST

START_TEST(look_ups)
{
	const struct image_symbol *symbol;
	struct image *image;

	fake_make(&fake, FAKE_NEW);
	ck_assert_int_eq(load_fake(COMPRESSION_ZSTD, &image), 0);
	symbol = image_symbolize(image, BASE + FAKE_START_KERNEL + 0xfff);
	ck_assert_str_eq(symbol->name, "start_kernel");
	symbol = image_symbolize(image, BASE);
	ck_assert_str_eq(symbol->name, "_text");
	ck_assert_ptr_null(image_symbolize(image, BASE - 1));
	ck_assert_ptr_null(image_symbolize(image, FAKE_PERCPU_VAR));
	ck_assert_ptr_null(image_symbolize(image, image->end));
	ck_assert_ptr_null(image_ptr(image, BASE - 1, 1));
	ck_assert_ptr_null(image_ptr(image, image->end - 3, 4));
	ck_assert_ptr_null(image_ptr(image, BASE + 8, SIZE_MAX - 4));
	ck_assert_ptr_null(image_ptr(image, UINT64_MAX, 1));
	ck_assert_ptr_eq(image_ptr(image, image->end - 4, 4),
			 image->mem + (2 << 20) - 4);
	image_free(image);
	image_free(NULL);
}
END_TEST

static Elf64_Phdr *fake_segment(int i)
{
	return (Elf64_Phdr *)(fake.payload + sizeof(Elf64_Ehdr)) + i;
}

START_TEST(damaged_elf)
{
	Elf64_Ehdr *header;

	fake_make(&fake, FAKE_OLD);
	header = (Elf64_Ehdr *)fake.payload;
	fake_segment(0)->p_filesz = 1ull << 40;
	expect_error(-ENOEXEC, "segment 0");
	fake_segment(0)->p_filesz = FAKE_TEXT_SIZE;
	fake_segment(1)->p_memsz = UINT64_MAX;
	expect_error(-ENOEXEC, "segment 1");
	fake_segment(1)->p_memsz = FAKE_PERCPU_SIZE;
	fake_segment(1)->p_vaddr = IMAGE_LINK_BASE + FAKE_TEXT_SIZE;
	expect_error(-ENOTSUP, "per-CPU");
	fake_segment(1)->p_vaddr = 0;
	fake_segment(0)->p_vaddr += 4096;
	expect_error(-ENOTSUP, "linked");
	fake_segment(0)->p_vaddr -= 4096;
	header->e_phnum = 0;
	expect_error(-ENOEXEC, "segments");
	header->e_phnum = 0xffff;
	header->e_phoff = UINT64_MAX - 8;
	expect_error(-ENOEXEC, "ELF header");
	header->e_ident[0] = 0;
	expect_error(-ENOEXEC, "ELF");
}
END_TEST

START_TEST(damaged_relocations)
{
	unsigned char *last;

	fake_make(&fake, FAKE_OLD);
	last = fake.payload + fake.size - 4;
	set32(last, (uint32_t)IMAGE_LINK_BASE + (2 << 20) - 3);
	expect_error(-ENOEXEC, "not in the image");
	set32(last, 0x1000);
	expect_error(-ENOEXEC, "not in the image");
	set32(last, 0);
	expect_error(-ENOTSUP, "another form");
	set32(last, (uint32_t)IMAGE_LINK_BASE + FAKE_PLACE32);
	set32(last - 28, (uint32_t)IMAGE_LINK_BASE + FAKE_PLACE32);
	expect_error(-ENOEXEC, "no end");
	set32(last - 28, 0);
	memmove(last - 24, last - 28, 32);
	fake.size += 4;
	expect_error(-ENOTSUP, "another form");
}
END_TEST

/* Hits @name wherever it stands in the names of kallsyms. */
static void spoil_name(const char *name)
{
	unsigned char code[300];
	size_t len = fake_encode(name, code);
	unsigned char *at = memmem(fake.text + FAKE_KALLSYMS,
				   FAKE_TEXT_SIZE - FAKE_KALLSYMS, code, len);

	ck_assert_ptr_nonnull(at);
	at[len - 1] = '!';
}

START_TEST(damaged_symbols)
{
	fake_make(&fake, _i);
	spoil_name("R__stop___ksymtab_gpl");
	expect_error(-ENOTSUP, "__stop___ksymtab_gpl");
	spoil_name("Dlinux_banner");
	expect_error(-ENOEXEC, "linux_banner");
	set64(fake.text + fake.base_at, IMAGE_LINK_BASE + 4096);
	expect_error(-ENOTSUP, "offsets of kallsyms");
	memset(fake.text + FAKE_KALLSYMS, 0, FAKE_TEXT_SIZE - FAKE_KALLSYMS);
	expect_error(-ENOEXEC, "token table");
}
END_TEST

START_TEST(damaged_exports)
{
	fake_make(&fake, FAKE_NEW);
	set32(fake.text + FAKE_KSYMTAB + 4, 0x7fffffff);
	expect_error(-ENOEXEC, "entry 0 of __start___ksymtab");
}
END_TEST

START_TEST(truncated)
{
	unsigned char *file;
	size_t size;

	fake_make(&fake, FAKE_OLD_SEQUENCE);
	size = fake_bzimage(&fake, COMPRESSION_LZ4_LEGACY, &file);
	for (size_t cut = 0; cut < size; cut += cut < 1100 ? 37 : size / 40) {
		struct image *image;

		ck_assert_int_lt(load_bytes(file, cut, &image), 0);
		ck_assert_str_ne(image->error, "");
		image_free(image);
	}
	free(file);
}
END_TEST

START_TEST(not_loadable)
{
	struct image *image;

	ck_assert_int_eq(image_load("/nonexistent", BASE, &image), -ENOENT);
	ck_assert_ptr_nonnull(strstr(image->error, "/nonexistent"));
	image_free(image);
	ck_assert_int_eq(image_load(path, BASE + 4096, &image), -EINVAL);
	image_free(image);
	ck_assert_int_eq(image_load(path, 1ull << 31, &image), -EINVAL);
	image_free(image);
}
END_TEST

/* Everything that an image's user would do. */
static void use(struct image *image)
{
	size_t used = strlen(image->banner);

	for (size_t i = 0; i < image->nr_symbols; i += 97) {
		const struct image_symbol *symbol = &image->symbols[i];

		ck_assert_ptr_nonnull(image_find(image, symbol->name, NULL));
		image_symbolize(image, symbol->value);
	}
	for (size_t i = 0; i < image->nr_exports; i++)
		used += strlen(image->exports[i].name) +
			strlen(image->exports[i].ns);
	ck_assert_uint_gt(used, 0);
}

/* In what image/ interprets: headers, exports, kallsyms, relocations. */
static size_t pick_place(uint32_t *seed)
{
	uint32_t r = next_random(seed);

	switch (next_random(seed) % 4) {
	case 0:
		return r % 0x100;
	case 1:
		return FAKE_FILE_AT + r % 0xa00;
	case 2:
		return FAKE_FILE_AT + FAKE_KALLSYMS + r % 0x40000;
	default:
		return fake.size - 1 - r % 32;
	}
}

/* The legacy format has no checksum: all mutations get through. */
START_TEST(mutated_payload)
{
	unsigned char *good;
	uint32_t seed = 1234 + _i;

	fake_make(&fake, _i);
	good = malloc(fake.size);
	memcpy(good, fake.payload, fake.size);
	for (int i = 0; i < 40; i++) {
		struct image *image;

		for (uint32_t n = next_random(&seed) % 8 + 1; n; n--)
			fake.payload[pick_place(&seed)] = next_random(&seed);
		if (!load_fake(COMPRESSION_LZ4_LEGACY, &image))
			use(image);
		else
			ck_assert_str_ne(image->error, "");
		image_free(image);
		memcpy(fake.payload, good, fake.size);
	}
	free(good);
}
END_TEST

START_TEST(mutated_container)
{
	static const enum compression formats[] = {COMPRESSION_GZIP,
						   COMPRESSION_XZ,
						   COMPRESSION_ZSTD,
						   COMPRESSION_LZ4_LEGACY};
	uint32_t seed = 77 + _i;
	unsigned char *file;
	size_t size;

	fake_make(&fake, FAKE_NEW);
	size = fake_bzimage(&fake, formats[_i], &file);
	for (int i = 0; i < 30; i++) {
		size_t at = i % 2 ? 0x1f1 + next_random(&seed) % 0x60
				  : 1024 + next_random(&seed) % (size - 1024);
		unsigned char old = file[at];
		struct image *image;

		file[at] ^= 1 << next_random(&seed) % 8;
		if (!load_bytes(file, size, &image))
			use(image);
		else
			ck_assert_str_ne(image->error, "");
		image_free(image);
		file[at] = old;
	}
	free(file);
}
END_TEST

/* Memory that looks like the number of symbols, and names, everywhere. */
START_TEST(endless_candidates)
{
	uint32_t end = FAKE_TEXT_SIZE - 0x2000;

	fake_make(&fake, FAKE_NEW);
	for (uint32_t at = FAKE_KALLSYMS; at < end; at += 4)
		set32(fake.text + at, 0x00012711);
	fake_tokens(fake.text, end, 8);
	expect_error(-ENOTSUP, "names of kallsyms");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("image_fake");
	TCase *tcase = tcase_create("all");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, layouts, 0, NR_FAKE_LAYOUTS);
	tcase_add_loop_test(tcase, compressions, COMPRESSION_NONE,
			    COMPRESSION_LZ4_LEGACY + 1);
	tcase_add_test(tcase, look_ups);
	tcase_add_test(tcase, damaged_elf);
	tcase_add_test(tcase, damaged_relocations);
	tcase_add_loop_test(tcase, damaged_symbols, 0, NR_FAKE_LAYOUTS);
	tcase_add_test(tcase, damaged_exports);
	tcase_add_test(tcase, truncated);
	tcase_add_test(tcase, not_loadable);
	tcase_add_loop_test(tcase, mutated_payload, 0, NR_FAKE_LAYOUTS);
	tcase_add_loop_test(tcase, mutated_container, 0, 4);
	tcase_add_test(tcase, endless_candidates);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
