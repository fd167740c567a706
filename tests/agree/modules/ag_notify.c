// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tells of the modules that come and go; may refuse one.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/string.h>

static char *refuse = "";
module_param(refuse, charp, 0644);

static const char *const states[] = {"live", "coming", "going", "unformed"};

static int changed(struct notifier_block *block, unsigned long state,
		   void *data)
{
	struct module *mod = data;

	pr_info("ag_notify: %s is %s, state %s, init %d exit %d args '%s'\n",
		mod->name, states[state & 3], states[mod->state & 3],
		mod->init != NULL, mod->exit != NULL, mod->args);
	if (state == MODULE_STATE_COMING && !strcmp(mod->name, refuse))
		return notifier_from_errno(-EPERM);
	return NOTIFY_OK;
}

static struct notifier_block block = {.notifier_call = changed};

static int __init ag_notify_init(void)
{
	return register_module_notifier(&block);
}

static void __exit ag_notify_exit(void)
{
	unregister_module_notifier(&block);
}

module_init(ag_notify_init);
module_exit(ag_notify_exit);
MODULE_LICENSE("GPL");
