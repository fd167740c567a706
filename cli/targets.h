/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * `ring3 targets`: which kernels there are, getting and building them.
 *
 * Single-threaded, may block on disk, network and programs, not signal-safe.
 */
#ifndef CLI_TARGETS_H
#define CLI_TARGETS_H

/* @argv[0]: "targets".  The exit status: 0, 1 failed, 2 wrong usage. */
int cmd_targets(int argc, char **argv);

#endif
