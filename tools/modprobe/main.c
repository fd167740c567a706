// SPDX-License-Identifier: GPL-2.0-only
/*
 * modprobe: loads modules by name or alias, with what they need, and unloads
 * them.  One thread; blocks as long as init and exit functions do.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "lib/strbuf.h"
#include "tools/log.h"
#include "tools/modprobe/modprobe.h"
#include "tools/tool.h"

void modprobe_complain(const struct modprobe *modprobe, const char *format, ...)
{
	va_list args;
	char *text;

	if (modprobe->quiet)
		return;
	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	if (!modprobe->all)
		log_fatal("%s", text ? text : "out of memory");
	log_warn("%s", text ? text : "out of memory");
	free(text);
}

/*
 * The parameters on the command line, as the kernel takes them: one string,
 * values with blanks in quotes.
 */
static char *join_parameters(char *const words[], int n)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_puts(&text, "");
	for (int i = 0; i < n; i++) {
		const char *value = strchr(words[i], '=');
		const char *between = i ? " " : "";

		if (value && strchr(value, ' ') && value[1] != '"' &&
		    value[1] != '\'')
			strbuf_printf(&text, "%s%.*s=\"%s\"", between,
				      (int)(value - words[i]), words[i],
				      value + 1);
		else
			strbuf_printf(&text, "%s%s", between, words[i]);
	}
	return text.text;
}

static int insert(struct modprobe *modprobe)
{
	char *options;
	int err = 0;

	if (!modprobe->all) {
		options = join_parameters(modprobe->words + 1,
					  modprobe->nr_words - 1);
		err = modprobe_insert(modprobe, modprobe->words[0], options);
		free(options);
		return err;
	}
	for (int i = 0; i < modprobe->nr_words; i++) {
		int failed = modprobe_insert(modprobe, modprobe->words[i], "");

		err = failed ? failed : err;
	}
	return err;
}

static int remove_all(struct modprobe *modprobe)
{
	int err = 0;

	for (int i = 0; i < modprobe->nr_words; i++) {
		int failed = modprobe_remove(modprobe, modprobe->words[i]);

		err = failed ? failed : err;
	}
	return err;
}

static int act(struct modprobe *modprobe)
{
	switch (modprobe->action) {
	case ACTION_SHOW_CONFIG:
		return modprobe_show_config(modprobe);
	case ACTION_SHOW_VERSIONS:
		return modprobe_show_versions(modprobe, modprobe->words[0]);
	case ACTION_SHOW_EXPORTS:
		return modprobe_show_exports(modprobe, modprobe->words[0]);
	case ACTION_REMOVE:
		return remove_all(modprobe);
	case ACTION_INSERT:
		return insert(modprobe);
	}
	return -EINVAL;
}

/* As kmod has it: behind the folder that we are in, even if that is "/". */
static char *find_root(const struct modprobe *modprobe)
{
	char *cwd, *root;

	if (!modprobe->root || *modprobe->root == '/')
		return str_printf("%s", modprobe->root ? modprobe->root : "");
	cwd = getcwd(NULL, 0);
	root = cwd ? str_printf("%s/%s", cwd, modprobe->root) : NULL;
	free(cwd);
	return root;
}

/* Where the modules are: "ROOT/lib/modules/RELEASE"; new. */
static char *find_tree(const struct modprobe *modprobe)
{
	const char *release = modprobe->release;
	struct utsname uts;
	char *root, *tree;

	if (!release) {
		if (uname(&uts))
			return NULL;
		release = uts.release;
	}
	root = find_root(modprobe);
	if (!root)
		return NULL;
	tree = str_printf("%s/lib/modules/%s", root, release);
	free(root);
	return tree;
}

static int load(struct modprobe *modprobe)
{
	char *tree = find_tree(modprobe);
	int err;

	if (!tree) {
		err = -errno;
		log_err("no module directory: %s\n", strerror(-err));
		return err;
	}
	err = config_read(modprobe->config_paths, tree, &modprobe->config);
	if (!err)
		err = modules_open(tree, modprobe->config, &modprobe->modules);
	free(tree);
	if (err)
		log_err("%s\n", strerror(-err));
	return err;
}

int modprobe_main(int argc, char **argv)
{
	struct modprobe modprobe = {.action = ACTION_INSERT};
	int err;

	/* the kernel starts it without */
	if (fcntl(STDERR_FILENO, F_GETFD) < 0)
		log_use_syslog();
	err = modprobe_read_options(&modprobe, argc, argv);
	if (err)
		return err < 0 ? TOOL_FAILED : TOOL_OK;
	if (modprobe.action != ACTION_SHOW_CONFIG && !modprobe.nr_words) {
		log_err("missing parameters. See -h.\n");
		return TOOL_FAILED;
	}
	err = load(&modprobe);
	/* what is wrong in the configuration is said in any case */
	if (modprobe.quiet)
		log_set_level(LOG_EMERG);
	if (!err)
		err = act(&modprobe);
	modules_close(modprobe.modules);
	config_close(modprobe.config);
	free(modprobe.config_paths);
	if (fflush(stdout) && !err)
		err = -errno;
	return err ? TOOL_FAILED : TOOL_OK;
}
