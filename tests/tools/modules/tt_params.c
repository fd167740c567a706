// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parameters with and without a description, and descriptions without one.
 *
 * Only read by the module tools' tests; never loaded.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>

static int number = 1;
module_param(number, int, 0644);
MODULE_PARM_DESC(number, "A number");

static bool silent;
module_param(silent, bool, 0444);

static char *name_of_it = "x";
module_param_named(name, name_of_it, charp, 0);
MODULE_PARM_DESC(name, "Its name: with a colon, and (brackets)");

static unsigned long list[4];
static int list_count;
module_param_array(list, ulong, &list_count, 0600);
MODULE_PARM_DESC(list, "Up to four,\n\t\tover two lines");

static unsigned short small;
module_param(small, ushort, 0);

MODULE_PARM_DESC(ghost, "Described, but not there");
MODULE_PARM_DESC(number, "A second description of the same");

static int a_parameter_with_a_rather_long_name_that_fills_the_line;
module_param(a_parameter_with_a_rather_long_name_that_fills_the_line, int, 0);

MODULE_DESCRIPTION("Parameters");
MODULE_LICENSE("Dual BSD/GPL");
