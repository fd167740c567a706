// SPDX-License-Identifier: GPL-2.0-only
/*
 * cli/source: a small object compiled here stands for the module; labels in
 * its code tell where its lines came to lie.
 */
#include <check.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/source.h"
#include "lib/file.h"
#include "lib/spawn.h"
#include "lib/strbuf.h"
#include "tests/unit/pack.h"
#include "tests/unit/suite.h"

/* Line numbers count: the tests name them. */
static const char main_c[] =
	"#include \"lib.h\"\n"
	"int sink;\n"
	"static inline __attribute__((always_inline)) void inner(int a)\n"
	"{\n"
	"	sink = a;\n"
	"	__asm__ volatile(\"in_inner: nop\");\n" /* 6 */
	"}\n"
	"static inline __attribute__((always_inline)) void middle(int a)\n"
	"{\n"
	"	inner(a + 1);\n" /* 10 */
	"}\n"
	"static __attribute__((noinline, used, section(\".init.text\")))\n"
	"int start(int a)\n"
	"{\n"
	"	middle(a);\n" /* 15 */
	"	__asm__ volatile(\"in_start: nop\");\n" /* 16 */
	"	return sink;\n"
	"}\n"
	"int plain(int a)\n"
	"{\n"
	"	sink = a;\n"
	"	__asm__ volatile(\"call_there: call start\");\n" /* 22 */
	"	__asm__ volatile(\"after_call: nop\");\n" /* 23 */
	"	from_header(a);\n" /* 24 */
	"	return sink;\n"
	"}\n"
	"static __attribute__((noinline, used)) void twin(void)\n"
	"{\n"
	"	__asm__ volatile(\".skip 64, 0x90\");\n" /* 29 */
	"}\n"
	"static __attribute__((noinline, used)) void same(void)\n"
	"{\n"
	"	__asm__ volatile(\".skip 32, 0x90\");\n"
	"}\n";

static const char other_c[] =
	"static __attribute__((noinline, used)) void twin(void)\n"
	"{\n"
	"	__asm__ volatile(\".skip 128, 0x90\");\n" /* 3 */
	"}\n"
	"static __attribute__((noinline, used)) void same(void)\n"
	"{\n"
	"	__asm__ volatile(\".skip 32, 0x90\");\n"
	"}\n"
	"void below(void)\n"
	"{\n"
	"	__asm__ volatile(\"in_below: nop\");\n" /* 11 */
	"}\n";

/* Three rows, two of them for one address. */
static const char rows_c[] =
	"void rows(void)\n"
	"{\n"
	"	__asm__ volatile(\".loc 1 3 0 is_stmt 1\\n\"\n" /* 3 */
	"			 \".loc 1 40 0 is_stmt 0\\n\"\n"
	"			 \"in_rows: nop\\n\"\n"
	"			 \".loc 1 41 0 is_stmt 0\\n\"\n"
	"			 \"in_part: nop\\n\"\n"
	"			 \".loc 1 3 0 is_stmt 1\");\n"
	"}\n";

static const char lib_h[] =
	"extern int sink;\n"
	"static inline __attribute__((always_inline)) void from_header(int a)\n"
	"{\n"
	"	sink = a;\n"
	"	__asm__ volatile(\"in_header: nop\");\n" /* 5 */
	"}\n";

enum variant {
	DWARF_5,
	DWARF_4,
	COMPRESSED_SECTIONS,
	NO_ARANGES,
	VARIANTS,
};

static const char *const flags_of[VARIANTS] = {
	[DWARF_5] = "-gdwarf-5",
	[DWARF_4] = "-gdwarf-4",
	[COMPRESSED_SECTIONS] = "-g -gz",
	[NO_ARANGES] = "-g",
};

static char dir[SUITE_PATH_MAX];
static char module[sizeof(dir) + 32];
static struct source_map *map;

/* ---- making the module ---- */

static void shell(char *command)
{
	char *argv[] = {"sh", "-c", command, NULL};
	struct strbuf output = STRBUF_INIT;
	int status;

	ck_assert_int_eq(spawn_wait(argv, &output, &status), 0);
	ck_assert_msg(!status, "%s: %s", command, output.text);
	strbuf_free(&output);
	free(command);
}

