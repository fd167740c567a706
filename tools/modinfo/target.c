// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel that a module would be loaded into, as far as files tell.
 *
 * Module.symvers, which comes with the headers, has all symbols.  Without it,
 * System.map or the running kernel tells the names of the kernel's own.  What
 * other modules export is in their files.
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
#include "lib/modabi.h"
#include "lib/modelf.h"
#include "lib/strbuf.h"
#include "tools/log.h"
#include "tools/modinfo/find.h"
#include "tools/modinfo/sysmap.h"

#define SIG_ENFORCE "/sys/module/module/parameters/sig_enforce"

struct target {
	struct finder *finder;
	char *base; /* what stands for "/", or "" */
	char *release;
	bool is_running;
	struct modabi_kernel *kernel;
	bool knows_symbols, knows_versions;
	char **exporter; /* modules that were added */
	size_t nr_exporters;
};

static void check_memory(int err)
{
	if (err == -ENOMEM)
		log_fatal("out of memory\n");
}

/* ---- files of the kernel ------------------------------------------------ */

/*
 * A file of the kernel's headers: below "build" of the tree, a link that may
 * be absolute, and then means one below the base.
 */
static int read_header_file(const struct target *target, const char *name,
			    char **text, size_t *size)
{
	char *link = str_printf("%s/build", finder_tree(target->finder));
	char to[PATH_MAX];
	ssize_t len = readlink(link, to, sizeof(to) - 1);
	void *data = NULL;
	char *path;
	int err;

	to[len > 0 ? len : 0] = '\0';
	path = *to == '/' ? str_printf("%s%s/%s", target->base, to, name)
			  : str_printf("%s/%s", link, name);
	err = file_read(path, &data, size);
	*text = data;
	free(path);
	free(link);
	return err;
}

/* A file in /boot, or beside the modules. */
static int read_boot_file(const struct target *target, const char *name,
			  char **text, size_t *size)
{
	char *path = str_printf("%s/boot/%s-%s", target->base, name,
				target->release);
	void *data = NULL;
	int err = file_read(path, &data, size);

	free(path);
	if (err) {
		path = str_printf("%s/%s", finder_tree(target->finder), name);
		err = file_read(path, &data, size);
		free(path);
	}
	*text = data;
	return err;
}

/* Whether the text of a .config has the option =y. */
static bool is_set(const char *config, const char *option)
{
	char *line = str_printf("\n%s=y\n", option);
	bool found = strstr(config, line) ||
		     !strncmp(config, line + 1, strlen(line) - 1);

	free(line);
	return found;
}

/* What is not known is taken for what most kernels have. */
static void read_config(struct target *target)
{
	struct modabi_kernel *kernel = target->kernel;
	char *text, answer = '\0';
	size_t size;
	FILE *file;

	kernel->force_load = kernel->livepatch = true;
	if (!read_header_file(target, ".config", &text, &size) ||
	    !read_boot_file(target, "config", &text, &size)) {
		kernel->force_load = is_set(text, "CONFIG_MODULE_FORCE_LOAD");
		kernel->livepatch = is_set(text, "CONFIG_LIVEPATCH");
		kernel->sig_force = is_set(text, "CONFIG_MODULE_SIG_FORCE");
		kernel->any_namespace = is_set(
			text, "CONFIG_MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS");
		free(text);
	}
	file = target->is_running ? fopen(SIG_ENFORCE, "re") : NULL;
	if (file) {
		if (fread(&answer, 1, 1, file) == 1 && answer == 'Y')
			kernel->sig_force = true;
		fclose(file);
	}
}

static void read_symbols(struct target *target)
{
	char *text;
	size_t size;
	int err;

	if (!read_header_file(target, "Module.symvers", &text, &size) ||
	    !read_boot_file(target, "symvers", &text, &size)) {
		err = modabi_parse(target->kernel, text, size);
		check_memory(err);
		if (err)
			log_warn("Module.symvers of %s is damaged\n",
				 target->release);
		free(text);
		target->knows_symbols = target->knows_versions = !err;
		if (!err)
			return;
	}
	if (!read_boot_file(target, "System.map", &text, &size)) {
		target->knows_symbols = sysmap_add(target->kernel, text);
		free(text);
	}
	if (!target->knows_symbols && target->is_running) {
		void *data;

		if (file_read("/proc/kallsyms", &data, &size))
			return;
		target->knows_symbols = sysmap_add(target->kernel, data);
		free(data);
	}
}

