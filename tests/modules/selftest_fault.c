// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults that the kernel expects: each ends in an error code, none in an oops.
 *
 * Contract: all from init. The checks of user memory need a process around
 * init, as insmod is; without one they are left out, and said to be.
 */
#include <linux/cpufeature.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include <asm/asm.h>
#include <asm/msr.h>

#include "check.h"

#define NON_CANONICAL 0xdead4ead00000000UL
#define BOGUS_MSR     0x4ead0000

static void test_nofault(void)
{
	unsigned long source = 0x1234567890abcdef, got = 0;
	u8 *area = vmalloc(PAGE_SIZE);
	u32 word = 0;

	CHECK_EQ(get_kernel_nofault(got, &source), 0);
	CHECK_EQ(got, source);
	CHECK(get_kernel_nofault(got, (unsigned long *)NULL) < 0);
	CHECK(get_kernel_nofault(got, (unsigned long *)0x1000) < 0);
	CHECK(get_kernel_nofault(got, (unsigned long *)NON_CANONICAL) < 0);
	if (!CHECK(area))
		return;
	memset(area, 0x21, PAGE_SIZE);
	/* An area is followed by a page that is never mapped. */
	CHECK_EQ(get_kernel_nofault(got, (unsigned long *)(area + PAGE_SIZE)),
		 -EFAULT);
	CHECK_EQ(get_kernel_nofault(got,
				    (unsigned long *)(area + PAGE_SIZE - 4)),
		 -EFAULT);
	CHECK_EQ(get_kernel_nofault(word, (u32 *)(area + PAGE_SIZE - 4)), 0);
	CHECK_EQ(word, 0x21212121);
	vfree(area);
}

static noinline int read_fixed(unsigned long addr, unsigned long *value)
{
	int failed = 1;
	unsigned long got = 0;

	asm volatile("1:	mov (%2), %0\n"
		     "	xor %1, %1\n"
		     "2:\n" _ASM_EXTABLE(1b, 2b)
		     : "+r"(got), "+r"(failed)
		     : "r"(addr)
		     : "memory");
	*value = got;
	return failed;
}

/* A page fault and a general protection fault, in this module's own table. */
static void test_own_table(void)
{
	unsigned long there = 0xfeedbeef, got;
	u8 *area = vmalloc(PAGE_SIZE);
	int i;

	for (i = 0; i < 100; i++) {
		CHECK_EQ(read_fixed((unsigned long)&there, &got), 0);
		CHECK_EQ(got, there);
		CHECK_EQ(read_fixed(NON_CANONICAL, &got), 1);
		if (area)
			CHECK_EQ(read_fixed((unsigned long)area + PAGE_SIZE,
					    &got),
				 1);
	}
	vfree(area);
}

static void test_irqs_off(void)
{
	u8 *area = vmalloc(PAGE_SIZE);
	unsigned long flags, got;
	int ret;

	if (!CHECK(area))
		return;
	local_irq_save(flags);
	ret = get_kernel_nofault(got, (unsigned long *)(area + PAGE_SIZE));
	CHECK(irqs_disabled());
	local_irq_restore(flags);
	CHECK_EQ(ret, -EFAULT);
	CHECK(!irqs_disabled());
	vfree(area);
}

/* Software emulation reads what it does not know as 0, without a fault. */
static void test_msr(void)
{
	u64 value = 1;
	int ret = rdmsrl_safe(BOGUS_MSR, &value);

	if (boot_cpu_has(X86_FEATURE_HYPERVISOR))
		CHECK(ret == -EIO || (ret == 0 && value == 0));
	else
		CHECK_EQ(ret, -EIO);
	pr_info("selftest fault: an unknown msr reads as %d\n", ret);
}

static void check_copies(char __user *mapped, char *buffer)
{
	char __user *end = mapped + PAGE_SIZE;
	int word = 0;

	memset(buffer, 0x66, PAGE_SIZE);
	CHECK_EQ(copy_to_user(mapped, buffer, PAGE_SIZE), 0);
	memset(buffer, 0, PAGE_SIZE);
	CHECK_EQ(copy_from_user(buffer, mapped, PAGE_SIZE), 0);
	CHECK(!memchr_inv(buffer, 0x66, PAGE_SIZE));
	CHECK_EQ(copy_to_user(end - 10, buffer, 30), 20);
	CHECK_EQ(copy_from_user(buffer, end - 10, 30), 20);
	CHECK(buffer[9] == 0x66 && buffer[10] == 0 && buffer[29] == 0);
	CHECK_EQ(put_user(0x12345678, (int __user *)mapped), 0);
	CHECK_EQ(get_user(word, (int __user *)mapped), 0);
	CHECK_EQ(word, 0x12345678);
	CHECK_EQ(put_user(1, (int __user *)end), -EFAULT);
	CHECK_EQ(get_user(word, (int __user *)(end - 1)), -EFAULT);
	CHECK_EQ(clear_user(mapped, 100), 0);
	/* Up to a word that could be cleared may be left. */
	CHECK(clear_user(end - 10, 20) - 10 <= 8);
	CHECK_EQ(put_user('x', mapped), 0);
	CHECK_EQ(strnlen_user(mapped, 100), 2);
	CHECK_EQ(strncpy_from_user(buffer, mapped, 100), 1);
}

static void test_user(void)
{
	char *buffer = kmalloc(PAGE_SIZE, GFP_KERNEL);
	unsigned long addr;
	int word;

	if (!current->mm) {
		pr_info("selftest fault: no process, no user memory\n");
		goto free;
	}
	addr = vm_mmap(NULL, 0, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, 0);
	if (!CHECK(buffer && !IS_ERR_VALUE(addr)))
		goto free;
	CHECK_EQ(vm_munmap(addr + PAGE_SIZE, PAGE_SIZE), 0);
	check_copies((char __user *)addr, buffer);
	CHECK_EQ(vm_munmap(addr, PAGE_SIZE), 0);
	CHECK_EQ(get_user(word, (int __user *)addr), -EFAULT);
	CHECK_EQ(get_user(word, (int __user *)NULL), -EFAULT);
	CHECK_EQ(get_user(word, (int __user *)NON_CANONICAL), -EFAULT);
	CHECK_EQ(copy_from_user(buffer, (void __user *)addr, 64), 64);
	/* Kernel memory is not user memory. */
	CHECK(!access_ok((void __user *)~0UL, 1));
free:
	kfree(buffer);
}

static int __init selftest_start(void)
{
	test_nofault();
	test_own_table();
	test_irqs_off();
	test_msr();
	test_user();
	return check_report("fault");
}

static void __exit selftest_end(void)
{
}

module_init(selftest_start);
module_exit(selftest_end);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Checks faults that have a fix-up");
