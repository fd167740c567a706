// SPDX-License-Identifier: GPL-2.0-only
/*
 * lsmod: the modules that are loaded, as a table, as JSON or as a tree.
 *
 * One thread.  One read of /proc/modules tells everything, and is not confused
 * by a module that goes away meanwhile.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/kernel.h"
#include "tools/log.h"
#include "tools/tool.h"

enum form {
	FORM_TABLE,
	FORM_JSON,
	FORM_TREE,
};

static void usage(void)
{
	printf("Usage: %s [OPTION]...\n\n"
	       "Shows the modules that are loaded, and which use them.\n\n"
	       "      --json       as JSON: an array of objects\n"
	       "      --tree       as a tree: below each module, what it uses\n"
	       "  -s, --syslog     messages go to the system's log\n"
	       "  -v, --verbose    more messages\n"
	       "  -V, --version    show the version\n"
	       "  -h, --help       show this text\n",
	       log_program());
}

/* "[permanent]" is no module, but the kernel lists it among the holders. */
static bool next_holder(const char **list, const char **name, size_t *len)
{
	do {
		*list += strspn(*list, ",");
		*name = *list;
		*len = strcspn(*list, ",");
		*list += *len;
	} while (*len && **name == '[');
	return *len;
}

static void print_table(const struct kernel_modules *modules)
{
	puts("Module                  Size  Used by");
	for (size_t i = 0; i < modules->n; i++) {
		const struct kernel_module *module = &modules->module[i];
		const char *rest = module->holders, *name;
		const char *between = " ";
		size_t len;

		printf("%-19s %8ld  %d", module->name, (long)module->size,
		       module->users);
		while (next_holder(&rest, &name, &len)) {
			printf("%s%.*s", between, (int)len, name);
			between = ",";
		}
		putchar('\n');
	}
}

/* ---- JSON ---------------------------------------------------------------- */

