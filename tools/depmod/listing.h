/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The list of a tree's directories and modules, as depmod -A keeps it.
 *
 * One owner of each struct listing, no locks; blocks on disk.
 */
#ifndef TOOLS_DEPMOD_LISTING_H
#define TOOLS_DEPMOD_LISTING_H

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "lib/strbuf.h"

struct depmod;

/* A directory: its path follows, and the names of its files, each with a NUL;
 * all is 0 up to where the next may lie.  The first four are 0 in one that
 * changed too shortly before to be known without a look at its entries. */
struct listing_dir {
	uint64_t dev, ino;
	int64_t ctime, ctime_ns;
	uint64_t digest; /* of the entries, in whatever order */
	uint32_t size; /* with the names */
	uint32_t nr_files;
};

/* What one thread found. */
struct listing {
	struct strbuf dirs;
	size_t at; /* the one at hand */
	uint32_t nr_files; /* of it */
	size_t longest; /* name, with its NUL */
	int64_t settled; /* directories that changed later are not known */
};

enum listing_says {
	LISTING_UNKNOWN, /* there is none, or the tree is another */
	LISTING_CURRENT, /* no module is newer */
	LISTING_NEWER,
};

/* Whether modules have changed since, in seconds. */
enum listing_says listing_ask(const struct depmod *depmod, int64_t since);

/* What an entry of a directory adds to its digest.  Files that by their names
 * are no modules add nothing. */
uint64_t listing_digest(const struct dirent64 *entry);

/* A directory, by its path below the module directory; then its files: whatever
 * is neither a directory nor a file that by its name is no module. */
void listing_begin_dir(struct listing *listing, const char *path);
void listing_add_file(struct listing *listing, const char *name);
void listing_end_dir(struct listing *listing, const struct stat *st,
		     uint64_t digest);
bool listing_is_module(const char *path);

/* Replaces the list by what @n threads found; without the right to, or when
 * that fails, there is none. */
void listing_save(const struct depmod *depmod, const struct listing *part,
		  size_t n);
void listing_free(struct listing *listing);
void listing_remove(const struct depmod *depmod);

#endif
