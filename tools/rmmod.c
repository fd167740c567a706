// SPDX-License-Identifier: GPL-2.0-only
/*
 * rmmod: unloads modules, in the order given.  One thread; blocks as long as
 * their exit functions do.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "lib/strbuf.h"
#include "tools/kernel.h"
#include "tools/log.h"
#include "tools/modules.h"
#include "tools/tool.h"

static void usage(void)
{
	printf("Usage: %s [OPTION]... MODULE...\n\n"
	       "Unloads modules; modprobe -r also unloads what they needed.\n\n"
	       "  -f, --force      also while it is in use, or its exit\n"
	       "                   function is missing: this may crash the\n"
	       "                   machine, and few kernels allow it\n"
	       "  -s, --syslog     messages go to the system's log\n"
	       "  -v, --verbose    more messages\n"
	       "  -V, --version    show the version\n"
	       "  -h, --help       show this text\n",
	       log_program());
}

static bool is_builtin(const char *name)
{
	struct modules *modules = NULL;
	struct module *module;
	struct utsname uts;
	bool builtin = false;
	char *tree;

	if (uname(&uts))
		return false;
	tree = str_printf("/lib/modules/%s", uts.release);
	if (!modules_open(tree, NULL, &modules) &&
	    !modules_get(modules, name, &module))
		builtin = module->builtin;
	modules_close(modules);
	free(tree);
	return builtin;
}

static void say_holders(const char *name, char **holders, size_t n)
{
	struct strbuf list = STRBUF_INIT;

	for (size_t i = 0; i < n; i++)
		strbuf_printf(&list, " %s", holders[i]);
	log_err("Module %s is in use by:%s\n", name, list.text);
	strbuf_free(&list);
}

/* Says why it cannot be unloaded, if that can be known before trying. */
static bool may_go(const char *name)
{
	char **holders;
	size_t n;
	int users, err;

	if (is_builtin(name)) {
		log_err("Module %s is builtin.\n", name);
		return false;
	}
	if (kernel_state(name) == MODULE_ABSENT) {
		log_err("Module %s is not currently loaded\n", name);
		return false;
	}
	err = kernel_holders(name, &holders, &n);
	if (!err) {
		if (n)
			say_holders(name, holders, n);
		kernel_free_names(holders, n);
		if (n)
			return false;
	}
	err = kernel_users(name, &users);
	if (err == -ENOENT)
		log_err("Module unloading is not supported\n");
	else if (!err && users)
		log_err("Module %s is in use\n", name);
	return !err && !users;
}

/* Only what is a file is taken for a path: its folder does not count. */
static void name_of(const char *word, char name[PATH_MAX])
{
	size_t len = strcspn(word, ".");
	struct stat st;

	if (!stat(word, &st) || len >= PATH_MAX) {
		modules_name_of_path(word, name, PATH_MAX);
		return;
	}
	for (size_t i = 0; i < len; i++)
		name[i] = word[i] == '-' ? '_' : word[i];
	name[len] = '\0';
}

static bool unload(const char *word, bool force)
{
	char name[PATH_MAX];
	int err;

	name_of(word, name);
	if (!force && !may_go(name))
		return false;
	err = kernel_remove(name, force);
	if (err)
		log_err("could not remove module %s: %s\n", name,
			strerror(-err));
	return !err;
}

int rmmod_main(int argc, char **argv)
{
	static const struct option options[] = {
		{"force", no_argument, NULL, 'f'},
		{"syslog", no_argument, NULL, 's'},
		{"verbose", no_argument, NULL, 'v'},
		{"version", no_argument, NULL, 'V'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	bool force = false;
	int c, status;

	while ((c = getopt_long(argc, argv, "fsvVh", options, NULL)) != -1) {
		switch (c) {
		case 'f':
			force = true;
			break;
		default:
			status = tool_take_option(c, usage);
			if (status >= 0)
				return status;
		}
	}
	if (optind == argc) {
		log_err("missing module name.\n");
		return TOOL_FAILED;
	}
	status = TOOL_OK;
	for (int i = optind; i < argc; i++)
		if (!unload(argv[i], force))
			status = TOOL_FAILED;
	return status;
}
