// SPDX-License-Identifier: GPL-2.0-only
/*
 * Holds a symbol of another module by symbol_get.
 */
#include <linux/init.h>
#include <linux/module.h>

static char *symbol = "ag_gpl_function";
module_param(symbol, charp, 0444);
static void *held;

static int take(const char *value, const struct kernel_param *kp)
{
	if (*value == '1' && !held)
		held = __symbol_get(symbol);
	else if (*value == '0' && held) {
		__symbol_put(symbol);
		held = NULL;
	}
	pr_info("ag_symget: holds %s: %d\n", symbol, held != NULL);
	return 0;
}

static const struct kernel_param_ops take_ops = {.set = take};
module_param_cb(take, &take_ops, NULL, 0200);

static int __init ag_symget_init(void)
{
	return take("1", NULL);
}

static void __exit ag_symget_exit(void)
{
	if (held)
		__symbol_put(symbol);
}

module_init(ag_symget_init);
module_exit(ag_symget_exit);
MODULE_LICENSE("GPL");
