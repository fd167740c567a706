/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests: runs a suite, and keeps all its files in one folder, which is
 * removed at the end however the tests end: each runs in a child process, and
 * one that fails does not get to its teardown.
 */
#ifndef TESTS_UNIT_SUITE_H
#define TESTS_UNIT_SUITE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/file.h"

#define SUITE_SKIPPED 77

static char suite_folder[] = "/tmp/ring3-test-XXXXXX";

/* Room for the path of a folder or file in it, and for one more name. */
#define SUITE_PATH_MAX (sizeof(suite_folder) + 40)

/* A template for mkdtemp() and mkstemp(). */
static __attribute__((unused)) void suite_path(char path[SUITE_PATH_MAX])
{
	snprintf(path, SUITE_PATH_MAX, "%s/XXXXXX", suite_folder);
}

/* What main() is to return. */
static int suite_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed = 1;

	if (!mkdtemp(suite_folder)) {
		perror(suite_folder);
	} else {
		srunner_run_all(runner, CK_NORMAL);
		failed = srunner_ntests_failed(runner);
		if (file_remove_tree(suite_folder))
			failed = 1;
	}
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
