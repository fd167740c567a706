// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the compiler leaves to the loader: fault fix-ups, alternatives, retpolines, unwinding.
 */
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <asm/cpufeature.h>

static noinline int add(int n)
{
	return n + 1;
}

static noinline int subtract(int n)
{
	return n - 1;
}

/* The caller's caller must be found: .orc_unwind. */
static noinline void trace(void)
{
	unsigned long entries[8];
	unsigned int i, n = stack_trace_save(entries, 8, 0);

	for (i = 0; i < n && i < 3; i++)
		pr_info("ag_cpu: %pS\n", (void *)entries[i]);
}

static noinline void trace_caller(void)
{
	trace();
	barrier();
}

static int __init ag_cpu_init(void)
{
	int (*volatile functions[])(int n) = {add, subtract};
	unsigned long value = 5;
	char a[300], b[300];
	int i, sum = 0;

	for (i = 0; i < 2; i++)
		sum += functions[i](10);
	pr_info("ag_cpu: indirect calls %d\n", sum);
	pr_info("ag_cpu: get_user %d\n",
		(int)get_user(value, (unsigned long __user *)8));
	pr_info("ag_cpu: nofault %ld\n",
		copy_from_kernel_nofault(&value, (void *)16, sizeof(value)));
	memset(a, 3, sizeof(a));
	memcpy(b, a, sizeof(b));
	pr_info("ag_cpu: memcmp %d, fpu %d\n", memcmp(a, b, sizeof(a)),
		static_cpu_has(X86_FEATURE_FPU));
	trace_caller();
	return 0;
}

static void __exit ag_cpu_exit(void)
{
}

module_init(ag_cpu_init);
module_exit(ag_cpu_exit);
MODULE_LICENSE("GPL");
