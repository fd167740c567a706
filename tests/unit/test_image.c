// SPDX-License-Identifier: GPL-2.0-only
/*
 * image/ on real kernels: those that RING3_TEST_KERNELS names, separated by
 * colons.  Skipped without it.
 */
#include <check.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "image/internal.h"
#include "lib/file.h"
#include "lib/strbuf.h"
#include "tests/unit/pack.h"
#include "tests/unit/suite.h"

#define BASE	    0x10000000ull
#define MAX_KERNELS 16

static char *kernels[MAX_KERNELS];
static int nr_kernels;

static struct image *load_kernel(const char *path)
{
	struct image *image;
	int err = image_load(path, BASE, &image);

	if (err)
		ck_abort_msg("%s: %s (%d)", path, image->error, err);
	return image;
}

/* "Linux version RELEASE (..." */
static char *release_of(const struct image *image)
{
	const char *start = image->banner + strlen("Linux version ");

	return str_printf("%.*s", (int)strcspn(start, " "), start);
}

static void check_shape(const struct image *image)
{
	ck_assert_uint_eq(image->base, BASE);
	ck_assert_uint_eq(image->end % (2 << 20), 0);
	ck_assert_uint_gt(image->end, BASE + (8 << 20));
	ck_assert_uint_gt(image->percpu_size, 0x1000);
	ck_assert_ptr_nonnull(
		image_ptr(image, image->percpu_load, image->percpu_size));
	ck_assert_str_ne(image->compression, "none");
	ck_assert_uint_gt(image->nr_symbols, 50000);
	ck_assert_uint_gt(image->nr_exports, 5000);
}

static void check_known(const struct image *image)
{
	static const char *const text[] = {
		"start_kernel", "schedule",	  "kfree",
		"vprintk",	"__x64_sys_read",
	};
	static const char *const percpu[] = {"cpu_info", "this_cpu_off"};
	const struct image_symbol *symbol;
	unsigned int count;

	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		symbol = image_find(image, text[i], &count);
		ck_assert_msg(symbol, "there is no %s", text[i]);
		ck_assert_uint_eq(count, 1);
		ck_assert(symbol->type == 'T' || symbol->type == 't');
		ck_assert(!symbol->percpu);
		ck_assert_ptr_nonnull(image_ptr(image, symbol->value, 16));
		ck_assert_uint_eq(
			image_symbolize(image, symbol->value + 1)->value,
			symbol->value);
	}
	for (size_t i = 0; i < sizeof(percpu) / sizeof(percpu[0]); i++) {
		symbol = image_find(image, percpu[i], &count);
		ck_assert_msg(symbol, "there is no %s", percpu[i]);
		ck_assert(symbol->percpu);
		ck_assert_uint_lt(symbol->value, image->percpu_size);
	}
	symbol = image_find(image, "_text", NULL);
	ck_assert_uint_eq(symbol->value, BASE);
	symbol = image_find(image, "linux_banner", NULL);
	ck_assert_ptr_eq(image_ptr(image, symbol->value, 1), image->banner);
}

/* A pointer that a relocation has to have moved: the first system call. */
static void check_relocated(const struct image *image)
{
	const struct image_symbol *table, *call;

	table = image_find(image, "sys_call_table", NULL);
	call = image_find(image, "__x64_sys_read", NULL);
	ck_assert_ptr_nonnull(table);
	ck_assert_uint_eq(load64(image_ptr(image, table->value, 8)),
			  call->value);
}

START_TEST(loads)
{
	struct image *image = load_kernel(kernels[_i]);

	check_shape(image);
	check_known(image);
	check_relocated(image);
	for (size_t i = 1; i < image->nr_symbols; i++)
		ck_assert(image->symbols[i - 1].value <=
			  image->symbols[i].value);
	image_free(image);
}
END_TEST

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct image_export *)a)->name,
		      ((const struct image_export *)b)->name);
}

/* "0xCRC\tNAME\tvmlinux\tEXPORT_SYMBOL[_GPL]\tNAMESPACE" */
static bool check_line(const struct image *image, char *line)
{
	char *crc = strsep(&line, "\t"), *name = strsep(&line, "\t");
	char *owner = strsep(&line, "\t"), *kind = strsep(&line, "\t");
	struct image_export key = {.name = name};
	const struct image_export *export;

	if (!kind || strcmp(owner, "vmlinux"))
		return false;
	export = bsearch(&key, image->exports, image->nr_exports, sizeof(key),
			 by_name);
	ck_assert_msg(export, "%s is not exported", name);
	ck_assert_msg(export->crc == strtoul(crc, NULL, 16), "crc of %s", name);
	ck_assert_msg(export->gpl == !!strstr(kind, "_GPL"), "GPL of %s", name);
	ck_assert_msg(!strcmp(export->ns, line ? line : ""), "namespace of %s",
		      name);
	return true;
}