static void put(const char *name, const void *data, size_t size)
{
	char *path = str_printf("%s/%s", dir, name);

	ck_assert_int_eq(file_replace(path, data, size, 0600), 0);
	free(path);
}

static void compile(const char *flags)
{
	shell(str_printf("cd %s/mod && gcc -O2 %s -r -mcmodel=kernel -fno-pic "
			 "-fcf-protection=none -ffunction-sections "
			 "-I../deep/inc -o mod.ko main.c sub/other.c",
			 dir, flags));
}

static void setup(void)
{
	suite_path(dir);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	shell(str_printf("mkdir -p %s/mod/sub %s/deep/inc", dir, dir));
	put("mod/main.c", main_c, strlen(main_c));
	put("mod/sub/other.c", other_c, strlen(other_c));
	put("deep/inc/lib.h", lib_h, strlen(lib_h));
	snprintf(module, sizeof(module), "%s/mod/mod.ko", dir);
	compile("-g");
	ck_assert_int_eq(source_open(&map), 0);
	ck_assert_int_eq(source_add(map, "mod", module), 0);
}

static void teardown(void)
{
	source_close(map);
	ck_assert_int_eq(file_remove_tree(dir), 0);
}

/* ---- asking ---- */

/* The value of symbol @name in the module; its size in *size. */
static unsigned long symbol(const char *name, unsigned long *size)
{
	GElf_Shdr header = {0};
	Elf_Scn *section = NULL;
	int fd = open(module, O_RDONLY);
	Elf_Data *data;
	GElf_Sym sym = {0};
	bool found = false;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	while ((section = elf_nextscn(elf, section))) {
		ck_assert_ptr_nonnull(gelf_getshdr(section, &header));
		if (header.sh_type == SHT_SYMTAB)
			break;
	}
	ck_assert_ptr_nonnull(section);
	data = elf_getdata(section, NULL);
	for (int i = 0; !found && gelf_getsym(data, i, &sym); i++)
		found = !strcmp(elf_strptr(elf, header.sh_link, sym.st_name),
				name);
	ck_assert_msg(found, "no symbol %s", name);
	elf_end(elf);
	close(fd);
	*size = sym.st_size;
	return sym.st_value;
}

/* "function+offset/size [mod]", where label @at lies; the caller frees it. */
static char *reference(const char *function, const char *at)
{
	unsigned long size, label_size;
	unsigned long start = symbol(function, &size);

	return str_printf("%s+0x%lx/0x%lx [mod]", function,
			  symbol(at, &label_size) - start, size);
}

static void check_with(struct source_map *with, const char *line,
		       const char *addition)
{
	char *expected = str_printf("%s%s", line, addition);
	struct strbuf out = STRBUF_INIT;

	source_annotate(with, line, &out);
	ck_assert_str_eq(out.text, expected);
	strbuf_free(&out);
	free(expected);
}

static void check(const char *line, const char *addition)
{
	check_with(map, line, addition);
}

/* The line is @before and the reference to the label. */
static void check_at(const char *before, const char *function, const char *at,
		     const char *addition)
{
	char *ref = reference(function, at);
	char *line = str_printf("%s%s", before, ref);

	check(line, addition);
	free(line);
	free(ref);
}

/* ---- tests ---- */

static const char rip[] = "[    1.250000] RIP: 0010:";
static const char frame[] = "[    1.250000]  ";

static void check_everything(void)
{
	check_at(rip, "start", "in_start", " (main.c:16)");
	check_at(rip, "start", "in_inner",
		 " (main.c:6 inlined by main.c:10 inlined by main.c:15)");
	check_at(rip, "plain", "in_header",
		 " (inc/lib.h:5 inlined by main.c:24)");
	check_at(rip, "below", "in_below", " (sub/other.c:11)");
}

START_TEST(kinds_of_debug_information)
{
	compile(flags_of[_i]);
	if (_i == NO_ARANGES)
		shell(str_printf("objcopy -R .debug_aranges "
				 "-R .rela.debug_aranges %s",
				 module));
	check_everything();
}
END_TEST

