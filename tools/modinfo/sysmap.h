/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a kernel exports by its list of symbols, where there is no
 * Module.symvers.
 *
 * One owner, no locks, not signal-safe.  Running out of memory ends the
 * program.
 */
#ifndef TOOLS_MODINFO_SYSMAP_H
#define TOOLS_MODINFO_SYSMAP_H

#include <stdbool.h>

struct modabi_kernel;

/*
 * Adds what @text says, the whole of System.map or /proc/kallsyms,
 * NUL-terminated; it is cut into pieces.  Exports are "__ksymtab_" and the
 * name; those for the GPL only lie between two marks, unless addresses are
 * hidden.  There are no versions.  False: it names no exports.
 */
bool sysmap_add(struct modabi_kernel *kernel, char *text);

#endif
