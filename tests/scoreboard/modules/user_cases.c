// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is done with a program's memory: the case that the parameter "what"
 * names.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/uaccess.h>

static char *what = "";
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "which case");

static char own[64];

static noinline char look(volatile char *p)
{
	return *p;
}

static void user_read(char __user *user)
{
	look((__force char *)user);
}

static void user_write(char __user *user)
{
	*(volatile char __force *)user = 'x';
}

static void user_read_after_copy(char __user *user)
{
	char byte = 1;

	if (!copy_to_user(user, &byte, 1))
		look((__force char *)user);
}

static void kernel_pointer_from(char __user *user)
{
	char bytes[8];

	if (copy_from_user(bytes, (__force char __user *)own, sizeof(bytes)))
		pr_info("user_cases: not copied\n");
}

static void kernel_pointer_to(char __user *user)
{
	char bytes[8] = "";

	if (copy_to_user((__force char __user *)own, bytes, sizeof(bytes)))
		pr_info("user_cases: not copied\n");
}

static void user_good(char __user *user)
{
	char bytes[8] = "abc";

	WARN_ON(copy_to_user(user, bytes, sizeof(bytes)) ||
		copy_from_user(own, user, sizeof(bytes)) || own[0] != 'a');
}

static void user_good_null(char __user *user)
{
	WARN_ON(!copy_from_user(own, NULL, 8));
}

#define CASE(name)                                                             \
	{                                                                      \
#name, name                                                    \
	}

static const struct {
	const char *name;
	void (*run)(char __user *user);
} cases[] = {
	CASE(user_read),
	CASE(user_write),
	CASE(user_read_after_copy),
	CASE(kernel_pointer_from),
	CASE(kernel_pointer_to),
	CASE(user_good),
	CASE(user_good_null),
};

static int __init user_cases_init(void)
{
	unsigned long user = vm_mmap(NULL, 0, PAGE_SIZE, PROT_READ | PROT_WRITE,
				     MAP_ANONYMOUS | MAP_PRIVATE, 0);
	unsigned int i;

	if (IS_ERR_VALUE(user))
		return user;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		if (!strcmp(cases[i].name, what)) {
			cases[i].run((char __user *)user);
			return 0;
		}
	return -EINVAL;
}

static void __exit user_cases_exit(void)
{
}

module_init(user_cases_init);
module_exit(user_cases_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Uses programs' memory well and badly");