/* The last row is of a part of a statement that was moved there. */
START_TEST(statements)
{
	put("mod/rows.c", rows_c, strlen(rows_c));
	shell(str_printf("cd %s/mod && gcc -O2 -g -r -o mod.ko rows.c", dir));
	check_at(rip, "rows", "in_rows", " (rows.c:3)");
	check_at(rip, "rows", "in_part", " (rows.c:41)");
}
END_TEST

START_TEST(return_addresses)
{
	check_at(rip, "plain", "call_there", " (main.c:22)");
	check_at(rip, "plain", "after_call", " (main.c:23)");
	check_at(frame, "plain", "after_call", " (main.c:22)");
	check_at("  ? ", "plain", "after_call", " (main.c:22)");
	check_at("? ", "plain", "after_call", " (main.c:22)");
	check_at("", "plain", "after_call", " (main.c:22)");
	check_at("BUG: at ", "plain", "after_call", " (main.c:23)");
	check_at("what ", "plain", "after_call", " (main.c:22)");
	/* No call is in front of a function. */
	check("below+0x0/0x10 [mod]", " (sub/other.c:11)");
}
END_TEST

START_TEST(forms_of_lines)
{
	char *ref = reference("plain", "after_call");
	char *two = str_printf("x: %s -> %s", ref, ref);
	char *id =
		str_printf("%.*s 0123456789abcdef]", (int)strlen(ref) - 1, ref);
	char *line = str_printf("%s\n", ref);
	struct strbuf out = STRBUF_INIT;

	check(two, " (main.c:22) (main.c:22)");
	check(id, " (main.c:22)");
	source_annotate(map, line, &out);
	ck_assert_ptr_nonnull(strstr(out.text, "[mod] (main.c:22)\n"));
	strbuf_free(&out);
	check_at("WARNING: CPU: 0 PID: 1 at mod/main.c:22 ", "plain",
		 "after_call", "");
	free(line);
	free(id);
	free(two);
	free(ref);
}
END_TEST

/* The kernel sizes a function up to the next symbol. */
START_TEST(duplicates)
{
	check("RIP: 0010:twin+0x0/0x41 [mod]", " (main.c:29)");
	check("RIP: 0010:twin+0x0/0x81 [mod]", " (sub/other.c:3)");
	/* The last of a section reaches up to the end of its memory. */
	check("RIP: 0010:twin+0x0/0x1000 [mod]", " (sub/other.c:3)");
	/* Only one is that long. */
	check("RIP: 0010:twin+0x60/0x62 [mod]", " (sub/other.c:3)");
	check("RIP: 0010:same+0x0/0x21 [mod]", "");
}
END_TEST

/* With functions one behind the other, alignment counts to their sizes. */
START_TEST(sizes_with_padding)
{
	compile("-g -fno-function-sections");
	check("RIP: 0010:twin+0x0/0x50 [mod]", " (main.c:29)");
	check("RIP: 0010:twin+0x0/0x90 [mod]", " (sub/other.c:3)");
}
END_TEST

START_TEST(left_alone)
{
	static const char long_name[600] = {[0 ... 598] = 'f'};
	static const char *const lines[] = {
		"",
		"\n",
		"hello: good morning",
		"RIP: 0010:plain+0x1/0x20",
		"do_one_initcall+0x56/0x230",
		"plain+0x1/0x20 [other]",
		"plain+0x1/0x20 [mo]",
		"plain+0x1/0x20 [modd]",
		"plain+0x1/0x20 []",
		"plain+0x1/0x20 [mod",
		"plain+0x1/0x20 [mod\n",
		"plain+0x1/0x20[mod]",
		"plain+0x1/ 0x20 [mod]",
		"plain+0x/0x20 [mod]",
		"plain+0x1/0x [mod]",
		"plain+0x1/-0x20 [mod]",
		"plain+0x11111111111111111/0x20 [mod]",
		"plain+0xffffffffffffffff/0x20 [mod]",
		"plain+0x100/0x20 [mod]",
		"+0x1/0x20 [mod]",
		" +0x1/0x20 [mod]",
		"plai+0x1/0x20 [mod]",
		"sink+0x1/0x20 [mod]",
		"none+0x1/0x20 [mod]",
		"+0x+0x+0x",
		"+0x",
	};
	char *line = str_printf("%s+0x1/0x20 [mod]", long_name);

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		check(lines[i], "");
	check(line, "");
	free(line);
}
END_TEST

