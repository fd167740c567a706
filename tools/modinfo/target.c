// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel that a module would be loaded into, as far as files tell.
 *
 * Module.symvers, which comes with the headers, has all.  Without it, modules
 * are asked for their exports, and System.map, or the running kernel, for the
 * names of the kernel's own.
 *
 * One owner, no locks, may block on disk, not signal-safe.
 */
#include "tools/modinfo/target.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/modelf.h"
#include "lib/strbuf.h"
#include "tools/log.h"
#include "tools/modinfo/find.h"
#include "tools/modinfo/symbols.h"

struct target {
	struct finder *finder;
	char *release;
	bool is_running;
	struct symbols *symbols;
	bool knows_all; /* the symbols are complete: modules' and kernel's */
	bool knows_kernel; /* what is not in them, the kernel does not export */
	char *config; /* or NULL */
	char *vermagic; /* or NULL */
	size_t module_size;
	unsigned int machine;
	struct modelf *exporter; /* the last one that was asked */
	char *exporter_name;
};

/* ---- files of the kernel ------------------------------------------------ */

/*
 * A file of the kernel's headers: below "build" of the tree, a link that may
 * be absolute, and then means one below @base.
 */
static int read_header_file(const struct target *target, const char *base,
			    const char *name, void **data, size_t *size)
{
	char *link = str_printf("%s/build", finder_tree(target->finder));
	char to[PATH_MAX];
	ssize_t len = readlink(link, to, sizeof(to) - 1);
	char *path;
	int err;

	if (len > 0 && *to == '/') {
		to[len] = '\0';
		path = str_printf("%s%s/%s", base, to, name);
	} else {
		path = str_printf("%s/%s", link, name);
	}
	err = file_read(path, data, size);
	free(path);
	free(link);
	return err;
}

/* A file in /boot, or beside the modules. */
static int read_boot_file(const struct target *target, const char *base,
			  const char *name, void **data, size_t *size)
{
	char *path = str_printf("%s/boot/%s-%s", base, name, target->release);
	int err = file_read(path, data, size);

	free(path);
	if (!err)
		return 0;
	path = str_printf("%s/%s", finder_tree(target->finder), name);
	err = file_read(path, data, size);
	free(path);
	return err;
}

static void read_config(struct target *target, const char *base)
{
	void *data;
	size_t size;

	if (!read_header_file(target, base, ".config", &data, &size) ||
	    !read_boot_file(target, base, "config", &data, &size))
		target->config = data;
}

static void read_symbols(struct target *target, const char *base)
{
	void *data;
	size_t size;

	ksyms_new(&target->symbols);
	if (!read_header_file(target, base, "Module.symvers", &data, &size) ||
	    !read_boot_file(target, base, "symvers", &data, &size)) {
		target->knows_all = ksyms_add_symvers(target->symbols, data);
		target->knows_kernel = target->knows_all;
	}
	if (target->knows_all)
		return;
	if (!read_boot_file(target, base, "System.map", &data, &size))
		target->knows_kernel = ksyms_add_map(target->symbols, data);
	if (!target->knows_kernel && target->is_running &&
	    !file_read("/proc/kallsyms", &data, &size))
		target->knows_kernel = ksyms_add_map(target->symbols, data);
}

/* Some module of the tree stands for what the kernel expects of all. */
static void read_sample(struct target *target)
{
	char *path = finder_any_module(target->finder);
	struct modelf *elf;
	const char *magic;
	const void *data;
	size_t size;

	if (!path)
		return;
	if (!modelf_open(path, &elf)) {
		magic = modelf_info(elf, "vermagic");
		if (magic)
			target->vermagic = str_printf("%s", magic);
		target->machine = modelf_machine(elf);
		if (!modelf_section(elf, ".gnu.linkonce.this_module", &data,
				    &size))
			target->module_size = size;
		modelf_close(elf);
	}
	free(path);
}

void target_open(struct finder *finder, const char *base, const char *release,
		 bool is_running, struct target **result)
{
	struct target *target = calloc(1, sizeof(*target));

	if (!target)
		log_fatal("out of memory\n");
	target->finder = finder;
	target->release = str_printf("%s", release);
	target->is_running = is_running;
	read_config(target, base);
	read_symbols(target, base);
	read_sample(target);
	*result = target;
}

void target_close(struct target *target)
{
	if (!target)
		return;
	modelf_close(target->exporter);
	ksyms_free(target->symbols);
	free(target->exporter_name);
	free(target->config);
	free(target->vermagic);
	free(target->release);
	free(target);
}

/* ---- answers ------------------------------------------------------------ */

/* Opens the module of that name, unless it is open from the last time. */
static int open_exporter(struct target *target, const char *name)
{
	struct found_list list = {0};
	int err;

	if (target->exporter_name && !strcmp(target->exporter_name, name))
		return target->exporter ? 0 : -ENOENT;
	modelf_close(target->exporter);
	target->exporter = NULL;
	free(target->exporter_name);
	target->exporter_name = str_printf("%s", name);
	err = finder_by_name(target->finder, name, &list);
	if (!err && (!list.n || !list.item[0].path))
		err = -ENOENT;
	if (!err)
		err = modelf_open(list.item[0].path, &target->exporter);
	found_list_free(&list);
	return err;
}

struct wanted {
	const char *name;
	struct target_symbol *result;
};

static int is_wanted(void *context, const struct modelf_symbol *symbol)
{
	const struct wanted *wanted = context;

	if (strcmp(symbol->name, wanted->name))
		return 0;
	wanted->result->crc = symbol->crc;
	wanted->result->has_crc = symbol->crc != 0;
	return 1;
}

/* What depmod found in a module that Module.symvers does not know. */
static int module_symbol(struct target *target, const char *name,
			 struct target_symbol *result)
{
	struct wanted wanted = {name, result};
	char *owner = finder_exporter(target->finder, name);
	int err;

	if (!owner)
		return -ENOENT;
	err = open_exporter(target, owner);
	free(owner);
	if (err)
		return -ENOENT;
	*result = (struct target_symbol){.owner = target->exporter_name,
					 .space = "",
					 .is_gpl_only = UNKNOWN};
	return modelf_exports(target->exporter, is_wanted, &wanted) == 1
		       ? 0
		       : -ENOENT;
}

int target_symbol(struct target *target, const char *name,
		  struct target_symbol *result)
{
	if (ksyms_find(target->symbols, name, result))
		return 0;
	if (!module_symbol(target, name, result))
		return 0;
	return target->knows_kernel ? -ENOENT : -ENODATA;
}

const char *target_release(const struct target *target)
{
	return target->release;
}

const char *target_vermagic(const struct target *target)
{
	return target->vermagic;
}

size_t target_module_size(const struct target *target)
{
	return target->module_size;
}

unsigned int target_machine(const struct target *target)
{
	return target->machine;
}

bool target_is_running(const struct target *target)
{
	return target->is_running;
}

enum knowledge target_config(const struct target *target, const char *name)
{
	const char *at = target->config;
	size_t len = strlen(name);

	if (!at)
		return UNKNOWN;
	for (; (at = strstr(at, "CONFIG_")); at += strlen("CONFIG_")) {
		const char *key = at + strlen("CONFIG_");

		if (at != target->config && at[-1] != '\n')
			continue;
		if (!strncmp(key, name, len) && !strncmp(key + len, "=y", 2))
			return YES;
	}
	return NO;
}
