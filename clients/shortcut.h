/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the supervisor (shortcut.c) and the library that it gives to programs
 * (inside/shortcut.c) agree on.
 */
#ifndef CLIENTS_SHORTCUT_H
#define CLIENTS_SHORTCUT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Where the library puts one system call instruction; the filter lets calls
 * from there pass.  No program is loaded and nothing is mapped there by chance:
 * far above the one and far below the other. */
#define SHORTCUT_GATE	   0x333300000000ul
#define SHORTCUT_GATE_SIZE 4096ul
/* What the filter sees: the address behind the instruction, which is 2 bytes. */
#define SHORTCUT_IP (SHORTCUT_GATE + 2)

/* The names under which a program's linker and the library find things. */
#define SHORTCUT_PRELOAD "/etc/ld.so.preload"
#define SHORTCUT_LIBRARY "/proc/ring3/shortcut.so"
#define SHORTCUT_STATE	 "/proc/ring3/shortcut"

/* Why all calls are to be caught again, at once and for all programs. */
#define SHORTCUT_NO_NAMES 1 /* any path may lead into the instance */
#define SHORTCUT_NO_HOOKS 2 /* a module watches system calls */

/* Shared, written by the supervisor only. */
struct shortcut_state {
	volatile unsigned int forbidden; /* SHORTCUT_NO_*; 0: go ahead */
};

/* "../../proc" and the like: it may lead into the instance, wherever it starts. */
static inline bool path_names_ours(const char *path)
{
	static const char *const names[] = {"proc", "sys", "dev", "modules",
					    NULL};
	const char *const *name;
	size_t n;

	for (; *path; path += n) {
		path += strspn(path, "/");
		n = strcspn(path, "/");
		for (name = names; *name; name++)
			if (strlen(*name) == n && !strncmp(path, *name, n))
				return true;
	}
	return false;
}

#endif
