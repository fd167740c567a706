// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes a reference to another module while that may go.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/notifier.h>

static bool got_coming, got_going;

static int changed(struct notifier_block *block, unsigned long state,
		   void *data)
{
	struct module *mod = data;

	if (state == MODULE_STATE_COMING) {
		got_coming = try_module_get(mod);
		if (got_coming)
			module_put(mod);
	}
	if (state == MODULE_STATE_GOING)
		got_going = try_module_get(mod);
	pr_info("ag_unload: %s: coming %d going %d\n", mod->name, got_coming,
		got_going);
	return NOTIFY_OK;
}

static struct notifier_block block = {.notifier_call = changed};

static int __init ag_unload_init(void)
{
	return register_module_notifier(&block);
}

static void __exit ag_unload_exit(void)
{
	unregister_module_notifier(&block);
}

module_init(ag_unload_init);
module_exit(ag_unload_exit);
MODULE_LICENSE("GPL");
