// SPDX-License-Identifier: GPL-2.0-only
/*
 * cli/explain and cli/table: accounts of loads, told here in pieces.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/explain.h"
#include "cli/table.h"
#include "lib/modabi.h"
#include "tests/unit/suite.h"

static struct explain *explain;
static char *text;

static void setup(void)
{
	explain = explain_open();
}

static void teardown(void)
{
	explain_close(explain);
	free(text);
}

static void tell(const char *lines)
{
	explain_add(explain, lines, strlen(lines));
}

static void print(const struct modabi_kernel *kernel)
{
	size_t size;
	FILE *out = open_memstream(&text, &size);

	explain_print(explain, kernel, out);
	fclose(out);
}

START_TEST(plain)
{
	tell("hello: license: GPL\nhello: state: com");
	tell("ing\nhello: state: live\nhello: depends: a, b");
	tell("\n");
	print(NULL);
	ck_assert_str_eq(text, "hello\n"
			       "  license     GPL\n"
			       "  state\n"
			       "    coming\n"
			       "    live\n"
			       "  depends     a, b\n");
	ck_assert(!explain_has_refusal(explain));
}
END_TEST

START_TEST(sections)
{
	tell("m: section: .text 10 0x100 text\n"
	     "m: section: .init.text 7 0x2000 init text\n"
	     "m: section: .text.hot 90 0x110 text\n");
	print(NULL);
	ck_assert_str_eq(text, "m\n"
			       "  sections\n"
			       "    section     bytes  address  part\n"
			       "    .text          10    0x100  text\n"
			       "    .init.text      7   0x2000  init text\n"
			       "    .text.hot      90    0x110  text\n"
			       "  memory by part\n"
			       "    text       100  bytes in 2 sections\n"
			       "    init text    7  bytes in 1 section\n"
			       "    all        107  bytes\n");
}
END_TEST

START_TEST(symbols)
{
	tell("m: symbol: _printk from vmlinux\n"
	     "m: symbol: lend from shop, GPL-only\n"
	     "m: symbol: kfree from vmlinux, redirected\n"
	     "m: symbol: absent is weak and nobody's\n");
	print(NULL);
	ck_assert_str_eq(text,
			 "m\n"
			 "  symbols of others\n"
			 "    vmlinux: 2 symbols, redirected to ring3 (@)\n"
			 "      _printk kfree@\n"
			 "    shop: 1 symbol, 1 GPL-only (*)\n"
			 "      lend*\n"
			 "    not found: 1 symbol\n"
			 "      absent is weak and nobody's\n");
}
END_TEST

START_TEST(relocations)
{
	tell("m: relocations: .text R_X86_64_PLT32 12\n"
	     "m: relocations: .text R_X86_64_32S 3\n"
	     "m: relocations: .data R_X86_64_64 4\n"
	     "m: relocations: nonsense\n");
	print(NULL);
	ck_assert_str_eq(text, "m\n"
			       "  relocations by type\n"
			       "    section  PLT32  32S  64  all\n"
			       "    .text       12    3   -   15\n"
			       "    .data        -    -   4    4\n"
			       "    all         12    3   4   19\n");
}
END_TEST

START_TEST(parameters)
{
	tell("m: parameter: answer = 42\nm: parameter: a = x = y\n");
	print(NULL);
	ck_assert_str_eq(text, "m\n"
			       "  parameters\n"
			       "    answer  = 42\n"
			       "    a       = x = y\n");
}
END_TEST

/* A load that failed is followed by another of the same module. */
START_TEST(twice)
{
	tell("m: license: GPL\nm: error: -12\nm: license: GPL\n");
	print(NULL);
	ck_assert(explain_has_refusal(explain));
	ck_assert(strstr(text, "ENOMEM"));
	ck_assert(strstr(text, "not enough memory"));
	ck_assert(strstr(text, "\n\nm\n  license     GPL\n"));
}
END_TEST

START_TEST(refused)
{
	tell("m: error: -2\nm: refused: this or that\n");
	print(NULL);
	/* What comes behind the error is of the next load. */
	ck_assert(strstr(text, "ENOENT"));
	ck_assert(strstr(text, "\n\nm\n  refused by the loader\n"
			       "    - this or that\n"));
}
END_TEST

START_TEST(refused_file)
{
	struct modabi_kernel *kernel;
	char path[SUITE_PATH_MAX];

	suite_path(path);
	close(mkstemp(path));
	ck_assert_int_eq(file_replace(path, "no module", 9, 0644), 0);
	ck_assert_int_eq(modabi_kernel_new(&kernel), 0);
	explain_set_file(explain, "m", path);
	tell("m: error: -8\n");
	print(kernel);
	modabi_kernel_free(kernel);
	ck_assert(strstr(text, "ENOEXEC"));
	ck_assert(strstr(text, "wrong with the file for this kernel\n"
			       "    - it is no ELF file: 9 bytes"));
	ck_assert(strstr(text, "what would help\n    - Build it again"));
}
END_TEST

/* Whatever comes, it is printed, and nothing crashes. */
START_TEST(nonsense)
{
	tell("no colon\n\n: :\nm: \nm: section: \nm: symbol: \n"
	     "m: relocations: \nm: parameter: \nm: error: x\n"
	     "m: section: only\nm: error: 99999\n");
	print(NULL);
	ck_assert(strstr(text, "no colon"));
	ck_assert(strstr(text, "only"));
}
END_TEST

START_TEST(wrap)
{
	size_t size, longest = 0, len;
	FILE *out = open_memstream(&text, &size);

	for (int i = 0; i < 3; i++)
		table_wrap("several words that together are longer than any "
			   "line of a terminal, and so go on in the next one "
			   "and the one behind that",
			   6, 6, out);
	fclose(out);
	for (char *line = text; *line; line += len + 1) {
		len = strcspn(line, "\n");
		if (line != text && len + 6 > longest)
			longest = len;
		ck_assert_uint_le(len, 79);
	}
	ck_assert_uint_gt(longest, 60);
	ck_assert(strstr(text, "\n      "));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("explain");
	TCase *tests = tcase_create("all");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, plain);
	tcase_add_test(tests, sections);
	tcase_add_test(tests, symbols);
	tcase_add_test(tests, relocations);
	tcase_add_test(tests, parameters);
	tcase_add_test(tests, twice);
	tcase_add_test(tests, refused);
	tcase_add_test(tests, refused_file);
	tcase_add_test(tests, nonsense);
	tcase_add_test(tests, wrap);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
