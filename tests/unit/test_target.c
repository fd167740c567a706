// SPDX-License-Identifier: GPL-2.0-only
/*
 * Targets in made-up roots: finding them, the key of a build and when it is
 * stale, adapting unpacked packages, and what goes wrong.
 *
 * Each test runs in a process and a folder of its own; no network.
 */
#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "image/image.h"
#include "image/target.h"
#include "image/target_internal.h"
#include "lib/file.h"
#include "lib/strbuf.h"
#include "tests/unit/suite.h"

#define R1  "6.1.0-8-ring3test"
#define R2  "6.1.0-10-ring3test"
#define R12 "6.12.1-ring3test"

static char top[SUITE_PATH_MAX];
static struct strbuf error;
static struct target_report report = {NULL, NULL, &error};

static char *at(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Strings that the test need not free. */
static char **kept;
static size_t nr_kept;

static char *keep(char *text)
{
	kept = reallocarray(kept, nr_kept + 1, sizeof(*kept));
	ck_assert_ptr_nonnull(kept);
	kept[nr_kept++] = text;
	return text;
}

static void free_kept(void)
{
	while (nr_kept)
		free(kept[--nr_kept]);
	free(kept);
	kept = NULL;
}

/* A path below the test's folder; lives as long as the test. */
static char *at(const char *format, ...)
{
	char *path, *full;
	va_list ap;

	va_start(ap, format);
	ck_assert_int_ge(vasprintf(&path, format, ap), 0);
	va_end(ap);
	full = str_printf("%s/%s", top, path);
	free(path);
	return keep(full);
}

static void put(const char *path, const char *text)
{
	char *dir = str_printf("%s", path);

	*strrchr(dir, '/') = '\0';
	ck_assert_int_eq(file_make_dirs(dir), 0);
	ck_assert_int_eq(file_replace(path, text, strlen(text), 0644), 0);
	free(dir);
}

static char *get(const char *path)
{
	void *data;
	size_t size;

	ck_assert_int_eq(file_read(path, &data, &size), 0);
	return keep(data);
}

static void put_headers(const char *dir)
{
	char *path = str_printf("%s/include/generated/utsrelease.h", dir);

	put(path, "#define UTS_RELEASE \"x\"\n");
	free(path);
	path = str_printf("%s/.config", dir);
	put(path, "CONFIG_X86_64=y\nCONFIG_MODULES=y\n"
		  "CONFIG_CC_VERSION_TEXT=\"no-such-compiler 1\"\n");
	free(path);
}

static void put_installed(const char *release, bool headers)
{
	put(at("boot/vmlinuz-%s", release), "image");
	ck_assert_int_eq(file_make_dirs(at("modules/%s", release)), 0);
	if (!headers)
		return;
	put_headers(at("src/%s", release));
	ck_assert_int_eq(symlink(at("src/%s", release),
				 at("modules/%s/build", release)),
			 0);
}

static void put_cached(const char *release, const char *lib)
{
	put(at("cache/targets/%s/boot/vmlinuz-%s", release, release), "image");
	ck_assert_int_eq(file_make_dirs(at("cache/targets/%s/%s/modules/%s",
					   release, lib, release)),
			 0);
}

static void setup(void)
{
	suite_path(top);
	ck_assert_ptr_nonnull(mkdtemp(top));
	setenv("RING3_BOOT", at("boot"), 1);
	setenv("RING3_MODULES", at("modules"), 1);
	setenv("RING3_CACHE", at("cache"), 1);
	setenv("RING3_DATADIR", at("data"), 1);
	put(at("data/kernel/Kbuild"), "obj-m := ring3.o\n");
	put(at("data/kernel/cpu/a.c"), "int a;\n");
	put(at("data/include/ring3/b.h"), "int b;\n");
}

static void teardown(void)
{
	strbuf_free(&error);
	file_remove_tree(top);
	free_kept();
}

static struct target_list list_all(void)
{
	struct target_list list;

	ck_assert_int_eq(target_list(&list), 0);
	return list;
}

static const struct target *the(const struct target_list *list,
				const char *release)
{
	const struct target *target = target_find(list, release);

	ck_assert_ptr_nonnull(target);
	return target;
}

START_TEST(empty)
{
	struct target_list list = list_all();

	ck_assert_uint_eq(list.n, 0);
	ck_assert_ptr_null(target_default(&list));
	ck_assert_ptr_null(target_find(&list, R1));
	target_list_free(&list);
}
END_TEST

START_TEST(installed_newest_first)
{
	struct target_list list;

	put_installed(R1, true);
	put_installed(R12, false);
	put_installed(R2, true);
	/* One without modules is not a target. */
	put(at("boot/vmlinuz-5.0-x"), "image");
	put(at("boot/config-%s", R1), "");
	list = list_all();
	ck_assert_uint_eq(list.n, 3);
	ck_assert_str_eq(list.targets[0].release, R12);
	ck_assert_str_eq(list.targets[1].release, R2);
	ck_assert_str_eq(list.targets[2].release, R1);
	ck_assert_ptr_null(list.targets[0].headers);
	ck_assert_str_eq(list.targets[1].headers, at("src/" R2));
	ck_assert_str_eq(list.targets[1].vmlinuz, at("boot/vmlinuz-" R2));
	ck_assert_str_eq(list.targets[1].modules, at("modules/" R2));
	ck_assert(!list.targets[1].in_cache);
	/* The newest that can be built. */
	ck_assert_str_eq(target_default(&list)->release, R2);
	target_list_free(&list);
}
END_TEST

START_TEST(cached)
{
	struct target_list list;

	put_cached(R1, "lib");
	put_headers(at("cache/targets/" R1 "/usr/src/linux-headers-" R1));
	put_cached(R2, "usr/lib");
	put(at("cache/targets/.tmp-x/boot/vmlinuz-.tmp-x"), "image");
	/* The system's headers serve the one without. */
	put_headers(at("modules/%s/build", R2));
	list = list_all();
	ck_assert_uint_eq(list.n, 2);
	ck_assert(list.targets[0].in_cache && list.targets[1].in_cache);
	ck_assert_str_eq(list.targets[0].headers, at("modules/" R2 "/build"));
	ck_assert_str_eq(list.targets[0].modules,
			 at("cache/targets/" R2 "/usr/lib/modules/" R2));
	ck_assert_str_eq(list.targets[1].headers,
			 at("cache/targets/" R1 "/usr/src/linux-headers-" R1));
	target_list_free(&list);
}
END_TEST

START_TEST(installed_before_cached)
{
	struct target_list list;

	put_installed(R1, true);
	put_cached(R1, "lib");
	list = list_all();
	ck_assert_uint_eq(list.n, 1);
	ck_assert(!list.targets[0].in_cache);
	target_list_free(&list);
}
END_TEST

START_TEST(find)
{
	struct target_list list;

	put_installed(R1, true);
	put_installed(R2, true);
	put_installed(R12, true);
	put_installed(R12 "-more", true);
	list = list_all();
	ck_assert_str_eq(the(&list, R1)->release, R1);
	ck_assert_str_eq(the(&list, "6.1.0-10")->release, R2);
	ck_assert_str_eq(the(&list, "-8-")->release, R1);
	/* A whole release, though a part of another. */
	ck_assert_str_eq(the(&list, R12)->release, R12);
	ck_assert_str_eq(the(&list, "more")->release, R12 "-more");
	/* Ambiguous, unknown, or only part of a number. */
	ck_assert_ptr_null(target_find(&list, "6.1"));
	ck_assert_ptr_null(target_find(&list, "6.12"));
	ck_assert_ptr_null(target_find(&list, "5.10"));
	ck_assert_ptr_null(target_find(&list, "6.1.0-1"));
	ck_assert_ptr_null(target_find(&list, ""));
	target_list_free(&list);
}
END_TEST

START_TEST(running_is_default)
{
	struct target_list list;
	struct utsname uts;

	ck_assert_int_eq(uname(&uts), 0);
	put_installed(R1, true);
	put_installed("99.0-ring3test", true);
	put_installed(uts.release, false);
	list = list_all();
	ck_assert_str_eq(target_default(&list)->release, uts.release);
	setenv("RING3_TARGET", "99.0", 1);
	ck_assert_str_eq(target_default(&list)->release, "99.0-ring3test");
	setenv("RING3_TARGET", "98.0", 1);
	ck_assert_ptr_null(target_default(&list));
	unsetenv("RING3_TARGET");
	target_list_free(&list);
}
END_TEST

START_TEST(hostile_names)
{
	static const char *const bad[] = {"",	   "..",  ".x", "a/b",
					  "../..", "a b", "-a", "a\n"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		ck_assert(!target_valid_release(bad[i]));
		ck_assert_int_eq(target_remove(bad[i], &report), -EINVAL);
		ck_assert_int_eq(target_add(bad[i], &report), -EINVAL);
	}
	ck_assert(target_valid_release("6.12.117+deb12-amd64"));
}
END_TEST

static uint64_t key_of(const struct target *target)
{
	struct target_inputs inputs;
	uint64_t key;

	ck_assert_int_eq(target_inputs_collect(target, &report, &inputs), 0);
	key = inputs.key;
	target_inputs_free(&inputs);
	return key;
}

START_TEST(key_changes)
{
	static const char *const changed[] = {
		"data/kernel/cpu/a.c",
		"data/include/ring3/b.h",
		"src/" R1 "/.config",
		"src/" R1 "/include/generated/utsrelease.h",
		"boot/vmlinuz-" R1,
		"src/" R1 "/Module.symvers",
		"data/kernel/new.c",
	};
	struct target_list list;
	const struct target *target;
	uint64_t key;

	put_installed(R1, true);
	list = list_all();
	target = the(&list, R1);
	key = key_of(target);
	ck_assert_uint_eq(key_of(target), key);
	for (size_t i = 0; i < sizeof(changed) / sizeof(*changed); i++) {
		uint64_t next;

		put(at("%s", changed[i]), "something longer than it was\n");
		next = key_of(target);
		ck_assert_msg(next != key, "%s does not matter", changed[i]);
		key = next;
	}
	/* Written again, but not changed; not compiled. */
	put(at("data/kernel/cpu/a.c"), "something longer than it was\n");
	put(at("data/kernel/.a.c.swp"), "x");
	put(at("data/kernel/a.c~"), "x");
	ck_assert_uint_eq(key_of(target), key);
	target_list_free(&list);
}
END_TEST

/* Of the first target that is found now. */
static uint64_t first_key(void)
{
	struct target_list list = list_all();
	uint64_t key = key_of(&list.targets[0]);

	target_list_free(&list);
	return key;
}

START_TEST(key_moves)
{
	uint64_t key;

	put_cached(R1, "lib");
	put_headers(at("cache/targets/" R1 "/usr/src/linux-headers-" R1));
	key = first_key();
	ck_assert_int_eq(rename(at("cache"), at("elsewhere")), 0);
	setenv("RING3_CACHE", at("elsewhere"), 1);
	ck_assert_uint_eq(first_key(), key);
	/* By a link, as well. */
	ck_assert_int_eq(file_make_dirs(at("cache")), 0);
	ck_assert_int_eq(symlink(at("elsewhere/targets"), at("cache/targets")),
			 0);
	setenv("RING3_CACHE", at("cache"), 1);
	ck_assert_uint_eq(first_key(), key);
}
END_TEST

START_TEST(key_needs_sources)
{
	struct target_list list;
	struct target_inputs inputs;

	put_installed(R1, true);
	list = list_all();
	ck_assert_int_eq(file_remove_tree(at("data/kernel")), 0);
	ck_assert_int_eq(target_inputs_collect(the(&list, R1), &report,
					       &inputs),
			 -ENOENT);
	ck_assert_ptr_nonnull(strstr(error.text, "data/kernel"));
	target_list_free(&list);
}
END_TEST

static char *in_builds(const struct target *target, const char *name)
{
	return at("cache/built/%s/%s", target->release, name);
}

/* A build as target_build() would leave it, of no real kernel. */
static void put_build(const struct target *target)
{
	struct target_conf made = {
		.build = {.image_base = 0x10000000,
			  .image_end = 0x12000000,
			  .percpu_load = 0x11000000,
			  .percpu_size = 0x1000,
			  .kernel_base = 0x0f000000,
			  .kernel_end = 0x0f002000},
		.release = target->release,
		.banner = "Linux x",
		.compression = "none",
		.vmlinuz = target->vmlinuz,
		.headers = target->headers,
		.data_dir = target_data_dir(),
		.image_id = (char *)target_image_id(),
	};
	char *conf = in_builds(target, "k/target.conf");
	char *list = in_builds(target, "k/inputs");
	char *current = in_builds(target, "current");
	struct target_inputs inputs;

	ck_assert_int_eq(target_inputs_collect(target, &report, &inputs), 0);
	ck_assert_int_eq(file_make_dirs(in_builds(target, "k")), 0);
	ck_assert_int_eq(target_conf_write(conf, &made), 0);
	ck_assert_int_eq(target_inputs_write(&inputs, list), 0);
	unlink(current);
	ck_assert_int_eq(symlink("k", current), 0);
	target_inputs_free(&inputs);
	free(made.data_dir);
}

static void expect_state(const struct target *target, enum target_state state)
{
	bool snapshot;

	ck_assert_int_eq(target_state(target, &snapshot), state);
	ck_assert(!snapshot);
}

START_TEST(built)
{
	struct target_list list;
	const struct target *target;
	struct target_build *build;
	bool snapshot;

	put_installed(R1, true);
	list = list_all();
	target = the(&list, R1);
	ck_assert_int_eq(target_built(target, &build), -ENOENT);
	ck_assert_ptr_null(build);
	expect_state(target, TARGET_UNBUILT);
	put_build(target);
	ck_assert_int_eq(target_built(target, &build), 0);
	ck_assert_str_eq(build->dir, at("cache/built/" R1 "/k"));
	ck_assert_uint_eq(build->image_base, 0x10000000);
	ck_assert_uint_eq(build->image_end, 0x12000000);
	ck_assert_uint_eq(build->percpu_load, 0x11000000);
	ck_assert_uint_eq(build->percpu_size, 0x1000);
	ck_assert_uint_eq(build->kernel_base, 0x0f000000);
	ck_assert_uint_eq(build->kernel_end, 0x0f002000);
	target_build_free(build);
	expect_state(target, TARGET_CURRENT);
	put(at("cache/built/" R1 "/k/snapshot-1"), "x");
	ck_assert_int_eq(target_state(target, &snapshot), TARGET_CURRENT);
	ck_assert(snapshot);
	target_list_free(&list);
}
END_TEST

START_TEST(stale)
{
	struct target_list list;
	const struct target *target;
	struct target_build *build;

	put_installed(R1, true);
	list = list_all();
	target = the(&list, R1);
	put_build(target);
	put(at("data/kernel/cpu/a.c"), "int a, changed;\n");
	ck_assert_int_eq(target_built(target, &build), -ENOENT);
	expect_state(target, TARGET_STALE);
	put_build(target);
	expect_state(target, TARGET_CURRENT);
	/* A new file, and one that is gone. */
	put(at("data/kernel/cpu/new.c"), "int n;\n");
	expect_state(target, TARGET_STALE);
	put_build(target);
	ck_assert_int_eq(unlink(at("data/kernel/cpu/new.c")), 0);
	expect_state(target, TARGET_STALE);
	put_build(target);
	put(at("boot/vmlinuz-" R1), "another image");
	expect_state(target, TARGET_STALE);
	put_build(target);
	setenv("RING3_DATADIR", at("elsewhere"), 1);
	expect_state(target, TARGET_STALE);
	target_list_free(&list);
}
END_TEST

START_TEST(damaged_build)
{
	static const char *const files[] = {"inputs", "target.conf"};
	struct target_list list;
	const struct target *target;

	put_installed(R1, true);
	list = list_all();
	target = the(&list, R1);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char *path = at("cache/built/" R1 "/k/%s", files[i]);
		size_t size;

		put_build(target);
		size = strlen(get(path));
		for (size_t cut = 0; cut < size; cut++) {
			char *text;

			put_build(target);
			text = get(path);
			text[cut] = '\0';
			put(path, text);
			/* Only the last newline can be missed. */
			if (cut + 1 < size || !i)
				expect_state(target, TARGET_STALE);
		}
	}
	target_list_free(&list);
}
END_TEST

