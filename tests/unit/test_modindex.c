// SPDX-License-Identifier: GPL-2.0-only
/*
 * lib/modindex: a small tree made here, once with text files and once with
 * binary ones, which are also damaged at random.
 */
#include <check.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/file.h"
#include "lib/modindex.h"
#include "tests/unit/fake_trie.h"
#include "tests/unit/pack.h"
#include "tests/unit/suite.h"

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

enum {
	TEXT,
	BINARY,
	NR_TREES
};

static char dir[SUITE_PATH_MAX];
static char *trees[NR_TREES];

static const char *const dep[] = {
	"kernel/low.ko:",
	"kernel/mid-dle.ko.xz: kernel/low.ko",
	"kernel/top.ko: kernel/mid-dle.ko.xz kernel/low.ko",
	"kernel/soft.ko: kernel/low.ko",
	"kernel/before.ko:",
	"kernel/after.ko: kernel/before.ko",
	"kernel/circle_a.ko:",
	"kernel/circle_b.ko: kernel/circle_a.ko",
	"/elsewhere/extern.ko: kernel/low.ko",
};

static struct fake_key aliases[] = {
	{"plain_alias", "low", 0},	{"two", "low", 0},
	{"a?c", "mid_dle", 1},		{"pci:v*d00000001sv*", "top", 2},
	{"pci:v00008086d*", "soft", 3}, {"pci:v0000[89]086d*", "before", 4},
	{"two", "before", 4},		{"gone", "not_in_dep", 9},
};

static const char softdeps[] =
	"# Soft dependencies extracted from modules themselves.\n"
	"softdep soft pre: before gone nothing post: after\n"
	"softdep soft pre: top\n"
	"softdep circle-a pre: circle_b post: circle-a\n";

static const char modinfo[] = "inside.license=GPL\0"
			      "inside.alias=fs-inside*";

static void put(const char *tree, const char *name, const void *data,
		size_t size)
{
	char *path = str_printf("%s/%s", tree, name);
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(data, 1, size, file), size);
	ck_assert_int_eq(fclose(file), 0);
	free(path);
}

static void put_trie(const char *tree, const char *name, struct fake_key *keys,
		     size_t n)
{
	struct strbuf out = STRBUF_INIT;

	fake_trie(&out, keys, n);
	put(tree, name, out.text, out.len);
	strbuf_free(&out);
}

static void make_text(const char *tree)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < ARRAY(dep); i++)
		strbuf_printf(&text, "%s\n", dep[i]);
	put(tree, "modules.dep", text.text, text.len);
	strbuf_reset(&text);
	strbuf_puts(&text, "# Aliases extracted from modules themselves.\n");
	for (size_t i = 0; i < ARRAY(aliases); i++)
		strbuf_printf(&text, "alias %s %s\n", aliases[i].key,
			      aliases[i].value);
	put(tree, "modules.alias", text.text, text.len);
	put(tree, "modules.builtin", "kernel/in-side.ko\n", 18);
	put(tree, "modules.builtin.modinfo", modinfo, sizeof(modinfo));
	strbuf_free(&text);
}

static void make_binary(const char *tree)
{
	struct fake_key deps[ARRAY(dep)] = {
		{.key = "low"},	     {.key = "mid_dle"},  {.key = "top"},
		{.key = "soft"},     {.key = "before"},	  {.key = "after"},
		{.key = "circle_a"}, {.key = "circle_b"}, {.key = "extern"},
	};
	struct fake_key builtin[] = {{"in_side", "", 0}};
	struct fake_key builtin_alias[] = {{"fs_inside*", "in_side", 0}};

	for (size_t i = 0; i < ARRAY(dep); i++) {
		deps[i].value = dep[i];
		deps[i].priority = i;
	}
	put_trie(tree, "modules.dep.bin", deps, ARRAY(dep));
	put_trie(tree, "modules.alias.bin", aliases, ARRAY(aliases));
	put_trie(tree, "modules.builtin.bin", builtin, 1);
	put_trie(tree, "modules.builtin.alias.bin", builtin_alias, 1);
}

static void setup(void)
{
	suite_path(dir);
	ck_assert_ptr_nonnull(mkdtemp(dir));
	for (int i = 0; i < NR_TREES; i++) {
		trees[i] = str_printf("%s/%d", dir, i);
		ck_assert_int_eq(file_make_dirs(trees[i]), 0);
		put(trees[i], "modules.softdep", softdeps,
		    sizeof(softdeps) - 1);
	}
	make_text(trees[TEXT]);
	make_binary(trees[BINARY]);
}

