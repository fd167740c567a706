/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ring3 command's subcommands, and what they share.
 *
 * One thread; they print, and return the program's exit status.
 */
#ifndef CLI_CMD_H
#define CLI_CMD_H

enum cli_exit {
	CLI_OK = 0,
	CLI_FAILED = 1, /* a module failed or misbehaved */
	CLI_USAGE = 2,
	CLI_NO_TARGET = 3, /* no target fits */
};

struct cli_command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help; /* one line */
};

int cmd_test(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_attach(int argc, char **argv);
int cmd_ps(int argc, char **argv);
int cmd_stop(int argc, char **argv);
/* As the program called sudo. */
int cmd_sudo(int argc, char **argv);
int cmd_gpio(int argc, char **argv);
int cmd_leds(int argc, char **argv);
int cmd_sweep(int argc, char **argv);
int cmd_targets(int argc, char **argv);
int cmd_check_abi(int argc, char **argv);
int cmd_bench(int argc, char **argv);
int cmd_bench_load(int argc, char **argv);
int cmd_fuzz_loader(int argc, char **argv);
int cmd_oom(int argc, char **argv);
int cmd_stress(int argc, char **argv);
int cmd_fuzz(int argc, char **argv);
int cmd_build(int argc, char **argv);
int cmd_agree(int argc, char **argv);

#endif