START_TEST(config_names_all_missing)
{
	struct target_list list;
	struct target_build *build;

	put_installed(R1, true);
	list = list_all();
	ck_assert_int_eq(target_build(the(&list, R1), false, &report, &build),
			 -ENOTSUP);
	ck_assert_ptr_null(build);
	ck_assert_ptr_nonnull(strstr(error.text, "CONFIG_PARAVIRT_XXL ("));
	ck_assert_ptr_nonnull(strstr(error.text, "CONFIG_VMAP_STACK ("));
	ck_assert_ptr_null(strstr(error.text, "CONFIG_MODULES "));
	ck_assert_ptr_null(strstr(error.text, "CONFIG_X86_64 "));
	target_list_free(&list);
}
END_TEST

START_TEST(build_without_headers)
{
	struct target_list list;
	struct target_build *build;

	put_installed(R1, false);
	list = list_all();
	ck_assert_int_eq(target_build(the(&list, R1), false, &report, &build),
			 -ENOENT);
	ck_assert_ptr_nonnull(strstr(error.text, "linux-headers-" R1));
	target_list_free(&list);
}
END_TEST

START_TEST(build_of_no_image)
{
	static const char *const options[] = {
		"X86_64",	  "MODULES",	  "MODULE_UNLOAD",
		"PARAVIRT_XXL",	  "KALLSYMS_ALL", "RELOCATABLE",
		"DYNAMIC_FTRACE", "HAVE_FENTRY",  "SPARSEMEM_VMEMMAP",
		"VMAP_STACK"};
	struct strbuf config = STRBUF_INIT;
	struct target_list list;
	struct target_build *build;

	put_installed(R1, true);
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		strbuf_printf(&config, "CONFIG_%s=y\n", options[i]);
	put(at("src/" R1 "/.config"), config.text);
	strbuf_free(&config);
	list = list_all();
	ck_assert_int_ne(target_build(the(&list, R1), false, &report, &build),
			 0);
	ck_assert_ptr_nonnull(strstr(error.text, "vmlinuz-" R1));
	/* It left nothing that looks like a build. */
	expect_state(the(&list, R1), TARGET_UNBUILT);
	target_list_free(&list);
}
END_TEST

