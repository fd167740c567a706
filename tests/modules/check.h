/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checks that a test module makes of the kernel it is in.
 *
 * Contract: included once a module; the counters are atomic, so that any
 * thread or interrupt of the module may check. A failed check is printed with
 * its place and the module goes on; check_report() gives init's result.
 */
#ifndef CHECK_H
#define CHECK_H

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/types.h>

static atomic_t check_count = ATOMIC_INIT(0);
static atomic_t check_failures = ATOMIC_INIT(0);

static inline bool check_that(bool holds, const char *what, const char *file,
			      int line)
{
	atomic_inc(&check_count);
	if (holds)
		return true;
	atomic_inc(&check_failures);
	pr_err("selftest: %s:%d: failed: %s\n", kbasename(file), line, what);
	return false;
}

static inline bool check_equal(long long left, long long right,
			       const char *what, const char *file, int line)
{
	if (check_that(left == right, what, file, line))
		return true;
	pr_err("selftest: %s:%d: %lld (%#llx) and %lld (%#llx)\n",
	       kbasename(file), line, left, left, right, right);
	return false;
}

#define CHECK(cond) check_that(!!(cond), #cond, __FILE__, __LINE__)
#define CHECK_EQ(left, right)                                                  \
	check_equal((long long)(left), (long long)(right),                     \
		    #left " == " #right, __FILE__, __LINE__)

/* 0 or what init is to return. */
static inline int check_report(const char *name)
{
	int failed = atomic_read(&check_failures);

	pr_info("selftest %s: %d checks, %d failed\n", name,
		atomic_read(&check_count), failed);
	return failed ? -EINVAL : 0;
}

#endif