static void teardown(void)
{
	for (int i = 0; i < NR_TREES; i++)
		free(trees[i]);
	ck_assert_int_eq(file_remove_tree(dir), 0);
}

/* @list as text, the tree's folder left out. */
static char *shown(const struct modlist *list, const char *tree)
{
	struct strbuf text = STRBUF_INIT;
	size_t len = strlen(tree);

	strbuf_puts(&text, "");
	for (size_t i = 0; i < list->n; i++) {
		const char *path = list->path[i];

		if (!strncmp(path, tree, len))
			path += len + sizeof("/kernel");
		strbuf_printf(&text, "%s%s", i ? " " : "", path);
	}
	return text.text;
}

START_TEST(resolves)
{
	static const struct {
		const char *name;
		int err;
		const char *files;
	} cases[] = {
		{"low", 0, "low.ko"},
		{"top", 0, "low.ko mid-dle.ko.xz top.ko"},
		{"mid-dle", 0, "low.ko mid-dle.ko.xz"},
		{"mid_dle", 0, "low.ko mid-dle.ko.xz"},
		{"soft", 0, "low.ko before.ko soft.ko after.ko"},
		{"circle_a", 0, "circle_a.ko circle_b.ko"},
		{"circle_b", 0, "circle_a.ko circle_b.ko"},
		{"extern", 0, "low.ko /elsewhere/extern.ko"},
		{"plain-alias", 0, "low.ko"},
		{"two", 0, "low.ko before.ko"},
		{"abc", 0, "low.ko mid-dle.ko.xz"},
		{"abbc", -ENOENT, ""},
		{"pci:v00001234d00000001sv1", 0, "low.ko mid-dle.ko.xz top.ko"},
		{"pci:v00009086d00000002sv1", 0, "before.ko"},
		{"pci:v00008086d00000001sv", 0,
		 "low.ko mid-dle.ko.xz top.ko before.ko soft.ko after.ko"},
		{"gone", 0, ""},
		{"in-side", 0, ""},
		{"fs-inside-it", 0, ""},
		{"lo", -ENOENT, ""},
		{"lower", -ENOENT, ""},
		{"", -ENOENT, ""},
		{"a]c", -ENOENT, ""},
		{"a[c", -ENOENT, ""},
	};
	struct modindex *index;

	ck_assert_int_eq(modindex_open(trees[_i], &index), 0);
	for (size_t i = 0; i < ARRAY(cases); i++) {
		struct modlist list = {0};
		char *files;

		ck_assert_int_eq(modindex_resolve(index, cases[i].name, &list),
				 cases[i].err);
		files = shown(&list, trees[_i]);
		ck_assert_str_eq(files, cases[i].files);
		free(files);
		modlist_free(&list);
	}
	modindex_close(index);
}
END_TEST

START_TEST(appends)
{
	struct modlist list = {0};
	struct modindex *index;
	char *files;

	ck_assert_int_eq(modindex_open(trees[_i], &index), 0);
	modlist_add(&list, "/own/file.ko");
	ck_assert_int_eq(modindex_resolve(index, "before", &list), 0);
	ck_assert_int_eq(modindex_resolve(index, "mid-dle", &list), 0);
	ck_assert_int_eq(modindex_resolve(index, "soft", &list), 0);
	files = shown(&list, trees[_i]);
	ck_assert_str_eq(files, "/own/file.ko before.ko low.ko mid-dle.ko.xz "
				"soft.ko after.ko");
	free(files);
	ck_assert_int_eq(modindex_all(index, &list), 0);
	files = shown(&list, trees[_i]);
	ck_assert_str_eq(files,
			 "/own/file.ko before.ko low.ko mid-dle.ko.xz soft.ko "
			 "after.ko top.ko circle_a.ko circle_b.ko "
			 "/elsewhere/extern.ko");
	free(files);
	modlist_free(&list);
	modindex_close(index);
}
END_TEST

