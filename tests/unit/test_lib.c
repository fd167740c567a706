// SPDX-License-Identifier: GPL-2.0-only
/*
 * The small parts of lib/: strbuf, file, spawn.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/spawn.h"
#include "lib/strbuf.h"
#include "tests/unit/suite.h"

static char dir[SUITE_PATH_MAX];

static void setup(void)
{
	suite_path(dir);
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void teardown(void)
{
	ck_assert_int_eq(file_remove_tree(dir), 0);
	ck_assert(!file_exists(dir));
}

START_TEST(strbuf_grows)
{
	struct strbuf sb = STRBUF_INIT;
	char *text;

	strbuf_puts(&sb, "");
	ck_assert_str_eq(sb.text, "");
	for (int i = 0; i < 1000; i++)
		strbuf_printf(&sb, "%03d ", i);
	ck_assert_uint_eq(sb.len, 4000);
	ck_assert_uint_eq(strlen(sb.text), 4000);
	ck_assert(!strncmp(sb.text + 3996, "999 ", 4));
	strbuf_reset(&sb);
	ck_assert_uint_eq(sb.len, 0);
	ck_assert_str_eq(sb.text, "");
	strbuf_add(&sb, "a\0b", 3);
	ck_assert_mem_eq(sb.text, "a\0b", 4);
	strbuf_free(&sb);
	ck_assert_ptr_null(sb.text);
	text = str_printf("%s-%d", "x", 7);
	ck_assert_str_eq(text, "x-7");
	free(text);
}
END_TEST

START_TEST(files)
{
	char *deep = str_printf("%s/a//b/c/", dir);
	char *path = str_printf("%s/a/b/c/file", dir);
	size_t big = 300000, size;
	char *text = malloc(big);
	struct stat st;
	void *data;

	memset(text, 'x', big);
	ck_assert_int_eq(file_make_dirs(deep), 0);
	ck_assert_int_eq(file_make_dirs(deep), 0);
	ck_assert(!file_exists(path));
	ck_assert_int_eq(file_replace(path, text, big, 0640), 0);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0640);
	ck_assert_int_eq(file_make_dirs(path), -ENOTDIR);
	ck_assert_int_eq(file_read(path, &data, &size), 0);
	ck_assert_uint_eq(size, big);
	ck_assert_mem_eq(data, text, big);
	ck_assert_int_eq(((char *)data)[big], 0);
	free(data);
	ck_assert_int_eq(file_replace(path, "", 0, 0600), 0);
	ck_assert_int_eq(file_read(path, &data, &size), 0);
	ck_assert_uint_eq(size, 0);
	free(data);
	ck_assert_int_eq(file_read("/nonexistent", &data, &size), -ENOENT);
	ck_assert_int_eq(file_replace("/nonexistent/x", "", 0, 0600), -ENOENT);
	ck_assert_int_eq(file_remove_tree("/nonexistent/x"), 0);
	free(text);
	free(path);
	free(deep);
}
END_TEST

/* A symbolic link is removed, and not what it points to. */
START_TEST(removes_links_only)
{
	char *tree = str_printf("%s/tree", dir);
	char *kept = str_printf("%s/kept", dir);
	char *link = str_printf("%s/tree/link", dir);

	ck_assert_int_eq(file_make_dirs(tree), 0);
	ck_assert_int_eq(file_make_dirs(kept), 0);
	ck_assert_int_eq(symlink(kept, link), 0);
	ck_assert_int_eq(file_remove_tree(tree), 0);
	ck_assert(!file_exists(tree));
	ck_assert(file_exists(kept));
	free(tree);
	free(kept);
	free(link);
}
END_TEST

START_TEST(reads_pipes)
{
	int fds[2];
	size_t size;
	void *data;

	ck_assert_int_eq(pipe(fds), 0);
	ck_assert_int_eq(file_write_all(fds[1], "through", 7), 0);
	close(fds[1]);
	ck_assert_int_eq(file_read_fd(fds[0], &data, &size), 0);
	close(fds[0]);
	ck_assert_uint_eq(size, 7);
	ck_assert_str_eq(data, "through");
	free(data);
	ck_assert_int_eq(file_read_fd(fds[0], &data, &size), -EBADF);
}
END_TEST

START_TEST(spawns)
{
	char *const both[] = {"sh", "-c", "echo out; echo err >&2; exit 3",
			      NULL};
	char *const dies[] = {"sh", "-c", "kill -9 $$", NULL};
	char *const reads[] = {"cat", NULL};
	char *const none[] = {"ring3-no-such-program", NULL};
	struct strbuf output = STRBUF_INIT;
	int status = -1;

	ck_assert_int_eq(spawn_wait(both, &output, &status), 0);
	ck_assert_int_eq(status, 3);
	ck_assert_str_eq(output.text, "out\nerr\n");
	ck_assert_int_eq(spawn_wait(dies, NULL, &status), 0);
	ck_assert_int_eq(status, 128 + SIGKILL);
	ck_assert_int_eq(spawn_wait(reads, &output, &status), 0);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(spawn_wait(none, &output, &status), -ENOENT);
	strbuf_free(&output);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lib");
	TCase *tcase = tcase_create("all");

	tcase_add_unchecked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 30);
	tcase_add_test(tcase, strbuf_grows);
	tcase_add_test(tcase, files);
	tcase_add_test(tcase, removes_links_only);
	tcase_add_test(tcase, reads_pipes);
	tcase_add_test(tcase, spawns);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
