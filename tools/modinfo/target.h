/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel that a module would be loaded into, as far as files tell, for
 * lib/modabi to check against.
 *
 * One owner, no locks, may block on disk, not signal-safe.  Running out of
 * memory ends the program.
 */
#ifndef TOOLS_MODINFO_TARGET_H
#define TOOLS_MODINFO_TARGET_H

#include <stdbool.h>
#include <stddef.h>

struct finder;
struct modabi_kernel;
struct modelf;
struct target;

/*
 * @finder: of the release's tree; it has to outlive the result.  @base: what
 * stands for "/", or "".  @is_running: ask the kernel that we run on, too.
 */
void target_open(struct finder *finder, const char *base, const char *release,
		 bool is_running, struct target **result);
void target_close(struct target *target); /* NULL is fine */

const char *target_release(const struct target *target);
bool target_is_running(const struct target *target);

/* What its fields say is what was found; the table has the kernel's own
 * exports. */
const struct modabi_kernel *target_kernel(const struct target *target);

/* False: a symbol that is not in the table may be there all the same. */
bool target_knows_symbols(const struct target *target);

/* False: the versions of the kernel's own are not in the table. */
bool target_knows_versions(const struct target *target);

/* Adds to the table what the tree's modules export of all that @elf needs and
 * that is not in it yet. */
void target_add_needs(struct target *target, struct modelf *elf);

/* Adds what @elf itself exports, as the module @name. */
void target_add_exports(struct target *target, struct modelf *elf,
			const char *name);

#endif