START_TEST(link_names_all_missing)
{
	struct image image = {.base = TARGET_IMAGE_BASE};
	char *source = at("half.c"), *object = at("half.o");
	char *argv[] = {(char *)"gcc", (char *)"-c", (char *)"-fno-pic",
			source,	       (char *)"-o", object,
			NULL};
	struct target_build build;

	put(at("lds"), "SECTIONS { .text : { low = .; *(.text) } }\n");
	put(source, "extern char low[], slow[];\n"
		    "int one(void), two(void), soft(void);\n"
		    "int soft(void) __attribute__((weak));\n"
		    "int half(void) { return one() + two() +"
		    " (soft ? soft() : 0) + low[0] + slow[0]; }\n");
	ck_assert_int_eq(target_run(&report, "compiling", argv, NULL), 0);
	ck_assert_int_eq(target_link(&image, object, at("lds"), at("elf"),
				     &report, &build),
			 -ENOTSUP);
	ck_assert_str_eq(error.text,
			 "This kernel lacks what ring3 needs: one, two, slow.");
}
END_TEST

START_TEST(link_of_no_object)
{
	struct image image = {.base = TARGET_IMAGE_BASE};
	struct target_build build;
	char elf[200] = "\177ELF\2";

	memset(elf + 5, 0xff, sizeof(elf) - 6);
	put(at("lds"), "");
	put(at("half.o"), elf);
	ck_assert_int_eq(target_link(&image, at("half.o"), at("lds"), at("elf"),
				     &report, &build),
			 -ENOEXEC);
	ck_assert_ptr_nonnull(strstr(error.text, "half.o"));
}
END_TEST

