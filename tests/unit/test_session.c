// SPDX-License-Identifier: GPL-2.0-only
/*
 * cli/session: the files that an instance is given.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/session.h"
#include "lib/strbuf.h"
#include "tests/unit/pack.h"
#include "tests/unit/suite.h"

static const char content[] = "what a module has in it";

static char dir[SUITE_PATH_MAX];

static void setup(void)
{
	suite_path(dir);
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void teardown(void)
{
	ck_assert_int_eq(file_remove_tree(dir), 0);
}

/* A file with the content, packed; the caller closes it. */
static void open_packed(const char *name, enum compression format,
			struct module_image *image)
{
	char *path = str_printf("%s/%s", dir, name);
	unsigned char *packed;
	size_t size = pack(format, content, sizeof(content), &packed);

	ck_assert_int_eq(file_replace(path, packed, size, 0600), 0);
	ck_assert_int_eq(session_open_module(path, "a=1", image), 0);
	free(packed);
	free(path);
}

static void check_content(const struct module_image *image)
{
	char data[sizeof(content)];

	ck_assert_uint_eq(image->size, sizeof(content));
	ck_assert_int_eq(pread(image->fd, data, sizeof(data), 0), sizeof(data));
	ck_assert_str_eq(data, content);
}

START_TEST(opens)
{
	struct module_image image;

	open_packed("a-b.ko", COMPRESSION_NONE, &image);
	check_content(&image);
	ck_assert_str_eq(image.name, "a_b");
	ck_assert_str_eq(image.args, "a=1");
	session_close_module(&image);
	ck_assert_int_eq(session_open_module("/nonexistent.ko", "", &image),
			 -ENOENT);
	ck_assert_int_eq(session_open_module(dir, "", &image), -EISDIR);
}
END_TEST

/* It is kept for the instances that follow; none may change it. */
START_TEST(decompressed_is_sealed)
{
	struct module_image first, again;

	open_packed("m.ko.xz", COMPRESSION_XZ, &first);
	check_content(&first);
	ck_assert_int_lt(pwrite(first.fd, "x", 1, 0), 0);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_lt(ftruncate(first.fd, 0), 0);
	ck_assert_int_lt(ftruncate(first.fd, 1 << 20), 0);
	ck_assert_ptr_eq(mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED,
			      first.fd, 0),
			 MAP_FAILED);
	open_packed("m.ko.xz", COMPRESSION_XZ, &again);
	check_content(&again);
	session_close_module(&again);
	session_close_module(&first);
}
END_TEST

/* The kernel is to refuse it, as it does when insmod hands it over. */
START_TEST(damaged_is_given_as_it_is)
{
	char *path = str_printf("%s/d.ko.xz", dir);
	struct module_image image;
	unsigned char *packed;
	size_t size = pack(COMPRESSION_XZ, content, sizeof(content), &packed);

	ck_assert_int_eq(file_replace(path, packed, size / 2, 0600), 0);
	ck_assert_int_eq(session_open_module(path, NULL, &image), 0);
	ck_assert_uint_eq(image.size, size / 2);
	session_close_module(&image);
	free(packed);
	free(path);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("session");
	TCase *tcase = tcase_create("all");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, opens);
	tcase_add_test(tcase, decompressed_is_sealed);
	tcase_add_test(tcase, damaged_is_given_as_it_is);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
