/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A table of what a kernel exports, from Module.symvers or System.map.
 *
 * One owner, no locks, not signal-safe.  Running out of memory ends the
 * program.
 */
#ifndef TOOLS_MODINFO_SYMBOLS_H
#define TOOLS_MODINFO_SYMBOLS_H

#include <stdbool.h>

#include "tools/modinfo/target.h"

struct symbols;

void ksyms_new(struct symbols **result);
void ksyms_free(struct symbols *symbols);

/*
 * Takes over @text, the whole of a file, NUL-terminated, and frees it in the
 * end.  False: there was nothing of use in it.
 *
 * symvers: CRC, name, owner, kind of export and namespace, between tabs.
 * map: address, type and name; exports are "__ksymtab_" and the name, and the
 * GPL's own lie between two marks, unless addresses are hidden.
 */
bool ksyms_add_symvers(struct symbols *symbols, char *text);
bool ksyms_add_map(struct symbols *symbols, char *text);

bool ksyms_find(const struct symbols *symbols, const char *name,
		  struct target_symbol *result);

#endif