START_TEST(no_debug_information)
{
	compile("-g0");
	check_at(rip, "plain", "after_call", "");
}
END_TEST

START_TEST(files_that_are_none)
{
	static const char *const made[] = {"empty", "text", "script"};
	static const char *const texts[] = {"", "no module", "#!/bin/sh\n"};
	struct source_map *bad;
	char *path;

	for (size_t i = 0; i < 3; i++)
		put(made[i], texts[i], strlen(texts[i]));
	for (size_t i = 0; i < 5; i++) {
		ck_assert_int_eq(source_open(&bad), 0);
		path = i < 3	? str_printf("%s/%s", dir, made[i])
		       : i == 3 ? str_printf("%s", dir)
				: str_printf("%s/none.ko", dir);
		ck_assert_int_eq(source_add(bad, "mod", path), 0);
		check_with(bad, "plain+0x1/0x20 [mod]", "");
		check_with(bad, "plain+0x1/0x20 [mod]", "");
		free(path);
		source_close(bad);
	}
	source_close(NULL);
}
END_TEST

START_TEST(opened_when_needed)
{
	struct source_map *late;
	char *path = str_printf("%s/mod/late.ko", dir);
	char *ref = reference("plain", "after_call");

	ck_assert_int_eq(source_open(&late), 0);
	ck_assert_int_eq(source_add(late, "mod", path), 0);
	check_with(late, "nothing", "");
	check_with(late, "plain+0x1/0x20 [other]", "");
	ck_assert_int_eq(rename(module, path), 0);
	check_with(late, ref, " (main.c:22)");
	/* What was read is kept. */
	ck_assert_int_eq(unlink(path), 0);
	check_with(late, ref, " (main.c:22)");
	/* Until something else is said. */
	ck_assert_int_eq(source_add(late, "mod", path), 0);
	check_with(late, ref, "");
	source_close(late);
	free(ref);
	free(path);
}
END_TEST

START_TEST(compressed_file)
{
	char *ref = reference("plain", "after_call");
	unsigned char *packed;
	void *data;
	size_t size;

	ck_assert_int_eq(file_read(module, &data, &size), 0);
	size = pack(_i, data, size, &packed);
	put("mod/mod.ko", packed, size);
	check(ref, " (main.c:22)");
	free(packed);
	free(data);
	free(ref);
}
END_TEST

START_TEST(built_elsewhere)
{
	char *ref = reference("plain", "in_header");
	char *line = str_printf("%s%s", rip, ref);
	struct source_map *moved;
	char *path = str_printf("%s/deep/mod.ko", dir);

	ck_assert_int_eq(source_open(&moved), 0);
	ck_assert_int_eq(rename(module, path), 0);
	ck_assert_int_eq(source_add(moved, "mod", path), 0);
	check_with(moved, line, " (inc/lib.h:5 inlined by mod/main.c:24)");
	source_close(moved);
	free(path);
	free(line);
	free(ref);
}
END_TEST

/* As a person's project may be: the compiler was told of a link. */
START_TEST(built_through_link)
{
	shell(str_printf("cd %s && ln -s mod link && gcc -O2 -g -r -o "
			 "mod/mod.ko -Ideep/inc $PWD/link/main.c",
			 dir));
	check_at(rip, "plain", "call_there", " (main.c:22)");
}
END_TEST

/* An escape sequence in a file's name is not passed on. */
START_TEST(name_for_a_terminal)
{
	char *path = str_printf("%s/mod/a\033[1m.c", dir);

	ck_assert_int_eq(file_replace(path, other_c, strlen(other_c), 0600), 0);
	shell(str_printf("cd %s/mod && gcc -O2 -g -r -o mod.ko *m.c", dir));
	check_at(rip, "below", "in_below", " (a?[1m.c:11)");
	free(path);
}
END_TEST

/* ---- damage ---- */

