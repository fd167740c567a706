// SPDX-License-Identifier: GPL-2.0-only
/*
 * Broken lists and reference counts, which the kernel's own code tells of: the
 * one that the parameter "what" names.
 */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/refcount.h>
#include <linux/string.h>

static char *what = "";
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "which case");

static struct list_head head = LIST_HEAD_INIT(head), good, bad;
static void *wild[2];
static refcount_t count;

static void corrupt_list_add(void)
{
	list_add(&good, &head);
	head.next = (void *)wild;
	list_add(&bad, &head);
}

static void corrupt_list_del(void)
{
	list_add(&bad, &head);
	bad.next = (void *)wild;
	list_del(&bad);
}

static void list_add_twice(void)
{
	list_add(&good, &head);
	list_add(&good, &head);
}

static void list_del_twice(void)
{
	list_add(&good, &head);
	list_del(&good);
	list_del(&good);
}

static void refcount_inc_overflow(void)
{
	refcount_set(&count, REFCOUNT_MAX);
	refcount_inc(&count);
}

static void refcount_add_overflow(void)
{
	refcount_set(&count, REFCOUNT_MAX - 2);
	refcount_add(5, &count);
}

static void refcount_inc_zero(void)
{
	refcount_set(&count, 0);
	refcount_inc(&count);
}

static void refcount_add_zero(void)
{
	refcount_set(&count, 0);
	refcount_add(3, &count);
}

static void refcount_dec_zero(void)
{
	refcount_set(&count, 1);
	refcount_dec(&count);
}

static void refcount_dec_negative(void)
{
	refcount_set(&count, 0);
	refcount_dec(&count);
}

static void refcount_sub_negative(void)
{
	refcount_set(&count, 1);
	if (refcount_sub_and_test(3, &count))
		pr_info("zero\n");
}

static void refcount_inc_saturated(void)
{
	refcount_set(&count, REFCOUNT_SATURATED);
	refcount_inc(&count);
}

static void refcount_good(void)
{
	refcount_set(&count, 1);
	refcount_inc(&count);
	refcount_dec(&count);
}

#define CASE(name)                                                             \
	{                                                                      \
#name, name                                                    \
	}

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	CASE(corrupt_list_add),	     CASE(corrupt_list_del),
	CASE(list_add_twice),	     CASE(list_del_twice),
	CASE(refcount_inc_overflow), CASE(refcount_add_overflow),
	CASE(refcount_inc_zero),     CASE(refcount_add_zero),
	CASE(refcount_dec_zero),     CASE(refcount_dec_negative),
	CASE(refcount_sub_negative), CASE(refcount_inc_saturated),
	CASE(refcount_good),
};

static int __init data_cases_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		if (!strcmp(cases[i].name, what)) {
			cases[i].run();
			return 0;
		}
	return -EINVAL;
}

static void __exit data_cases_exit(void)
{
}

module_init(data_cases_init);
module_exit(data_cases_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Breaks lists and reference counts");
