// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ring3 command: finds the subcommand and runs it.
 */
#include <stdio.h>
#include <string.h>
#include "cli/cmd.h"

#ifdef RING3_SANITIZED
const char *__asan_default_options(void);

/* What is not freed at exit is the system's to free. */
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}
#endif

static const struct cli_command commands[] = {
	{"test", cmd_test, "load modules, show their log, unload them"},
	{"build", cmd_build, "build modules, also with sanitizers"},
	{"fuzz", cmd_fuzz, "find inputs that break a module"},
	{"run", cmd_run, "run programs with the kernel's modules"},
	{"attach", cmd_attach, "run a program in a running instance"},
	{"ps", cmd_ps, "list running instances"},
	{"stop", cmd_stop, "end a running instance"},
	{"gpio", cmd_gpio, "drive the lines of an instance's GPIO chip"},
	{"leds", cmd_leds, "show the LEDs of an instance's keyboard"},
	{"sweep", cmd_sweep, "test every module of a target"},
	{"bench", cmd_bench, "measure an instance"},
	{"fuzz-loader", cmd_fuzz_loader, "damage modules, load them"},
	{"oom", cmd_oom, "fail each allocation of a load"},
	{"stress", cmd_stress, "load and unload in many tasks"},
	{"bench-load", cmd_bench_load, "measure loading, by both loaders"},
	{"agree", cmd_agree, "compare ring3's module loader with the kernel's"},
	{"check-abi", cmd_check_abi, "tell which kernels would load a module"},
	{"targets", cmd_targets, "list, add, build and remove kernels"},
};

#define NR_COMMANDS (sizeof(commands) / sizeof(*commands))

static void usage(FILE *out)
{
	size_t i;

	fprintf(out, "Usage: ring3 COMMAND [ARGUMENT...]\n\n"
		     "Runs Linux kernel modules in an ordinary process.\n\n");
	for (i = 0; i < NR_COMMANDS; i++)
		fprintf(out, "  %-11s %s\n", commands[i].name,
			commands[i].help);
	fprintf(out, "\n`ring3 COMMAND --help` tells more.\n");
}

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');
	size_t i;

	if (!strcmp(name ? name + 1 : argv[0], "sudo"))
		return cmd_sudo(argc, argv);
	if (argc < 2) {
		usage(stderr);
		return CLI_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		usage(stdout);
		return CLI_OK;
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		printf("ring3 %s\n", RING3_VERSION);
		return CLI_OK;
	}
	for (i = 0; i < NR_COMMANDS; i++)
		if (!strcmp(argv[1], commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	fprintf(stderr, "ring3: there is no command '%s'; try ring3 --help\n",
		argv[1]);
	return CLI_USAGE;
}
