// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names of addresses: its functions, data, and init.
 */
#include <linux/init.h>
#include <linux/kallsyms.h>
#include <linux/module.h>

static int data_here;
static int init_data_here __initdata;
int ag_names_global(void);
int ag_names_global(void)
{
	return 1;
}

static noinline int function_here(void)
{
	return data_here;
}

static void say(const char *what, const void *where)
{
	char name[KSYM_SYMBOL_LEN];

	sprint_symbol(name, (unsigned long)where);
	pr_info("ag_names: %s is %pS, %ps, %s\n", what, where, where, name);
}

static int __init ag_names_init(void)
{
	say("function", function_here);
	say("inside", (char *)function_here + 2);
	say("global", ag_names_global);
	say("data", &data_here);
	say("init", ag_names_init);
	say("init data", &init_data_here);
	say("printk", _printk);
	return 0;
}

static void __exit ag_names_exit(void)
{
	say("function", function_here);
	say("exit", ag_names_exit);
}

module_init(ag_names_init);
module_exit(ag_names_exit);
MODULE_LICENSE("GPL");
