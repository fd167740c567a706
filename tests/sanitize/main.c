// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes the one mistake that the parameter "what" names when it is loaded; with
 * what=none it makes none.  For tests/kernel/sanitize.
 */
#include <linux/module.h>
#include <linux/string.h>
#include "sanitized.h"

static char *what = "none";
module_param(what, charp, 0444);
MODULE_PARM_DESC(what, "which mistake to make");

volatile int zero, one = 1;

static bool make(const struct mistake *mistake)
{
	for (; mistake->name; mistake++)
		if (!strcmp(mistake->name, what)) {
			mistake->make();
			return true;
		}
	return false;
}

static int __init sanitized_init(void)
{
	return make(address_mistakes) || make(undefined_mistakes) ? 0 : -EINVAL;
}

static void __exit sanitized_exit(void)
{
}

module_init(sanitized_init);
module_exit(sanitized_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Makes mistakes that sanitizers find");
