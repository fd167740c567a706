/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the cache is: see image/target.h.  Any thread; the caller frees what is
 * returned.
 */
#ifndef IMAGE_TARGET_CACHE_H
#define IMAGE_TARGET_CACHE_H

/* The cache, or NULL when there is no place for one. */
char *target_cache_dir(void);

/* "targets", "built", "saved": a folder of the cache and an entry in it, or
 * NULL. */
char *target_cache_path(const char *part, const char *name);

#endif
