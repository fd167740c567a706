/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Running other programs: the compiler, the package manager.
 *
 * Any thread; blocks until the program has ended; not signal-safe.
 */
#ifndef LIB_SPAWN_H
#define LIB_SPAWN_H

#include <stddef.h>

struct strbuf;

/*
 * Runs @argv (found through PATH), its output to @output when that is not
 * NULL (both stdout and stderr), else to our own stderr.
 * @status: the exit status, or 128 + the signal that ended it.
 * Returns 0 when the program ran, whatever its status, or -errno.
 */
int spawn_wait(char *const argv[], struct strbuf *output, int *status);

#endif
