// SPDX-License-Identifier: GPL-2.0-only
/*
 * machine/verified: only the same bytes under the same keys are known, and no
 * more of them than there is room for.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "machine/internal.h"
#include "tests/unit/suite.h"

#define KEYS 77

START_TEST(knows_the_same_bytes)
{
	char text[] = "signed by somebody";

	ck_assert(!verified_find(KEYS, text, sizeof(text)));
	verified_add(KEYS, text, sizeof(text));
	ck_assert(verified_find(KEYS, text, sizeof(text)));
	ck_assert(!verified_find(KEYS + 1, text, sizeof(text)));
	ck_assert(!verified_find(KEYS, text, sizeof(text) - 1));
	ck_assert(!verified_find(KEYS, text, 0));
	text[sizeof(text) - 2] ^= 1;
	ck_assert(!verified_find(KEYS, text, sizeof(text)));
}
END_TEST

START_TEST(forgets_the_oldest)
{
	unsigned int i;

	for (i = 0; i < 100; i++) {
		verified_add(KEYS, &i, sizeof(i));
		ck_assert(verified_find(KEYS, &i, sizeof(i)));
	}
	i = 0;
	ck_assert(!verified_find(KEYS, &i, sizeof(i)));
	i = 98;
	ck_assert(verified_find(KEYS, &i, sizeof(i)));
}
END_TEST

START_TEST(does_not_keep_large_ones)
{
	size_t size = 64ul << 20;
	char *large = calloc(1, size);

	ck_assert_ptr_nonnull(large);
	verified_add(KEYS, large, size);
	ck_assert(!verified_find(KEYS, large, size));
	free(large);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("verified");
	TCase *tests = tcase_create("all");

	tcase_add_test(tests, knows_the_same_bytes);
	tcase_add_test(tests, forgets_the_oldest);
	tcase_add_test(tests, does_not_keep_large_ones);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