/* The value of an export is that of the symbol whose name it bears. */
static void check_values(const struct image *image)
{
	for (size_t i = 0; i < image->nr_exports; i++) {
		const struct image_export *export = &image->exports[i];
		const struct image_symbol *symbol;
		unsigned int count;

		symbol = image_find(image, export->name, &count);
		ck_assert_msg(symbol, "%s is no symbol", export->name);
		if (count == 1)
			ck_assert_msg(symbol->value == export->value,
				      "value of %s", export->name);
	}
}

START_TEST(exports)
{
	struct image *image = load_kernel(kernels[_i]);
	char *release = release_of(image);
	char *path =
		str_printf("/lib/modules/%s/build/Module.symvers", release);
	char *text, *line, *next;
	size_t size, found = 0;

	check_values(image);
	if (file_read(path, (void **)&text, &size)) {
		fprintf(stderr, "not compared: there is no %s\n", path);
		goto out;
	}
	qsort(image->exports, image->nr_exports, sizeof(*image->exports),
	      by_name);
	for (line = text; *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		found += check_line(image, line);
	}
	ck_assert_uint_eq(found, image->nr_exports);
	free(text);
out:
	free(path);
	free(release);
	image_free(image);
}
END_TEST

static void expect_failure(const char *path, const void *data, size_t size)
{
	FILE *file = fopen(path, "w");
	struct image *image;

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(data, 1, size, file), size);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_lt(image_load(path, BASE, &image), 0);
	ck_assert_str_ne(image->error, "");
	image_free(image);
}

START_TEST(truncated)
{
	char path[SUITE_PATH_MAX];
	int fd;
	size_t size;
	void *data;

	suite_path(path);
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_int_eq(file_read(kernels[_i], &data, &size), 0);
	for (int i = 0; i < 8; i++)
		expect_failure(path, data, size / 16 * i);
	unlink(path);
	free(data);
}
END_TEST

/* Whatever happens is fine but a crash: some bits are used by nobody. */
START_TEST(flipped)
{
	char path[SUITE_PATH_MAX];
	int fd;
	uint32_t seed = 5 + _i;
	unsigned char *data;
	size_t size;

	suite_path(path);
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_int_eq(file_read(kernels[_i], (void **)&data, &size), 0);
	for (int i = 0; i < 4; i++) {
		size_t at = size / 2 + next_random(&seed) % (size / 4);
		struct image *image;

		data[at] ^= 1 << next_random(&seed) % 8;
		ck_assert_int_eq(file_replace(path, data, size, 0600), 0);
		if (image_load(path, BASE, &image))
			ck_assert_str_ne(image->error, "");
		image_free(image);
	}
	unlink(path);
	free(data);
}
END_TEST

static struct image *new_image(void)
{
	struct image *image = calloc(1, sizeof(*image));

	ck_assert_ptr_nonnull(image);
	image->base = image->end = BASE;
	return image;
}

/* Behind the decompressor, whose checksums would stop all mutations. */
START_TEST(mutated_inside)
{
	struct image *container = new_image();
	uint32_t seed = 17 + _i;
	unsigned char *payload;
	size_t size, file_size;
	void *file;

	ck_assert_int_eq(file_read(kernels[_i], &file, &file_size), 0);
	ck_assert_int_eq(image_unpack(container,
				      (struct bytes){file, file_size}, &payload,
				      &size),
			 0);
	for (int i = 0; i < 6; i++) {
		struct image *image = new_image();
		struct bytes relocations;
		int err;

		for (int n = 0; n < 2000; n++)
			payload[4096 + next_random(&seed) % (size - 4096)] =
				next_random(&seed);
		err = image_place(image, (struct bytes){payload, size},
				  &relocations);
		if (!err) /* fails sooner or later; the rest goes on */
			image_relocate(image, relocations);
		if (!err)
			err = image_read_kallsyms(image);
		if (err)
			ck_assert_str_ne(image->error, "");
		image_free(image);
	}
	image_free(container);
	free(payload);
	free(file);
}
END_TEST

static char *find_kernels(void)
{
	const char *list = getenv("RING3_TEST_KERNELS");
	char *copy, *rest, *name;

	if (!list)
		return NULL;
	copy = rest = str_printf("%s", list);
	while ((name = strsep(&rest, ":")) && nr_kernels < MAX_KERNELS)
		if (*name)
			kernels[nr_kernels++] = name;
	return copy;
}

int main(void)
{
	char *names = find_kernels();
	Suite *suite;
	TCase *tcase;
	int status;

	if (!nr_kernels) {
		puts("skipped: RING3_TEST_KERNELS names no kernel image");
		free(names);
		return SUITE_SKIPPED;
	}
	suite = suite_create("image");
	tcase = tcase_create("all");
	tcase_set_timeout(tcase, 300);
	tcase_add_loop_test(tcase, loads, 0, nr_kernels);
	tcase_add_loop_test(tcase, exports, 0, nr_kernels);
	tcase_add_loop_test(tcase, truncated, 0, nr_kernels);
	tcase_add_loop_test(tcase, flipped, 0, nr_kernels);
	tcase_add_loop_test(tcase, mutated_inside, 0, nr_kernels);
	suite_add_tcase(suite, tcase);
	status = suite_run(suite);
	free(names);
	return status;
}