static void print_string(const char *text, size_t len)
{
	putchar('"');
	for (size_t i = 0; i < len; i++) {
		unsigned char c = text[i];

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < ' ')
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void print_object(const struct kernel_module *module)
{
	const char *rest = module->holders, *name;
	const char *between = "";
	size_t len;

	printf("  {\"name\": ");
	print_string(module->name, strlen(module->name));
	printf(", \"size\": %lu, ", module->size);
	if (module->users >= 0)
		printf("\"users\": %d, ", module->users);
	else
		printf("\"users\": null, ");
	printf("\"holders\": [");
	while (next_holder(&rest, &name, &len)) {
		fputs(between, stdout);
		print_string(name, len);
		between = ", ";
	}
	printf("], \"permanent\": %s, \"state\": ",
	       strstr(module->holders, "[permanent]") ? "true" : "false");
	print_string(module->state, strlen(module->state));
	printf(", \"taints\": ");
	print_string(module->taints, strlen(module->taints));
	putchar('}');
}

static void print_json(const struct kernel_modules *modules)
{
	const char *between = "";

	putchar('[');
	for (size_t i = 0; i < modules->n; i++) {
		printf("%s\n", between);
		print_object(&modules->module[i]);
		between = ",";
	}
	puts(modules->n ? "\n]" : "]");
}

/* ---- the tree ------------------------------------------------------------ */

#define DEEPEST 64

struct tree {
	const struct kernel_modules *modules;
	bool *shown;
	const char *stem, *fork, *last, *none; /* what lines are drawn with */
	bool colour;
	const char *lead[DEEPEST]; /* what stands before a line, by depth */
};

static bool uses(const struct kernel_module *used, const char *user)
{
	const char *rest = used->holders, *name;
	size_t len;

	while (next_holder(&rest, &name, &len))
		if (strlen(user) == len && !memcmp(user, name, len))
			return true;
	return false;
}

/* The first that @user uses, from number @i on; or the number of modules. */
static size_t next_used(const struct tree *tree, const char *user, size_t i)
{
	while (i < tree->modules->n && !uses(&tree->modules->module[i], user))
		i++;
	return i;
}

/* What is below a module is shown where it comes first, "..." elsewhere. */
static void print_branch(struct tree *tree, size_t i, size_t depth)
{
	const struct kernel_modules *modules = tree->modules;
	const char *name = modules->module[i].name;
	size_t child = next_used(tree, name, 0);
	bool again = tree->shown[i] && child < modules->n;

	for (size_t d = 0; d < depth; d++)
		fputs(tree->lead[d], stdout);
	printf("%s%s%s%s\n", again && tree->colour ? "\033[2m" : "", name,
	       again ? " ..." : "", again && tree->colour ? "\033[0m" : "");
	if (again || depth == DEEPEST)
		return;
	tree->shown[i] = true;
	if (depth && tree->lead[depth - 1] == tree->fork)
		tree->lead[depth - 1] = tree->stem;
	else if (depth)
		tree->lead[depth - 1] = tree->none;
	while (child < modules->n) {
		size_t next = next_used(tree, name, child + 1);

		if (depth < DEEPEST)
			tree->lead[depth] = next < modules->n ? tree->fork
							      : tree->last;
		print_branch(tree, child, depth + 1);
		child = next;
	}
}

static bool is_utf8(void)
{
	const char *locale = getenv("LC_ALL");

	if (!locale || !*locale)
		locale = getenv("LC_CTYPE");
	if (!locale || !*locale)
		locale = getenv("LANG");
	return locale &&
	       (strcasestr(locale, "utf-8") || strcasestr(locale, "utf8"));
}

static bool wants_colour(void)
{
	const char *no = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && (!no || !*no);
}

static int print_tree(const struct kernel_modules *modules)
{
	struct tree tree = {
		.modules = modules,
		.shown = calloc(modules->n + 1, sizeof(bool)),
		.stem = "|  ",
		.fork = "|- ",
		.last = "`- ",
		.none = "   ",
		.colour = wants_colour(),
	};

	if (!tree.shown)
		return -ENOMEM;
	if (is_utf8()) {
		tree.stem = "│  ";
		tree.fork = "├─ ";
		tree.last = "└─ ";
	}
	for (size_t i = 0; i < modules->n; i++) {
		const char *rest = modules->module[i].holders, *name;
		size_t len;

		if (!next_holder(&rest, &name, &len))
			print_branch(&tree, i, 0);
	}
	free(tree.shown);
	return 0;
}

/* ---- the command --------------------------------------------------------- */

static int show(enum form form)
{
	struct kernel_modules modules;
	int err = kernel_read_modules(&modules);

	if (err) {
		log_err("could not get list of modules: %s\n", strerror(-err));
		return TOOL_FAILED;
	}
	switch (form) {
	case FORM_TABLE:
		print_table(&modules);
		break;
	case FORM_JSON:
		print_json(&modules);
		break;
	case FORM_TREE:
		err = print_tree(&modules);
		break;
	}
	kernel_free_modules(&modules);
	return err || fflush(stdout) ? TOOL_FAILED : TOOL_OK;
}

int lsmod_main(int argc, char **argv)
{
	static const struct option options[] = {
		{"json", no_argument, NULL, 'j'},
		{"tree", no_argument, NULL, 't'},
		{"syslog", no_argument, NULL, 's'},
		{"verbose", no_argument, NULL, 'v'},
		{"version", no_argument, NULL, 'V'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	enum form form = FORM_TABLE;
	int c, status;

	while ((c = getopt_long(argc, argv, "svVh", options, NULL)) != -1) {
		switch (c) {
		case 'j':
			form = FORM_JSON;
			break;
		case 't':
			form = FORM_TREE;
			break;
		default:
			status = tool_take_option(c, usage);
			if (status >= 0)
				return status;
		}
	}
	if (optind < argc) {
		log_err("too many arguments provided.\n");
		return TOOL_FAILED;
	}
	return show(form);
}
