// SPDX-License-Identifier: GPL-2.0-only
/*
 * cli/coverage: a small object compiled here, with calls of __fentry__ as a
 * module has them, stands for the module.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/coverage.h"
#include "lib/file.h"
#include "lib/strbuf.h"
#include "tests/unit/suite.h"

/* Line numbers count: the tests name them. */
static const char source[] =
	"static __attribute__((noinline, used)) void second(void)\n"
	"{ __asm__ volatile(\"nop\"); }\n" /* 2 */
	"__attribute__((section(\".init.text\"))) int first(void)\n"
	"{ second(); return 1; }\n" /* 4 */
	"int init_module(void) __attribute__((alias(\"first\")));\n"
	"__attribute__((no_instrument_function)) int hidden(void)\n"
	"{ return 7; }\n"
	"void third(void)\n"
	"{ __asm__ volatile(\"nop; nop\"); }\n"; /* 9 */

static char dir[SUITE_PATH_MAX];
static char module[sizeof(dir) + 16];
static struct coverage *coverage;
static char *text;

static void compile(const char *flags)
{
	char *path = str_printf("%s/mod.c", dir);
	char *command;

	ck_assert_int_eq(file_replace(path, source, strlen(source), 0644), 0);
	command = str_printf("cd %s && gcc -O2 -fno-pic -mcmodel=kernel "
			     "-fno-reorder-functions -pg -mfentry "
			     "-mrecord-mcount %s -r -nostdlib -o mod.ko mod.c",
			     dir, flags);
	ck_assert_int_eq(system(command), 0);
	free(command);
	free(path);
}

static void setup(void)
{
	suite_path(dir);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(module, sizeof(module), "%s/mod.ko", dir);
	coverage = coverage_open();
	coverage_set_file(coverage, "mod", module);
}

static void teardown(void)
{
	coverage_close(coverage);
	free(text);
}

static void print(void)
{
	size_t size;
	FILE *out = open_memstream(&text, &size);

	coverage_print(coverage, out);
	fclose(out);
}

START_TEST(table)
{
	compile("-g");
	coverage_add(coverage, "mod", ".init.text", 4, 1);
	coverage_add(coverage, "mod", ".text", 0, 2);
	coverage_add(coverage, "mod", ".text", 1, 3);
	coverage_add(coverage, "mod", ".text", 100000, 9);
	print();
	ck_assert_str_eq(text, "mod: 2 of 3 functions ran (66%)\n"
			       "  calls  function  source\n"
			       "      5  second    mod.c:2\n"
			       "      1  first     mod.c:4\n"
			       "      0  third     mod.c:9\n"
			       "  and 9 calls of functions without a name\n");
}
END_TEST

START_TEST(no_debug_information)
{
	char *path = str_printf("%s/info", dir);
	unsigned int left_out;

	compile("");
	print();
	ck_assert_str_eq(text, "mod: 0 of 3 functions ran (0%)\n"
			       "  calls  function  source\n"
			       "      0  first\n"
			       "      0  second\n"
			       "      0  third\n");
	ck_assert_int_eq(coverage_write_lcov(coverage, path, &left_out), 0);
	ck_assert_uint_eq(left_out, 3);
	free(path);
}
END_TEST

START_TEST(lcov)
{
	char *path = str_printf("%s/info", dir), *want;
	unsigned int left_out;
	void *data;
	size_t size;

	compile("-g");
	coverage_add(coverage, "mod", ".init.text", 4, 1);
	ck_assert_int_eq(coverage_write_lcov(coverage, path, &left_out), 0);
	ck_assert_uint_eq(left_out, 0);
	ck_assert_int_eq(file_read(path, &data, &size), 0);
	want = str_printf("TN:mod\nSF:%s/mod.c\n"
			  "FN:2,second\nFN:4,first\nFN:9,third\n"
			  "FNDA:0,second\nFNDA:1,first\nFNDA:0,third\n"
			  "FNF:3\nFNH:1\n"
			  "DA:2,0\nDA:4,1\nDA:9,0\nLF:3\nLH:1\n"
			  "end_of_record\n",
			  dir);
	ck_assert_str_eq(data, want);
	free(want);
	free(data);
	free(path);
}
END_TEST

START_TEST(no_file)
{
	print();
	ck_assert_str_eq(text, "mod: no functions known: No such file or "
			       "directory\n");
}
END_TEST

START_TEST(no_module)
{
	ck_assert_int_eq(file_replace(module, "nothing", 7, 0644), 0);
	print();
	ck_assert_str_eq(text, "mod: no functions known: Exec format error\n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("coverage");
	TCase *tests = tcase_create("all");

	if (system("gcc --version >/dev/null 2>&1")) {
		fputs("test_coverage: there is no gcc\n", stderr);
		return SUITE_SKIPPED;
	}
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, table);
	tcase_add_test(tests, no_debug_information);
	tcase_add_test(tests, lcov);
	tcase_add_test(tests, no_file);
	tcase_add_test(tests, no_module);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
