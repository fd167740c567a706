// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the one case that the parameter "what" names.
 */
#include <linux/module.h>
#include <linux/string.h>
#include "memory_cases.h"

static char *what = "";
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "which case");

volatile int zero;

static bool run(const struct memory_case *c)
{
	for (; c->name; c++)
		if (!strcmp(c->name, what)) {
			c->run();
			return true;
		}
	return false;
}

static int __init memory_cases_init(void)
{
	return run(slab_cases) || run(other_cases) ? 0 : -EINVAL;
}

static void __exit memory_cases_exit(void)
{
}

module_init(memory_cases_init);
module_exit(memory_cases_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Cases of the scoreboard that touch memory");
