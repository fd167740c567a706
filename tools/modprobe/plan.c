// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is to be loaded for a module, and in which order.  One thread.
 */
#include <errno.h>
#include <stdlib.h>

#include "tools/log.h"
#include "tools/modprobe/modprobe.h"

int modprobe_softdeps(struct modprobe *modprobe, const struct module *module,
		      bool post, struct module_list *list)
{
	struct config_words words;
	char *name;
	int err = 0;

	config_softdeps(modprobe->config, module->name, post, &words);
	while (!err && (name = config_next_word(&words))) {
		err = modules_lookup(modprobe->modules, name, list);
		if (err == -ENOENT || err == -EINVAL) {
			log_debug("soft dependency '%s' of %s is not there\n",
				  name, module->name);
			err = 0;
		}
		free(name);
	}
	return err;
}

static int plan_one(struct modprobe *modprobe, struct module *module,
		    bool required, bool ignore_commands,
		    struct module_list *plan);

static int plan_softdeps(struct modprobe *modprobe, struct module *module,
			 bool post, struct module_list *plan, bool *any)
{
	struct module_list list = {NULL, 0, 0};
	int err = modprobe_softdeps(modprobe, module, post, &list);

	if (list.n)
		*any = true;
	for (size_t i = 0; !err && i < list.n; i++)
		err = plan_one(modprobe, list.module[i], false, false, plan);
	module_list_free(&list);
	return err;
}

static bool has_post(struct modprobe *modprobe, const struct module *module)
{
	struct module_list list = {NULL, 0, 0};
	bool any;

	if (modprobe_softdeps(modprobe, module, true, &list))
		list.n = 0;
	any = list.n;
	module_list_free(&list);
	return any;
}

/* A module between its soft dependencies; these take the place of an install
 * command, which is the older way to say the same. */
static int plan_between(struct modprobe *modprobe, struct module *module,
			struct module_list *plan)
{
	bool any = has_post(modprobe, module);
	int err = plan_softdeps(modprobe, module, false, plan, &any);

	module->ignore_commands = any;
	if (!err)
		err = module_list_add(plan, module);
	if (!err)
		err = plan_softdeps(modprobe, module, true, plan, &any);
	return err;
}

static void require(struct module *module)
{
	module->required = true;
	for (size_t i = 0; i < module->nr_needs; i++)
		module->needs[i]->required = true;
}

static int plan_one(struct modprobe *modprobe, struct module *module,
		    bool required, bool ignore_commands,
		    struct module_list *plan)
{
	int err = 0;

	if (module->visited)
		return 0;
	module->visited = true;
	if (required)
		require(module);
	for (size_t i = 0; !err && i < module->nr_needs; i++)
		err = plan_between(modprobe, module->needs[i], plan);
	if (err || !ignore_commands)
		return err ? err : plan_between(modprobe, module, plan);
	module->ignore_commands = true;
	return module_list_add(plan, module);
}

int modprobe_plan(struct modprobe *modprobe, struct module *module,
		  struct module_list *plan)
{
	modules_forget_visits(modprobe->modules);
	return plan_one(modprobe, module, true, modprobe->ignore_commands,
			plan);
}
