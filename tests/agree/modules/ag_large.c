// SPDX-License-Identifier: GPL-2.0-only
/*
 * Large sections, and large alignments.
 */
#include <linux/init.h>
#include <linux/module.h>

static char zeros[300000];
static char filled[70000] = {1, 2, 3};
static const char constants[90000] = {4, 5, 6};
static char init_filled[50000] __initdata = {7, 8};
static char aligned[100] __aligned(4096) = {9};
static int own_section __section("ag_own") = 10;
static const int own_constant __section("ag_own_ro") = 11;

static noinline __section(".text.ag_special") int special(int n)
{
	return n + zeros[n];
}

static int __init ag_large_init(void)
{
	volatile int i = 1;

	pr_info("ag_large: %d %d %d %d %d %d %d %d\n", zeros[i + 299998],
		filled[i], constants[i], init_filled[i], aligned[i - 1],
		own_section, own_constant, special(i));
	pr_info("ag_large: alignment %lu\n", (unsigned long)aligned % 4096);
	return 0;
}

static void __exit ag_large_exit(void)
{
}

module_init(ag_large_init);
module_exit(ag_large_exit);
MODULE_LICENSE("GPL");
