/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A module file (.ko, also compressed) as tools see it: its .modinfo.
 *
 * Made for any input: a damaged file is an error, never a crash.  One owner,
 * no locks, may block on disk, not signal-safe.
 */
#ifndef LIB_MODFILE_H
#define LIB_MODFILE_H

#include <stddef.h>

struct modfile {
	char *path;
	void *data; /* the ELF file, decompressed; owned */
	size_t size;
	const char *modinfo; /* inside data; strings "key=value\0" */
	size_t modinfo_size; /* 0: no such section, or not an ELF file */
};

/* Reads and decompresses @path.  0, or -errno when it cannot be read or
 * decompressed; a file that is no valid ELF is still returned, with no
 * modinfo, for the kernel to refuse. */
int modfile_open(const char *path, struct modfile **result);
void modfile_close(struct modfile *mod);

/* First value of @key in .modinfo ("vermagic", "depends"), or NULL. */
const char *modfile_info(const struct modfile *mod, const char *key);

/* Next value of @key after @previous (a value returned before), or NULL. */
const char *modfile_info_next(const struct modfile *mod, const char *key,
			      const char *previous);

/* The module's name: "name=" of .modinfo, else the file's base name with
 * '-' made '_' and ".ko*" cut; written to @name. */
void modfile_name(const struct modfile *mod, char *name, size_t size);

/* The same from a path alone. */
void modfile_name_of_path(const char *path, char *name, size_t size);

#endif
