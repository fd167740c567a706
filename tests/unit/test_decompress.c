// SPDX-License-Identifier: GPL-2.0-only
/*
 * lib/decompress: every format whole, cut short, damaged, and over the limit.
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>

#include "lib/decompress.h"
#include "tests/unit/pack.h"
#include "tests/unit/suite.h"

#define SIZE 200000

static const enum compression formats[] = {
	COMPRESSION_GZIP, COMPRESSION_XZ,	  COMPRESSION_ZSTD,
	COMPRESSION_LZ4,  COMPRESSION_LZ4_LEGACY,
};
#define NR_FORMATS ((int)(sizeof(formats) / sizeof(formats[0])))

static unsigned char *plain;

/* Compressible, but not to nothing. */
static void setup(void)
{
	uint32_t seed = 7;

	plain = malloc(SIZE);
	for (size_t i = 0; i < SIZE; i++)
		plain[i] = next_random(&seed) % (i % 1000 < 500 ? 4 : 256);
}

static void teardown(void)
{
	free(plain);
}

static void expect_plain(const unsigned char *packed, size_t size, size_t limit)
{
	void *out;
	size_t out_size;

	ck_assert_int_eq(decompress(packed, size, limit, &out, &out_size), 0);
	ck_assert_uint_eq(out_size, SIZE);
	ck_assert_mem_eq(out, plain, SIZE);
	free(out);
}

START_TEST(whole)
{
	unsigned char *packed;
	size_t size = pack(formats[_i], plain, SIZE, &packed);

	ck_assert_int_eq(compression_of(packed, size), formats[_i]);
	expect_plain(packed, size, 1 << 30);
	expect_plain(packed, size, SIZE);
	free(packed);
}
END_TEST

START_TEST(over_the_limit)
{
	static const size_t limits[] = {0, 1, 1000, SIZE / 2, SIZE - 1};
	unsigned char *packed;
	size_t size = pack(formats[_i], plain, SIZE, &packed);

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		void *out;
		size_t n;

		ck_assert_int_eq(decompress(packed, size, limits[i], &out, &n),
				 -EFBIG);
	}
	free(packed);
}
END_TEST

/* As behind a kernel's payload. */
START_TEST(trailing_size)
{
	unsigned char *packed;
	uint32_t n = SIZE;
	size_t size = pack(formats[_i], plain, SIZE, &packed);

	memcpy(packed + size, &n, 4);
	expect_plain(packed, size + 4, SIZE);
	free(packed);
}
END_TEST

/* Each prefix is copied, for the sanitizer to see reads behind its end. */
START_TEST(truncated)
{
	unsigned char *packed;
	size_t size = pack(formats[_i], plain, SIZE, &packed);

	for (size_t cut = 0; cut < size; cut += cut < 64 ? 1 : size / 61) {
		unsigned char *copy = malloc(cut + !cut);
		void *out;
		size_t n;
		int err;

		memcpy(copy, packed, cut);
		err = decompress(copy, cut, 1 << 30, &out, &n);
		if (!err) { /* the legacy format has no end mark */
			ck_assert_int_eq(formats[_i], COMPRESSION_LZ4_LEGACY);
			ck_assert_uint_lt(n, SIZE);
			free(out);
		} else {
			ck_assert(err == -EILSEQ || err == -ENOTSUP);
		}
		free(copy);
	}
	free(packed);
}
END_TEST

START_TEST(bit_flips)
{
	unsigned char *packed;
	size_t size = pack(formats[_i], plain, SIZE, &packed);
	uint32_t seed = 99 + _i;
	int errors = 0;

	for (int i = 0; i < 150; i++) {
		size_t at = next_random(&seed) % (i % 2 ? size : 64);
		unsigned char bit = 1 << next_random(&seed) % 8;
		void *out;
		size_t n;

		packed[at] ^= bit;
		if (decompress(packed, size, 2 * SIZE, &out, &n))
			errors++;
		else
			free(out);
		packed[at] ^= bit;
	}
	ck_assert_int_gt(errors, 10);
	expect_plain(packed, size, SIZE);
	free(packed);
}
END_TEST

START_TEST(unknown)
{
	void *out;
	size_t n;

	ck_assert_int_eq(compression_of(plain, SIZE), COMPRESSION_NONE);
	ck_assert_int_eq(decompress(plain, SIZE, SIZE, &out, &n), -ENOTSUP);
	ck_assert_int_eq(decompress("", 0, SIZE, &out, &n), -ENOTSUP);
}
END_TEST

/* Several blocks of the legacy format, the last full: no short block and no
 * mark ends it, and the size behind it is none of a block. */
START_TEST(full_legacy_blocks)
{
	size_t size = 16u << 20, n, packed_size;
	unsigned char *big = calloc(1, size), *packed;
	uint32_t trailer = size;
	void *out;

	big[9u << 20] = 1;
	packed_size = pack(COMPRESSION_LZ4_LEGACY, big, size, &packed);
	memcpy(packed + packed_size, &trailer, 4);
	for (int extra = 0; extra <= 4; extra += 4) {
		ck_assert_int_eq(decompress(packed, packed_size + extra, size,
					    &out, &n),
				 0);
		ck_assert_uint_eq(n, size);
		ck_assert_mem_eq(out, big, size);
		free(out);
	}
	free(packed);
	free(big);
}
END_TEST

START_TEST(names)
{
	ck_assert_str_eq(compression_name(COMPRESSION_GZIP), "gzip");
	ck_assert_str_eq(compression_name(COMPRESSION_XZ), "xz");
	ck_assert_str_eq(compression_name(COMPRESSION_ZSTD), "zstd");
	ck_assert_str_eq(compression_name(COMPRESSION_LZ4), "lz4");
	ck_assert_str_eq(compression_name(COMPRESSION_LZ4_LEGACY), "lz4");
	ck_assert_str_eq(compression_name(COMPRESSION_NONE), "none");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("decompress");
	TCase *tcase = tcase_create("all");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, whole, 0, NR_FORMATS);
	tcase_add_loop_test(tcase, over_the_limit, 0, NR_FORMATS);
	tcase_add_loop_test(tcase, trailing_size, 0, NR_FORMATS);
	tcase_add_loop_test(tcase, truncated, 0, NR_FORMATS);
	tcase_add_loop_test(tcase, bit_flips, 0, NR_FORMATS);
	tcase_add_test(tcase, unknown);
	tcase_add_test(tcase, full_legacy_blocks);
	tcase_add_test(tcase, names);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
