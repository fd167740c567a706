/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel that a module would be loaded into, as far as files tell: its
 * symbols with their versions, its vermagic, some of its configuration.
 *
 * One owner, no locks, may block on disk, not signal-safe.  Running out of
 * memory ends the program.
 */
#ifndef TOOLS_MODINFO_TARGET_H
#define TOOLS_MODINFO_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct finder;
struct target;

enum knowledge {
	NO,
	YES,
	UNKNOWN
};

struct target_symbol {
	const char *owner; /* "vmlinux" or a module's path or name */
	const char *space; /* the namespace; "" for none */
	uint32_t crc;
	bool has_crc;
	enum knowledge is_gpl_only;
};

/*
 * @finder: of the release's tree; it has to outlive the result.  @base: what
 * stands for "/", or "".  @is_running: ask the kernel that we run on, too.
 */
void target_open(struct finder *finder, const char *base, const char *release,
		 bool is_running, struct target **result);
void target_close(struct target *target);

const char *target_release(const struct target *target);

/*
 * What the kernel or one of its modules exports.  0; -ENOENT: nobody does;
 * -ENODATA: no module does, and what the kernel itself exports is not known.
 */
int target_symbol(struct target *target, const char *name,
		  struct target_symbol *result);

/* Its modules' vermagic and the size of their struct module; NULL and 0:
 * there is none to look at. */
const char *target_vermagic(const struct target *target);
size_t target_module_size(const struct target *target);
unsigned int target_machine(const struct target *target);

/* Whether "CONFIG_" @name is =y. */
enum knowledge target_config(const struct target *target, const char *name);

bool target_is_running(const struct target *target);

#endif
