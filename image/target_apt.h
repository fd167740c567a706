/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the distribution's packages are called and what they need, asked from
 * apt; private to adding targets.
 *
 * One owner, runs programs, not signal-safe.
 */
#ifndef IMAGE_TARGET_APT_H
#define IMAGE_TARGET_APT_H

#include <stdbool.h>
#include <stddef.h>

struct target_report;

struct package_list {
	char **name;
	size_t n;
};

void package_list_add(struct package_list *list, const char *name);
void package_list_free(struct package_list *list);

/* Follows @name, a release or a package, to the release of a real image
 * package and that package's name. */
int apt_find_image(const char *name, const struct target_report *report,
		   char **release, char **package);

/* Adds @package and what of its dependencies belongs to a kernel and is one
 * of @prefixes (NULL ends them); -ENOENT when it is not known. */
int apt_collect(const char *package, const char *const *prefixes,
		const struct target_report *report, struct package_list *list);

/* The packages whose names begin with @prefix. */
int apt_names(const char *prefix, const struct target_report *report,
	      struct package_list *list);

/* Whether apt knows how to get @package; @known is only set on 0. */
int apt_known(const char *package, const struct target_report *report,
	      bool *known);

/* Bytes to download, and bytes taken once unpacked. */
int apt_sizes(const struct package_list *list,
	      const struct target_report *report, unsigned long long *download,
	      unsigned long long *unpacked);

/* Puts the packages' files into @dir. */
int apt_download(const struct package_list *list, const char *dir,
		 const struct target_report *report);

#endif
