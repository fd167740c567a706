// SPDX-License-Identifier: GPL-2.0-only
/*
 * Entry points with names of their own, and memory that init gives back.
 *
 * What is marked __init or __initdata lies in sections that the kernel frees
 * once init has returned 0; nothing that lives longer may refer to it. The
 * build warns (modpost, "section mismatch") where something does.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/printk.h>

static int loads __initdata = 3;
static const char greeting[] __initconst = "good morning";
static int rounds;

static int __init count_to(int limit)
{
	int i, sum = 0;

	for (i = 1; i <= limit; i++)
		sum += i;
	return sum;
}

static int __init hello_start(void)
{
	rounds = count_to(loads);
	pr_info("hello-init: %s, %d rounds\n", greeting, rounds);
	return 0;
}

/* Left out altogether where a module is built into the kernel. */
static void __exit hello_end(void)
{
	pr_info("hello-init: good night after %d rounds\n", rounds);
}

module_init(hello_start);
module_exit(hello_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Named entry points and memory for init alone");
