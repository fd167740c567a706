// SPDX-License-Identifier: GPL-2.0-only
/*
 * modprobe -r: unloading a module, and what belongs to it.  One thread; blocks
 * as long as exit functions and remove commands do.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tools/kernel.h"
#include "tools/log.h"
#include "tools/modprobe/modprobe.h"

#define LONGEST_SLEEP 100ul /* milliseconds */

static unsigned long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000ul + time.tv_nsec / 1000000;
}

static void sleep_ms(unsigned long ms)
{
	struct timespec time = {.tv_sec = ms / 1000,
				.tv_nsec = ms % 1000 * 1000000};

	nanosleep(&time, NULL);
}

/* Tries again, at growing intervals, until its users are gone. */
static int remove_waiting(const char *name, bool force, unsigned long wait)
{
	unsigned long end = now() + wait, interval = 1;

	for (;;) {
		int err = kernel_remove(name, force);
		unsigned long time = now();

		if (err != -EAGAIN || time >= end)
			return err;
		if (interval > end - time)
			interval = end - time;
		sleep_ms(interval);
		if (interval < LONGEST_SLEEP)
			interval *= 2;
	}
}

static int remove_from_kernel(const struct modprobe *modprobe,
			      const struct module *module)
{
	int err;

	if (modprobe->show)
		printf("rmmod %s\n", module->name);
	if (modprobe->dry_run)
		return 0;
	err = remove_waiting(module->name, modprobe->force, modprobe->wait);
	if (err)
		log_err("could not remove '%s': %s\n", module->name,
			strerror(-err));
	return err;
}

static int run_remove(const struct modprobe *modprobe,
		      const struct module *module, const char *command)
{
	char *expanded = modprobe_expand_command(command, "");
	char *failure = NULL;
	int err = 0;

	if (modprobe->show)
		printf("remove %s\n", expanded);
	fflush(stdout); /* before what the command prints */
	if (!modprobe->dry_run)
		err = modprobe_run_command(expanded, module->name, &failure);
	free(expanded);
	if (err) {
		log_info("remove command: %s\n", failure);
		modprobe_complain(modprobe,
				  "Error running remove command for %s\n",
				  module->name);
	}
	free(failure);
	return err;
}

/* What it needed and nobody else does. */
static void remove_unused(const struct modprobe *modprobe,
			  const struct module *module)
{
	for (size_t i = 0; i < module->nr_needs; i++) {
		int users;

		if (!kernel_users(module->needs[i]->name, &users) && !users)
			remove_from_kernel(modprobe, module->needs[i]);
	}
}

static int remove_module(struct modprobe *modprobe, struct module *module,
			 bool with_holders, bool asked_for);

static int remove_softdeps(struct modprobe *modprobe,
			   const struct module *module, bool post)
{
	struct module_list list = {NULL, 0, 0};
	int err;

	if (modprobe->ignore_commands)
		return 0;
	err = modprobe_softdeps(modprobe, module, post, &list);
	for (size_t i = list.n; !err && i > 0; i--)
		remove_module(modprobe, list.module[i - 1], false, false);
	module_list_free(&list);
	return err;
}

/* The list of the kernel has the newest first: none of them is used by one
 * that comes later. */
static int remove_holder(struct modprobe *modprobe, const char *name,
			 char **holders, size_t n)
{
	struct module *module;
	int err;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(holders[i], name) != 0)
			continue;
		err = modules_get(modprobe->modules, name, &module);
		return err ? err
			   : remove_module(modprobe, module, false, false);
	}
	return 0;
}

static int remove_holders(struct modprobe *modprobe,
			  const struct module *module)
{
	struct kernel_modules loaded;
	char **holders;
	size_t n;
	int err = kernel_holders(module->name, &holders, &n);

	if (err)
		return err == -ENOENT ? 0 : err;
	err = kernel_read_modules(&loaded);
	if (!err) {
		for (size_t i = 0; !err && i < loaded.n; i++)
			err = remove_holder(modprobe, loaded.module[i].name,
					    holders, n);
		kernel_free_modules(&loaded);
	}
	kernel_free_names(holders, n);
	return err;
}

/* 1: there is nothing to do. */
static int check_state(const struct modprobe *modprobe,
		       const struct module *module, bool asked_for)
{
	if (module->builtin) {
		if (!asked_for)
			return 1;
		modprobe_complain(modprobe, "Module %s is builtin.\n",
				  module->name);
		return -ENOENT;
	}
	if (kernel_state(module->name) != MODULE_ABSENT)
		return 0;
	if (!modprobe->first_time)
		return 1;
	modprobe_complain(modprobe, "Module %s is not in kernel.\n",
			  module->name);
	return -ENOENT;
}

static int remove_loaded(struct modprobe *modprobe, struct module *module)
{
	int users, err;

	if (!modprobe->wait && !modprobe->show_depends &&
	    !kernel_users(module->name, &users) && users > 0) {
		modprobe_complain(modprobe, "Module %s is in use.\n",
				  module->name);
		return -EBUSY;
	}
	err = remove_from_kernel(modprobe, module);
	if (!err)
		remove_unused(modprobe, module);
	return err;
}

static int remove_itself(struct modprobe *modprobe, struct module *module,
			 bool with_holders, const char *command)
{
	int err;

	if (with_holders) {
		err = remove_holders(modprobe, module);
		if (err)
			return err;
		/* as something that a holder needed, it may be gone too */
		if (!command && !modprobe->dry_run &&
		    kernel_state(module->name) == MODULE_ABSENT)
			return 0;
	}
	if (command)
		return run_remove(modprobe, module, command);
	return remove_loaded(modprobe, module);
}

/* @asked_for: by its own name, not as something that belongs to another. */
static int remove_module(struct modprobe *modprobe, struct module *module,
			 bool with_holders, bool asked_for)
{
	const struct config_line *line = NULL;
	int err;

	if (module->visited)
		return 0;
	if (!modprobe->ignore_commands)
		line = config_find(modprobe->config, CONFIG_REMOVE,
				   module->name, true, NULL);
	if (!line && !modprobe->show_depends) {
		err = check_state(modprobe, module, asked_for);
		if (err)
			return err < 0 ? err : 0;
	}
	module->visited = true;
	err = remove_softdeps(modprobe, module, true);
	if (!err)
		err = remove_itself(modprobe, module, with_holders,
				    line ? line->value : NULL);
	if (!err)
		err = remove_softdeps(modprobe, module, false);
	module->visited = false;
	return err;
}

int modprobe_remove(struct modprobe *modprobe, const char *word)
{
	struct module_list list = {NULL, 0, 0};
	int err = modules_lookup(modprobe->modules, word, &list);

	if (err == -ENOENT)
		modprobe_complain(modprobe, "Module %s not found.\n", word);
	modules_forget_visits(modprobe->modules);
	for (size_t i = 0; !err && i < list.n; i++)
		err = remove_module(modprobe, list.module[i],
				    modprobe->remove_holders, true);
	module_list_free(&list);
	return err;
}
