/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The module tools, all in one program: entry points, and what they share.
 *
 * A tool runs once in its process and may keep static data.  It returns its
 * exit status, TOOL_OK or TOOL_FAILED; log_fatal() ends it at once.
 */
#ifndef TOOLS_TOOL_H
#define TOOLS_TOOL_H

#define TOOL_OK	    0
#define TOOL_FAILED 1

int lsmod_main(int argc, char **argv);
int insmod_main(int argc, char **argv);
int rmmod_main(int argc, char **argv);
int modprobe_main(int argc, char **argv);
int modinfo_main(int argc, char **argv);
int depmod_main(int argc, char **argv);

/* What -V prints: "kmod version N", whose options and formats these are, with
 * our own version, then the compressions that can be read; to stdout. */
void tool_print_version(void);

/* -s, -v, -V and -h, and whatever else getopt_long() may return.  -1: go on; else
 * the exit status. */
int tool_take_option(int option, void (*print_usage)(void));

#endif
