// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module whose init or exit never came back: it is taken out by force, and
 * can be loaded again in the same instance.
 *
 * From the environment: TEST_TARGETS, releases; TEST_MODULES, a folder of
 * modules for each.  Without them the test is skipped.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/session.h"
#include "tests/unit/suite.h"

static struct session session;
static struct instance *instance;
static char *path;

/* The first of the releases. */
static void setup(void)
{
	char *release = strdup(getenv("TEST_TARGETS"));

	strtok(release, " ");
	path = str_printf("%s/%s/trap.ko", getenv("TEST_MODULES"), release);
	session = (struct session){
		.use_snapshot = true, .virtual_time = true, .timeout = 30};
	ck_assert_int_eq(session_open(&session, release), 0);
	ck_assert_int_eq(session_start(&session, &instance), 0);
	free(release);
}

static void teardown(void)
{
	struct instance_end end;

	instance_wait(instance, &end);
	ck_assert_int_eq(end.kind, INSTANCE_EXITED);
	ck_assert_int_eq(end.why, RING3_EXIT_DONE);
	instance_free(instance);
	session_close(&session);
	free(path);
}

static struct ring3_job load(const char *args)
{
	struct ring3_job job = {.kind = RING3_JOB_LOAD};
	struct module_image image;

	ck_assert_int_eq(session_open_module(path, args, &image), 0);
	ck_assert_int_eq(instance_job(instance, &job, &image), 0);
	session_close_module(&image);
	return job;
}

static struct ring3_job unload(unsigned int flags)
{
	struct ring3_job job = {.kind = RING3_JOB_UNLOAD, .flags = flags};

	strcpy(job.name, "trap");
	ck_assert_int_eq(instance_job(instance, &job, NULL), 0);
	return job;
}

static void check_usable(void)
{
	struct ring3_job job = load("what=list");

	ck_assert_int_eq(job.fate, RING3_FATE_RETURNED);
	if (!job.result)
		ck_assert_int_eq(unload(O_NONBLOCK).result, 0);
	else
		ck_assert_int_ne(job.result, -EEXIST);
}

START_TEST(init_crashed)
{
	ck_assert_int_eq(load("what=null-read where=init").fate,
			 RING3_FATE_KILLED);
	/* As in the kernel, unless forced. */
	ck_assert_int_eq(unload(O_NONBLOCK).result, -EBUSY);
	ck_assert_int_eq(unload(O_NONBLOCK | O_TRUNC).result, 0);
	ck_assert_int_eq(unload(O_NONBLOCK).result, -ENOENT);
	check_usable();
}
END_TEST

START_TEST(exit_crashed)
{
	ck_assert_int_eq(load("what=null-read where=exit").result, 0);
	ck_assert_int_eq(unload(O_NONBLOCK).fate, RING3_FATE_KILLED);
	ck_assert_int_eq(unload(O_NONBLOCK).result, -EBUSY);
	ck_assert_int_eq(unload(O_NONBLOCK | O_TRUNC).result, 0);
	check_usable();
}
END_TEST

/* Force takes out nothing that still runs. */
START_TEST(live_module)
{
	ck_assert_int_eq(load("what=null-read where=exit").result, 0);
	ck_assert_int_eq(unload(O_NONBLOCK | O_TRUNC).fate, RING3_FATE_KILLED);
	ck_assert_int_eq(unload(O_NONBLOCK | O_TRUNC).result, 0);
	check_usable();
}
END_TEST

int main(void)
{
	const char *targets = getenv("TEST_TARGETS");
	Suite *suite = suite_create("crashed");
	TCase *tc = tcase_create("taken out");

	if (!targets || !*targets || !getenv("TEST_MODULES"))
		return SUITE_SKIPPED;
	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, init_crashed);
	tcase_add_test(tc, exit_crashed);
	tcase_add_test(tc, live_module);
	suite_add_tcase(suite, tc);
	return suite_run(suite);
}