START_TEST(all_in_order)
{
	struct modlist list = {0};
	struct modindex *index;

	ck_assert_int_eq(modindex_open(trees[_i], &index), 0);
	ck_assert_int_eq(modindex_all(index, &list), 0);
	ck_assert_uint_eq(list.n, ARRAY(dep));
	for (size_t i = 0; i < list.n; i++) {
		bool outside = dep[i][0] == '/';
		char *path = str_printf("%s%s%.*s", outside ? "" : trees[_i],
					outside ? "" : "/",
					(int)strcspn(dep[i], ":"), dep[i]);

		ck_assert_str_eq(list.path[i], path);
		free(path);
	}
	modlist_free(&list);
	modindex_close(index);
}
END_TEST

START_TEST(missing)
{
	struct modindex *index;
	char *tree = str_printf("%s/none", dir);

	ck_assert_int_eq(modindex_open(tree, &index), -ENOENT);
	ck_assert_int_eq(file_make_dirs(tree), 0);
	ck_assert_int_eq(modindex_open(tree, &index), -ENOENT);
	put(tree, "modules.dep.bin", "nonsense....", 12);
	ck_assert_int_eq(modindex_open(tree, &index), -EILSEQ);
	put(tree, "modules.dep", "x.ko:\n", 6);
	ck_assert_int_eq(modindex_open(tree, &index), 0);
	modindex_close(index);
	free(tree);
}
END_TEST

static void resolve_some(const char *tree)
{
	static const char *const names[] = {
		"top",	  "soft",     "pci:v00008086d00000001sv",
		"abc",	  "none",     "fs-inside",
		"pci:v*", "circle_a",
	};
	struct modlist list = {0};
	struct modindex *index;

	if (modindex_open(tree, &index))
		return;
	for (size_t i = 0; i < ARRAY(names); i++) {
		int err = modindex_resolve(index, names[i], &list);

		ck_assert_int_le(err, 0);
	}
	ck_assert_int_le(modindex_all(index, &list), 0);
	modlist_free(&list);
	modindex_close(index);
}

START_TEST(mutations)
{
	static const char *const files[] = {
		"modules.dep.bin",     "modules.alias.bin",
		"modules.builtin.bin", "modules.builtin.alias.bin",
		"modules.softdep",
	};
	uint32_t seed = 31;

	for (int i = 0; i < 600; i++) {
		const char *name = files[i % ARRAY(files)];
		char *path = str_printf("%s/%s", trees[BINARY], name);
		unsigned char *good, *bad;
		size_t size, cut;

		ck_assert_int_eq(file_read(path, (void **)&good, &size), 0);
		bad = malloc(size);
		memcpy(bad, good, size);
		for (uint32_t n = next_random(&seed) % 5; n; n--)
			bad[next_random(&seed) % size] = next_random(&seed);
		cut = i % 4 ? size : next_random(&seed) % size;
		put(trees[BINARY], name, bad, cut);
		resolve_some(trees[BINARY]);
		put(trees[BINARY], name, good, size);
		free(bad);
		free(good);
		free(path);
	}
}
END_TEST

/* Each node has two ways to the next: without a bound a search would take
 * more steps than anybody could wait for. */
START_TEST(lattice)
{
	struct strbuf out = STRBUF_INIT;
	struct modlist list = {0};
	struct modindex *index;
	char *tree = str_printf("%s/lattice", dir);
	uint32_t ref;

	ck_assert_int_eq(file_make_dirs(tree), 0);
	put32(&out, 0xb007f457);
	put32(&out, 0x00020001);
	put32(&out, (12 + 10 * 99) | 0x20000000u);
	for (int i = 0; i < 100; i++) {
		ref = i ? (12 + 10 * (i - 1)) | 0x20000000u : 12;
		strbuf_add(&out, "ab", 2);
		put32(&out, ref);
		put32(&out, ref);
	}
	put(tree, "modules.dep.bin", out.text, out.len);
	ck_assert_int_eq(modindex_open(tree, &index), 0);
	ck_assert_int_eq(modindex_all(index, &list), -EILSEQ);
	modindex_close(index);
	modlist_free(&list);
	strbuf_free(&out);
	free(tree);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("modindex");
	TCase *tcase = tcase_create("all");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, resolves, 0, NR_TREES);
	tcase_add_loop_test(tcase, appends, 0, NR_TREES);
	tcase_add_loop_test(tcase, all_in_order, 0, NR_TREES);
	tcase_add_test(tcase, missing);
	tcase_add_test(tcase, mutations);
	tcase_add_test(tcase, lattice);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