/* Given damaged input, libdw forgets to free some of its own; of ours, the
 * other tests tell. */
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#else
#define __lsan_disable()
#define __lsan_enable()
#endif

static void use_damaged(const void *data, size_t size, char *const *lines)
{
	struct source_map *bad;

	put("mod/bad.ko", data, size);
	ck_assert_int_eq(source_open(&bad), 0);
	source_add(bad, "mod", module);
	for (; *lines; lines++) {
		struct strbuf out = STRBUF_INIT;

		__lsan_disable();
		source_annotate(bad, *lines, &out);
		__lsan_enable();
		ck_assert(!strncmp(out.text, *lines, strlen(*lines)));
		strbuf_free(&out);
	}
	source_close(bad);
}

static void damage(unsigned char *bytes, size_t size, uint32_t *seed)
{
	for (uint32_t n = next_random(seed) % 40; n; n--)
		bytes[next_random(seed) % size] = next_random(seed);
	/* The section headers are at the end. */
	for (uint32_t n = next_random(seed) % 3; n; n--)
		bytes[size - 1 - next_random(seed) % 2048] = next_random(seed);
}

START_TEST(damaged)
{
	char *lines[] = {reference("plain", "after_call"),
			 reference("start", "in_inner"),
			 reference("below", "in_below"), NULL};
	uint32_t seed = 20240229 + _i;
	unsigned char *bytes;
	void *data;
	size_t size;

	ck_assert_int_eq(file_read(module, &data, &size), 0);
	snprintf(module, sizeof(module), "%s/mod/bad.ko", dir);
	bytes = malloc(size);
	ck_assert_ptr_nonnull(bytes);
	for (int i = 0; i < 300; i++) {
		size_t cut = size;

		memcpy(bytes, data, size);
		damage(bytes, size, &seed);
		if (i % 4 == 0)
			cut = next_random(&seed) % size;
		use_damaged(bytes, cut, lines);
	}
	for (int i = 0; lines[i]; i++)
		free(lines[i]);
	free(bytes);
	free(data);
}
END_TEST

START_TEST(quick_without_references)
{
	static const char line[] = "[    1.250000] hello: good morning, and "
				   "quite a few more words for the log";
	struct timespec before, after;
	struct strbuf out = STRBUF_INIT;
	double seconds;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
	for (int i = 0; i < 100 * 1000; i++) {
		strbuf_reset(&out);
		source_annotate(map, line, &out);
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
	strbuf_free(&out);
	seconds = after.tv_sec - before.tv_sec +
		  (after.tv_nsec - before.tv_nsec) / 1e9;
	/* A millisecond for the log of 100 lines, and room for sanitizers. */
	ck_assert_double_lt(seconds, 1);
}
END_TEST

static TCase *make_tests(void)
{
	TCase *tcase = tcase_create("all");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, kinds_of_debug_information, 0, VARIANTS);
	tcase_add_test(tcase, statements);
	tcase_add_test(tcase, return_addresses);
	tcase_add_test(tcase, forms_of_lines);
	tcase_add_test(tcase, duplicates);
	tcase_add_test(tcase, sizes_with_padding);
	tcase_add_test(tcase, left_alone);
	tcase_add_test(tcase, no_debug_information);
	tcase_add_test(tcase, files_that_are_none);
	tcase_add_test(tcase, opened_when_needed);
	tcase_add_loop_test(tcase, compressed_file, COMPRESSION_NONE,
			    COMPRESSION_LZ4 + 1);
	tcase_add_test(tcase, built_elsewhere);
	tcase_add_test(tcase, built_through_link);
	tcase_add_test(tcase, name_for_a_terminal);
	tcase_add_loop_test(tcase, damaged, 0, 4);
	tcase_add_test(tcase, quick_without_references);
	return tcase;
}

int main(void)
{
	Suite *suite = suite_create("source");

	if (system("gcc --version >/dev/null 2>&1 && "
		   "objcopy --version >/dev/null 2>&1")) {
		fputs("test_source: there is no gcc\n", stderr);
		return SUITE_SKIPPED;
	}
	suite_add_tcase(suite, make_tests());
	return suite_run(suite);
}
