// SPDX-License-Identifier: GPL-2.0-only
/*
 * modprobe: loading a module, with all that belongs to it.  One thread; blocks
 * as long as init functions and install commands do.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/strbuf.h"
#include "tools/kernel.h"
#include "tools/log.h"
#include "tools/modprobe/modprobe.h"

/* What configuration and command line say; a blank is between them, even if
 * the latter is empty.  New. */
static char *gather_options(const struct modprobe *modprobe,
			    const struct module *module, const char *extra)
{
	struct strbuf text = STRBUF_INIT;
	const struct config_line *line;
	size_t n;

	line = config_lines(modprobe->config, CONFIG_OPTIONS, &n);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(line[i].name, module->name) != 0 &&
		    (!module->alias ||
		     strcmp(line[i].name, module->alias) != 0))
			continue;
		strbuf_printf(&text, "%s ", line[i].value);
	}
	strbuf_puts(&text, extra);
	return text.text;
}

static const char *command_for(const struct modprobe *modprobe,
			       const struct module *module)
{
	const struct config_line *line;

	if (module->ignore_commands)
		return NULL;
	line = config_find(modprobe->config, CONFIG_INSTALL, module->name, true,
			   NULL);
	return line ? line->value : NULL;
}

static bool is_loaded(const struct module *module)
{
	return module->builtin || kernel_state(module->name) == MODULE_LIVE;
}

static void show_action(const struct module *module, const char *command,
			const char *options)
{
	if (command)
		printf("install %s %s\n", command, options);
	else if (module->path)
		printf("insmod %s %s\n", module->path, options);
	else if (module->builtin)
		printf("builtin %s\n", module->name);
}

static int load_file(const struct modprobe *modprobe,
		     const struct module *module, const char *options)
{
	if (module->path)
		return kernel_insert(module->path, options,
				     modprobe->insert_flags);
	log_err("could not find module by name='%s'\n", module->name);
	return -ENOENT;
}

static int run_install(const char *command, const struct module *module,
		       const char *options)
{
	char *expanded = modprobe_expand_command(command, options);
	char *failure;
	int err = modprobe_run_command(expanded, module->name, &failure);

	if (err) {
		log_err("Error running install command '%s' for module %s: "
			"%s\n",
			expanded, module->name, failure);
		free(failure);
	}
	free(expanded);
	return err;
}

/* -EEXIST: loaded already. */
static int take_step(const struct modprobe *modprobe,
		     const struct module *module, const char *extra)
{
	const char *command;
	char *options;
	int err = 0;

	if (!modprobe->show_depends && is_loaded(module)) {
		log_debug("%s is loaded already\n", module->name);
		return -EEXIST;
	}
	command = command_for(modprobe, module);
	options = gather_options(modprobe, module, extra);
	if (modprobe->show)
		show_action(module, command, options);
	if (!modprobe->dry_run)
		err = command ? run_install(command, module, options)
			      : load_file(modprobe, module, options);
	free(options);
	return err;
}

/*
 * Takes what is forbidden off the plan, and says so.  -EPERM: the module
 * itself or what it needs, so that nothing is to be loaded.
 */
static int drop_forbidden(const struct modprobe *modprobe,
			  const struct module *module, struct module_list *plan)
{
	size_t kept = 0;
	int err = 0;

	for (size_t i = 0; i < plan->n; i++) {
		struct module *step = plan->module[i];
		const char *where;

		where = config_forbids(modprobe->config, step->name);
		/* what is in the kernel is not loaded again */
		if (!where || step->builtin ||
		    (!modprobe->show_depends && is_loaded(step))) {
			plan->module[kept++] = step;
			continue;
		}
		if (step->required)
			err = -EPERM;
		if (step == module)
			log_err("Module %s is forbidden by %s\n", step->name,
				where);
		else
			log_err("Module %s, which %s %s, is forbidden by %s\n",
				step->name, module->name,
				step->required ? "needs" : "asks for", where);
	}
	plan->n = kept;
	return err;
}

/* Only what is needed has to succeed. */
static int run_plan(const struct modprobe *modprobe,
		    const struct module *module, const struct module_list *plan,
		    const char *options)
{
	int err = 0;

	for (size_t i = 0; !err && i < plan->n; i++) {
		struct module *step = plan->module[i];
		bool own = step == module;

		err = take_step(modprobe, step, own ? options : "");
		if (err == -EEXIST && own && modprobe->first_time)
			break;
		if (err == -EEXIST || !step->required)
			err = 0;
	}
	return err;
}

/* Whether the blacklist hides it: always from those who call it by an alias. */
static bool is_hidden(const struct modprobe *modprobe,
		      const struct module *module)
{
	return (module->alias || modprobe->use_blacklist) &&
	       config_is_blacklisted(modprobe->config, module->name);
}

static int probe(struct modprobe *modprobe, struct module *module,
		 const char *options)
{
	struct module_list plan = {NULL, 0, 0};
	int err;

	if (!modprobe->show_depends && is_loaded(module))
		return modprobe->first_time ? -EEXIST : 0;
	if (is_hidden(modprobe, module)) {
		log_info("%s is blacklisted\n", module->name);
		return 0;
	}
	err = modprobe_plan(modprobe, module, &plan);
	if (!err)
		err = drop_forbidden(modprobe, module, &plan);
	if (!err)
		err = run_plan(modprobe, module, &plan, options);
	module_list_free(&plan);
	return err;
}

static const char *reason(int err)
{
	switch (err) {
	case -EEXIST:
		return "Module already in kernel";
	case -ENOENT:
		return "Unknown symbol in module, or unknown parameter "
		       "(see dmesg)";
	default:
		return strerror(-err);
	}
}

static int insert_one(struct modprobe *modprobe, struct module *module,
		      const char *options)
{
	int err;

	if (modprobe->lookup_only) {
		puts(module->name);
		return 0;
	}
	err = probe(modprobe, module, options);
	if (err)
		log_err("could not insert '%s': %s\n", module->name,
			reason(err));
	return err;
}

static bool is_path(const char *word)
{
	return *word == '/' || !strncmp(word, "./", 2);
}

int modprobe_insert(struct modprobe *modprobe, const char *word,
		    const char *options)
{
	struct module_list list = {NULL, 0, 0};
	struct module *module;
	int err;

	if (is_path(word)) {
		err = modules_get_file(modprobe->modules, word, &module);
		if (!err)
			return insert_one(modprobe, module, options);
		modprobe_complain(modprobe,
				  "Failed to get module from path %s: %s\n",
				  word, strerror(-err));
		return err;
	}
	err = modules_lookup(modprobe->modules, word, &list);
	if (err)
		modprobe_complain(modprobe,
				  "Module %s not found in directory %s\n", word,
				  modules_tree(modprobe->modules));
	/* an alias of several: one that fails does not keep the others away,
	 * and the last one counts */
	for (size_t i = 0; i < list.n; i++)
		err = insert_one(modprobe, list.module[i], options);
	module_list_free(&list);
	return err;
}
