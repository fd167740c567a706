// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command line of ring3 run.
 *
 * One thread; does not block.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/cmd.h"
#include "cli/live.h"

static const char help[] =
	"Usage: ring3 run [OPTION...] [--] [COMMAND [ARGUMENT...]]\n"
	"\n"
	"Starts an instance and runs COMMAND, otherwise your shell, in it:\n"
	"programs see the instance's kernel in /proc, /sys and /dev, load modules\n"
	"into it, and are your own everywhere else.\n"
	"\n"
	"  -k, --target=TARGET   the kernel\n"
	"      --time=MODE       real, or virtual (idle time passes at once)\n"
	"      --network=WHOSE   sockets are those of this machine (host), or of the\n"
	"                        instance (instance)\n"
	"      --append=PARAMS   further kernel parameters\n"
	"      --no-snapshot     boot, and keep the boot's log\n"
	"      --loader=WHICH    ring3's module system (ring3) or the kernel's\n"
	"                        own (kernel)\n"
	"      --no-leaks        do not look for what modules leave behind\n"
	"      --device=BUS:DEVICE=PROGRAM\n"
	"                        put a device on a bus, for which PROGRAM stands;\n"
	"                        see ring3-device(5)\n"
	"      --keep            go on when COMMAND has ended, until ring3 stop\n"
	"      --save=NAME       keep the instance as it is when COMMAND has ended\n"
	"      --from=NAME       start from one that was kept\n"
	"      --name=NAME       what ring3 attach and ring3 stop call it\n"
	"  -h, --help            this text\n"
	"\n"
	"Exit status: that of COMMAND; 2 wrong usage, 3 no target fits.\n";

enum {
	OPTION_TIME = 256,
	OPTION_APPEND,
	OPTION_NO_SNAPSHOT,
	OPTION_LOADER,
	OPTION_NO_LEAKS,
	OPTION_KEEP,
	OPTION_NAME,
	OPTION_DEVICE,
	OPTION_SAVE,
	OPTION_FROM,
	OPTION_NETWORK,
};

static const struct option long_options[] = {
	{"target", required_argument, NULL, 'k'},
	{"help", no_argument, NULL, 'h'},
	{"time", required_argument, NULL, OPTION_TIME},
	{"append", required_argument, NULL, OPTION_APPEND},
	{"no-snapshot", no_argument, NULL, OPTION_NO_SNAPSHOT},
	{"loader", required_argument, NULL, OPTION_LOADER},
	{"no-leaks", no_argument, NULL, OPTION_NO_LEAKS},
	{"keep", no_argument, NULL, OPTION_KEEP},
	{"name", required_argument, NULL, OPTION_NAME},
	{"device", required_argument, NULL, OPTION_DEVICE},
	{"save", required_argument, NULL, OPTION_SAVE},
	{"from", required_argument, NULL, OPTION_FROM},
	{"network", required_argument, NULL, OPTION_NETWORK},
	{NULL, 0, NULL, 0},
};

/* One of two words; *@second is whether it is the second. */
static int choose(const char *what, const char *first, const char *other,
		  bool *second)
{
	*second = !strcmp(optarg, other);
	return *second || !strcmp(optarg, first) ? -1
						 : options_wrong(what, optarg);
}

static int parse_name(const char **name)
{
	/* A number is a process's. */
	if (!*optarg || strlen(optarg) > 40 || strchr("0123456789", *optarg) ||
	    optarg[strcspn(optarg, " \t\n/")])
		return options_wrong(
			"a name starts with no digit and has no blanks or "
			"slashes, unlike",
			optarg);
	*name = optarg;
	return -1;
}

static int parse_one(struct live_options *o, int option)
{
	switch (option) {
	case 'k':
		o->common.target = optarg;
		return -1;
	case 'h':
		fputs(help, stdout);
		return CLI_OK;
	case OPTION_TIME:
		return choose("time is virtual or real, not", "real", "virtual",
			      &o->common.virtual_time);
	case OPTION_NETWORK:
		return choose("the network is host or instance, not", "host",
			      "instance", &o->network);
	case OPTION_APPEND:
		o->common.append = optarg;
		return -1;
	case OPTION_NO_SNAPSHOT:
		o->common.use_snapshot = false;
		return -1;
	case OPTION_LOADER:
		return choose("the loader is ring3 or kernel, not", "ring3",
			      "kernel", &o->common.kernel_loader);
	case OPTION_NO_LEAKS:
		o->common.checks = 0;
		return -1;
	case OPTION_KEEP:
		o->keep = true;
		return -1;
	case OPTION_NAME:
		return parse_name(&o->name);
	case OPTION_DEVICE:
		return options_device(&o->common, optarg);
	case OPTION_SAVE:
		return parse_name(&o->save);
	case OPTION_FROM:
		return parse_name(&o->from);
	}
	return CLI_USAGE; /* getopt has said why */
}

int live_options_parse(struct live_options *options, int argc, char **argv)
{
	int option, status = -1;

	*options = (struct live_options){
		.common = {.use_snapshot = true,
			   .timeout = 30,
			   .checks = RING3_OPTION_LEAKS},
	};
	/* The command's options are its own. */
	while (status < 0 && (option = getopt_long(argc, argv, "+k:h",
						   long_options, NULL)) >= 0)
		status = parse_one(options, option);
	if (status < 0 && options->from &&
	    (options->common.append || !options->common.use_snapshot))
		status = options_wrong(
			"--append and --no-snapshot do not go with "
			"--from",
			options->from);
	/* Their programs end with the instance. */
	if (status < 0 && options->common.devices.n &&
	    (options->from || options->save))
		status = options_wrong(
			"--save and --from do not go with --device",
			options->common.devices.list[0].name);
	return status;
}
