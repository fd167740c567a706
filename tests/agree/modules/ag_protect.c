// SPDX-License-Identifier: GPL-2.0-only
/*
 * What of its memory may be written to and executed.
 */
#include <linux/cache.h>
#include <linux/init.h>
#include <linux/module.h>
#include <asm/asm.h>
#include <asm/extable_fixup_types.h>

static int data = 1;
static const int constant = 2;
static int after_init __ro_after_init = 3;
static int init_data __initdata = 4;

/* clang-format off */
#define WRITE_FAULT _ASM_EXTABLE_TYPE_REG(1b, 2b, EX_TYPE_EFAULT_REG, %0)
/* clang-format on */

/* 0, or -EFAULT where it is read-only. */
static int try(const void *where)
{
	volatile char *byte = (char *)where;
	int err = 0;

	asm volatile("1: movb %b2, %1\n"
		     "2:\n" WRITE_FAULT
		     : "+r"(err), "+m"(*byte)
		     : "q"(*byte));
	return err;
}

static noinline void text(void)
{
	barrier();
}

static noinline void say(const char *when)
{
	pr_info("ag_protect: %s: data %d constant %d after_init %d text %d\n",
		when, try(&data), try(&constant), try(&after_init), try(text));
	pr_info("ag_protect: %s: text in core %d, data in core %d\n", when,
		within_module_core((unsigned long)text, THIS_MODULE),
		within_module_core((unsigned long)&data, THIS_MODULE));
}

static int again(const char *value, const struct kernel_param *kp)
{
	say("later");
	return 0;
}

static const struct kernel_param_ops again_ops = {.set = again};
module_param_cb(again, &again_ops, NULL, 0200);

static int __init ag_protect_init(void)
{
	say("init");
	pr_info("ag_protect: init data %d, init text %d, within %d\n",
		try(&init_data), try(ag_protect_init),
		within_module_init((unsigned long)ag_protect_init,
				   THIS_MODULE));
	return 0;
}

static void __exit ag_protect_exit(void)
{
	say("exit");
}

module_init(ag_protect_init);
module_exit(ag_protect_exit);
MODULE_LICENSE("GPL");
