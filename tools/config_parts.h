/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The configuration from the inside: private to config*.c.
 *
 * One owner, no locks.  Adding returns 0 or -ENOMEM.
 */
#ifndef TOOLS_CONFIG_PARTS_H
#define TOOLS_CONFIG_PARTS_H

#include "tools/config.h"

struct config_list {
	struct config_line *line;
	size_t n, cap;
};

struct config {
	struct config_list lists[CONFIG_KINDS];
	void **texts; /* owned; what the lines point into */
	size_t nr_texts;
};

/* Both strings must live as long as the configuration. */
int config_add(struct config *config, enum config_kind kind, const char *name,
	       const char *value);

/* The configuration owns @text from now on; it is freed when that fails. */
int config_keep(struct config *config, void *text);

/* config_file.c: reads all files of @paths, or the usual ones, and of @tree */
int config_read_files(struct config *config, const char *const *paths,
		      const char *tree);

/* config_cmdline.c: "module.parameter=value" and "modprobe.blacklist=a,b" */
int config_read_cmdline(struct config *config, const char *path);

#endif