START_TEST(remove_cached_only)
{
	struct target_list list;

	put_installed(R1, true);
	put_cached(R2, "lib");
	put(at("cache/built/" R2 "/k/image"), "x");
	ck_assert_int_eq(target_remove(R1, &report), -ENOENT);
	ck_assert_ptr_nonnull(strstr(error.text, R1));
	ck_assert_int_eq(target_remove(R2, &report), 0);
	ck_assert(!file_exists(at("cache/targets/" R2)));
	ck_assert(!file_exists(at("cache/built/" R2)));
	list = list_all();
	ck_assert_uint_eq(list.n, 1);
	target_list_free(&list);
}
END_TEST

static void expect_link(const char *path, const char *text)
{
	char buf[256];
	ssize_t len = readlink(path, buf, sizeof(buf) - 1);

	ck_assert_int_ge(len, 0);
	buf[len] = '\0';
	ck_assert_str_eq(buf, text);
}

START_TEST(root_is_movable)
{
	const char *inc = "include $(dir $(lastword $(MAKEFILE_LIST)))../c/M";
	char *makefile = at("root/usr/src/linux-headers-" R1 "/Makefile");
	char *build = at("root/usr/lib/modules/" R1 "/build");
	int ret;

	put(makefile, "# x\ninclude /usr/src/c/M\ninclude /usr/lib/y");
	ck_assert_int_eq(file_make_dirs(at("root/usr/lib/modules/" R1)), 0);
	ck_assert_int_eq(symlink("/usr/src/linux-headers-" R1, build), 0);
	ck_assert_int_eq(symlink("/elsewhere", at("root/usr/other")), 0);
	ret = target_fix_root(at("root"), R1, &report);
	ck_assert_msg(!ret, "%s", error.text);
	ck_assert_str_eq(get(makefile), keep(str_printf("# x\n%s\ninclude "
							"/usr/lib/y",
							inc)));
	expect_link(build, "../../../../usr/src/linux-headers-" R1);
	expect_link(at("root/usr/other"), "/elsewhere");
	expect_link(at("root/lib"), "usr/lib");
	ck_assert(target_is_headers(build));
	ck_assert(file_exists(at("root/lib/modules/" R1 "/modules.dep")));
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("target");
	TCase *tc = tcase_create("target");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, empty);
	tcase_add_test(tc, installed_newest_first);
	tcase_add_test(tc, cached);
	tcase_add_test(tc, installed_before_cached);
	tcase_add_test(tc, find);
	tcase_add_test(tc, running_is_default);
	tcase_add_test(tc, hostile_names);
	tcase_add_test(tc, key_changes);
	tcase_add_test(tc, key_moves);
	tcase_add_test(tc, key_needs_sources);
	tcase_add_test(tc, built);
	tcase_add_test(tc, stale);
	tcase_add_test(tc, damaged_build);
	tcase_add_test(tc, config_names_all_missing);
	tcase_add_test(tc, build_without_headers);
	tcase_add_test(tc, build_of_no_image);
	tcase_add_test(tc, link_names_all_missing);
	tcase_add_test(tc, link_of_no_object);
	tcase_add_test(tc, remove_cached_only);
	tcase_add_test(tc, root_is_movable);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	return suite_run(suite());
}
