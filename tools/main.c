// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module tools' program: finds the tool by the name it was called with, or
 * by its first argument, and runs it.  One thread.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tools/log.h"
#include "tools/tool.h"

#ifdef RING3_SANITIZED
const char *__asan_default_options(void);

/* The tools do not free what they hold when they end. */
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}
#endif

struct tool {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
};

static const struct tool tools[] = {
	{"lsmod", lsmod_main, "list the modules that are loaded"},
	{"insmod", insmod_main, "load a module from a file"},
	{"rmmod", rmmod_main, "unload modules"},
	{"modprobe", modprobe_main,
	 "load or unload a module and what it needs"},
	{"modinfo", modinfo_main, "show what a module says of itself"},
	{"depmod", depmod_main, "write the indexes of a module tree"},
};

#define NR_TOOLS (sizeof(tools) / sizeof(*tools))

static const struct tool *find_tool(const char *name)
{
	for (size_t i = 0; i < NR_TOOLS; i++)
		if (!strcmp(tools[i].name, name))
			return &tools[i];
	return NULL;
}

static int run_tool(const struct tool *tool, int argc, char **argv)
{
	log_set_program(tool->name);
	return tool->run(argc, argv);
}

void tool_print_version(void)
{
	printf("kmod version 34 (ring3 %s)\n"
	       "+ZSTD +XZ +ZLIB -LIBCRYPTO\n",
	       RING3_VERSION);
}

int tool_take_option(int option, void (*print_usage)(void))
{
	switch (option) {
	case 's':
		log_use_syslog();
		return -1;
	case 'v':
		log_set_level(log_level() + 1);
		return -1;
	case 'V':
		tool_print_version();
		return TOOL_OK;
	case 'h':
		print_usage();
		return TOOL_OK;
	default:
		return TOOL_FAILED;
	}
}

static void usage(FILE *out)
{
	fprintf(out,
		"Usage: ring3-kmod TOOL [ARGUMENT...]\n"
		"   or: TOOL [ARGUMENT...], under the tool's own name\n\n");
	for (size_t i = 0; i < NR_TOOLS; i++)
		fprintf(out, "  %-10s %s\n", tools[i].name, tools[i].help);
	fprintf(out, "\n`ring3-kmod TOOL --help` tells more.\n");
}

static bool is_option(const char *word, const char *brief, const char *full)
{
	return !strcmp(word, brief) || !strcmp(word, full);
}

int main(int argc, char **argv)
{
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
	const struct tool *tool;

	if (argc < 1)
		return TOOL_FAILED;
	tool = find_tool(slash ? slash + 1 : argv[0]);
	if (tool)
		return run_tool(tool, argc, argv);
	if (argc < 2) {
		usage(stderr);
		return TOOL_FAILED;
	}
	tool = find_tool(argv[1]);
	if (tool)
		return run_tool(tool, argc - 1, argv + 1);
	if (is_option(argv[1], "-h", "--help")) {
		usage(stdout);
		return TOOL_OK;
	}
	if (is_option(argv[1], "-V", "--version")) {
		tool_print_version();
		return TOOL_OK;
	}
	fprintf(stderr, "ring3-kmod: there is no tool '%s'; try --help\n",
		argv[1]);
	return TOOL_FAILED;
}
