/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The running kernel's modules: what is loaded, loading, unloading.
 *
 * Any thread, no locks.  Loading and unloading block as long as the module's
 * init or exit function takes.  Not signal-safe.  Errors are -errno, those of
 * the system calls as the kernel gives them.
 */
#ifndef TOOLS_KERNEL_H
#define TOOLS_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

enum module_state {
	MODULE_ABSENT,
	MODULE_LIVE,
	MODULE_COMING, /* its init function runs; or an unknown state */
	MODULE_GOING,
};

/* From /sys/module. */
enum module_state kernel_state(const char *name);

/* Users of a module, other modules included.  -errno: not loaded, or a kernel
 * that does not unload. */
int kernel_users(const char *name, int *users);

/* The modules that use @name, sorted, in new strings for kernel_free_names().
 * -ENOENT: a kernel that does not unload. */
int kernel_holders(const char *name, char ***holders, size_t *n);
void kernel_free_names(char **names, size_t n);

enum {
	INSERT_ANY_VERSIONS = 1, /* the numbers of MODULE_INIT_* */
	INSERT_ANY_VERMAGIC = 2,
};

/*
 * Loads the module in the file @path, compressed or not, with the parameters
 * @params.  Hands the file itself to the kernel where that can read it, else
 * its content.  -EINVAL: damaged, or no ELF file; -ENOENT: no such file, and
 * also the kernel's word for unknown symbols.
 */
int kernel_insert(const char *path, const char *params, unsigned int flags);

/* Does not wait for users to go. */
int kernel_remove(const char *name, bool force);

/* A line of /proc/modules; strings lie in the table's text. */
struct kernel_module {
	const char *name;
	unsigned long size;
	int users; /* -ENOENT: a kernel that does not unload */
	const char *holders; /* "a,b", perhaps with "[permanent]"; or "" */
	const char *state; /* "Live", "Loading", "Unloading" */
	const char *taints; /* "OE", or "" */
};

struct kernel_modules {
	char *text;
	struct kernel_module *module;
	size_t n;
};

/* One read: what it shows was so at one moment. */
int kernel_read_modules(struct kernel_modules *modules);
void kernel_free_modules(struct kernel_modules *modules);

#endif