/* Some module of the tree stands for what the kernel expects of all. */
static void read_sample(struct target *target)
{
	char *path = finder_any_module(target->finder);
	const char *magic = NULL;
	struct modelf *elf;
	const void *data;
	size_t size;

	if (path && !modelf_open(path, &elf)) {
		magic = modelf_info(elf, "vermagic");
		if (magic)
			check_memory(
				modabi_set_vermagic(target->kernel, magic));
		if (magic && strstr(magic, " modversions"))
			target->kernel->versions = true;
		if (!modelf_image(elf, &data, &size))
			target->kernel->module_size =
				modabi_module_size(data, size);
		modelf_close(elf);
	}
	free(path);
}

void target_open(struct finder *finder, const char *base, const char *release,
		 bool is_running, struct target **result)
{
	struct target *target = calloc(1, sizeof(*target));

	if (!target || modabi_kernel_new(&target->kernel))
		log_fatal("out of memory\n");
	target->finder = finder;
	target->base = str_printf("%s", base);
	target->release = str_printf("%s", release);
	target->is_running = is_running;
	read_config(target);
	read_symbols(target);
	read_sample(target);
	*result = target;
}

void target_close(struct target *target)
{
	if (!target)
		return;
	for (size_t i = 0; i < target->nr_exporters; i++)
		free(target->exporter[i]);
	free(target->exporter);
	modabi_kernel_free(target->kernel);
	free(target->release);
	free(target->base);
	free(target);
}

const char *target_release(const struct target *target)
{
	return target->release;
}

bool target_is_running(const struct target *target)
{
	return target->is_running;
}

const struct modabi_kernel *target_kernel(const struct target *target)
{
	return target->kernel;
}

bool target_knows_symbols(const struct target *target)
{
	return target->knows_symbols;
}

bool target_knows_versions(const struct target *target)
{
	return target->knows_versions;
}

/* ---- modules ------------------------------------------------------------ */

/* False: it was added before. */
static bool note_exporter(struct target *target, const char *name)
{
	char **list;

	for (size_t i = 0; i < target->nr_exporters; i++)
		if (!strcmp(target->exporter[i], name))
			return false;
	list = realloc(target->exporter,
		       (target->nr_exporters + 1) * sizeof(*list));
	if (!list)
		log_fatal("out of memory\n");
	target->exporter = list;
	list[target->nr_exporters++] = str_printf("%s", name);
	return true;
}

void target_add_exports(struct target *target, struct modelf *elf,
			const char *name)
{
	const void *data;
	size_t size;

	/* What cannot be read exports nothing. */
	if (note_exporter(target, name) && !modelf_image(elf, &data, &size))
		check_memory(
			modabi_add_module(target->kernel, data, size, name));
}

static void add_exporter(struct target *target, const char *name)
{
	struct found_list list = {0};
	struct modelf *elf;

	if (!finder_by_name(target->finder, name, &list) && list.n &&
	    list.item[0].path && !modelf_open(list.item[0].path, &elf)) {
		target_add_exports(target, elf, name);
		modelf_close(elf);
	}
	found_list_free(&list);
}

static int add_need(void *context, const struct modelf_symbol *symbol)
{
	struct target *target = context;
	char *owner;

	if (modabi_find(target->kernel, symbol->name, NULL))
		return 0;
	owner = finder_exporter(target->finder, symbol->name);
	if (owner)
		add_exporter(target, owner);
	free(owner);
	return 0;
}

void target_add_needs(struct target *target, struct modelf *elf)
{
	/* Whether the symbols can be read at all is modabi's to say. */
	modelf_needs(elf, add_need, target);
}
