// SPDX-License-Identifier: GPL-2.0-only
/*
 * Holds itself while a parameter says so.
 */
#include <linux/init.h>
#include <linux/module.h>

static int held;

static int hold(const char *value, const struct kernel_param *kp)
{
	int want = value[0] - '0';

	while (held < want && try_module_get(THIS_MODULE))
		held++;
	for (; held > want; held--)
		module_put(THIS_MODULE);
	pr_info("ag_busy: held %d, references %d\n", held,
		module_refcount(THIS_MODULE));
	return 0;
}

static const struct kernel_param_ops hold_ops = {.set = hold};
module_param_cb(hold, &hold_ops, NULL, 0200);

static int __init ag_busy_init(void)
{
	return 0;
}

static void __exit ag_busy_exit(void)
{
	pr_info("ag_busy: goes, try_module_get %d\n",
		try_module_get(THIS_MODULE));
}

module_init(ag_busy_init);
module_exit(ag_busy_exit);
MODULE_LICENSE("GPL");
