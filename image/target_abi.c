// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a target offers to modules: exports of its image and of the modules in
 * its tree, vermagic, and how strict it is.
 *
 * Kept in the cache as built/RELEASE/abi, with the list of files that it was
 * made of, and made anew when one of them changed.  Two that make it at a time
 * write the same.  One owner, may block on disk, not signal-safe.
 */
#include "image/target_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "image/image.h"
#include "image/target_abi.h"
#include "lib/file.h"
#include "lib/modabi.h"
#include "lib/modfile.h"
#include "lib/modindex.h"
#include "lib/strbuf.h"

/* Changed with what make_abi() puts into the file. */
#define FIRST_LINE "#ring3-abi 1\n"

struct abi {
	const struct target *target;
	const struct target_report *report;
	struct modabi_kernel *kernel;
	struct modlist modules; /* of the tree */
	char **name; /* theirs, sorted */
	bool *known; /* named by Module.symvers; beside name */
};

/* ---- the image ---------------------------------------------------------- */

/* Kernels before 6.5 do not look at some of what newer ones do; what they say
 * of it is in the image of those that look. */
static bool is_strict(const struct image *image)
{
	static const char words[] =
		"Exactly one .gnu.linkonce.this_module section must exist";

	return memmem(image->mem, image->end - image->base, words,
		      sizeof(words) - 1);
}

static int read_vermagic(struct abi *abi, const struct image *image)
{
	const struct image_symbol *symbol = image_find(image, "vermagic", NULL);
	const char *text;

	if (!symbol)
		return 0;
	text = image_ptr(image, symbol->value, 1);
	if (!text || !memchr(text, '\0',
			     image->mem + (image->end - image->base) -
				     (const unsigned char *)text))
		return 0;
	return modabi_set_vermagic(abi->kernel, text);
}

static int add_exports(struct abi *abi, const struct image *image)
{
	int err = 0;

	for (size_t i = 0; !err && i < image->nr_exports; i++) {
		const struct image_export *from = &image->exports[i];
		struct modabi_export export = {
			.name = from->name,
			.owner = MODABI_VMLINUX,
			.ns = from->ns,
			.crc = from->crc,
			.has_crc = abi->kernel->versions,
			.gpl = from->gpl,
		};

		err = modabi_add(abi->kernel, &export);
	}
	return err;
}

static int read_image(struct abi *abi)
{
	struct image *image = NULL;
	int err;

	target_progress(abi->report, "reading what %s exports",
			abi->target->release);
	err = image_load(abi->target->vmlinuz, TARGET_IMAGE_BASE, &image);
	if (err) {
		target_fail(abi->report, err, "Cannot take %s apart: %s.",
			    abi->target->vmlinuz,
			    image && image->error[0] ? image->error
						     : strerror(-err));
	} else {
		abi->kernel->strict_elf = is_strict(image);
		err = read_vermagic(abi, image);
	}
	if (!err)
		err = add_exports(abi, image);
	image_free(image);
	return err;
}

/* ---- the configuration -------------------------------------------------- */

static bool is_set(const char *config, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = config; (at = strstr(at, name)); at += len)
		if ((at == config || at[-1] == '\n') &&
		    !strncmp(at + len, "=y\n", 3))
			return true;
	return false;
}

static int read_config(struct abi *abi)
{
	char *path = target_config_path(abi->target);
	struct modabi_kernel *kernel = abi->kernel;
	void *config = NULL;
	size_t size;
	int err = file_read(path, &config, &size);

	if (err) {
		target_fail(abi->report, err,
			    "Cannot read the configuration of %s, %s: %s.",
			    abi->target->release, path, strerror(-err));
	} else {
		kernel->versions = is_set(config, "CONFIG_MODVERSIONS");
		kernel->force_load = is_set(config, "CONFIG_MODULE_FORCE_LOAD");
		kernel->any_namespace =
			is_set(config,
			       "CONFIG_MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS");
		kernel->sig_force = is_set(config, "CONFIG_MODULE_SIG_FORCE");
		/* An instance does not load them, whatever the kernel does. */
		kernel->livepatch = false;
	}
	free(config);
	free(path);
	return err;
}

/* ---- the modules of the tree -------------------------------------------- */

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list_modules(struct abi *abi)
{
	struct modindex *index;
	char name[256];
	int err;

	err = modindex_open(abi->target->modules, &index);
	if (err == -ENOENT)
		return 0;
	if (!err) {
		err = modindex_all(index, &abi->modules);
		modindex_close(index);
	}
	if (err)
		return target_fail(abi->report, err,
				   "Cannot read the module tree %s: %s.",
				   abi->target->modules, strerror(-err));
	abi->name = calloc(abi->modules.n + 1, sizeof(*abi->name));
	abi->known = calloc(abi->modules.n + 1, sizeof(*abi->known));
	if (!abi->name || !abi->known)
		return -ENOMEM;
	for (size_t i = 0; i < abi->modules.n; i++) {
		modfile_name_of_path(abi->modules.path[i], name, sizeof(name));
		abi->name[i] = strdup(name);
		if (!abi->name[i])
			return -ENOMEM;
	}
	qsort(abi->name, abi->modules.n, sizeof(*abi->name), compare_names);
	return 0;
}

static bool *find_known(struct abi *abi, const char *name)
{
	char **at = bsearch(&name, abi->name, abi->modules.n,
			    sizeof(*abi->name), compare_names);

	return at ? &abi->known[at - abi->name] : NULL;
}

/* Takes from Module.symvers what modules of the tree export. */
static int add_symvers_line(struct abi *abi, const char *line, size_t len)
{
	const char *name, *owner, *end;
	char file[256], module[256];
	bool *known;

	name = memchr(line, '\t', len);
	owner = name ? memchr(name + 1, '\t', line + len - name - 1) : NULL;
	end = owner ? memchr(owner + 1, '\t', line + len - owner - 1) : NULL;
	if (!end || (size_t)(end - owner) >= sizeof(file))
		return -EINVAL;
	memcpy(file, owner + 1, end - owner - 1);
	file[end - owner - 1] = '\0';
	if (!strcmp(file, MODABI_VMLINUX))
		return 0;
	modfile_name_of_path(file, module, sizeof(module));
	known = find_known(abi, module);
	if (!known)
		return 0;
	*known = true;
	return modabi_parse(abi->kernel, line, len);
}

static int read_symvers(struct abi *abi)
{
	char *path, *text = NULL;
	size_t size;
	int err;

	if (!abi->target->headers)
		return 0;
	path = str_printf("%s/Module.symvers", abi->target->headers);
	err = file_read(path, (void **)&text, &size);
	for (char *line = text; !err && *line;) {
		size_t len = strcspn(line, "\n");

		err = add_symvers_line(abi, line, len);
		line += len + (line[len] == '\n');
	}
	if (err && err != -ENOENT)
		target_fail(abi->report, err, "Cannot read %s: %s.", path,
			    strerror(-err));
	free(text);
	free(path);
	return err == -ENOENT ? 0 : err;
}

/* Whether the file has to be looked at: not if Module.symvers tells of all
 * that came with the kernel. */
static bool is_open_question(struct abi *abi, const char *path,
			     const char *name, bool has_symvers)
{
	const char *inside = path + strlen(abi->target->modules);

	if (!has_symvers)
		return true;
	return strncmp(inside, "/kernel/", 8) && !*find_known(abi, name);
}

static int add_file(struct abi *abi, const char *path, const char *name)
{
	struct modfile *file;
	int err = modfile_open(path, &file);

	if (err)
		return target_fail(abi->report, err, "Cannot read %s: %s.",
				   path, strerror(-err));
	err = modabi_add_module(abi->kernel, file->data, file->size, name);
	modfile_close(file);
	/* One that is no module exports nothing. */
	return err == -ENOEXEC ? 0 : err;
}

static int read_files(struct abi *abi, bool has_symvers)
{
	char name[256];
	int err = 0;

	for (size_t i = 0; !err && i < abi->modules.n; i++) {
		const char *path = abi->modules.path[i];

		modfile_name_of_path(path, name, sizeof(name));
		if (is_open_question(abi, path, name, has_symvers))
			err = add_file(abi, path, name);
	}
	return err;
}

/* All modules of a kernel have the same; the smallest file is read fastest,
 * but any will do. */
static int read_module_size(struct abi *abi)
{
	struct modabi_kernel *kernel = abi->kernel;
	struct modfile *file;
	const char *vermagic;
	int err;

	if (!abi->modules.n || modfile_open(abi->modules.path[0], &file))
		return 0;
	kernel->module_size = modabi_module_size(file->data, file->size);
	vermagic = modfile_info(file, "vermagic");
	err = vermagic && !kernel->vermagic
		      ? modabi_set_vermagic(kernel, vermagic)
		      : 0;
	modfile_close(file);
	return err;
}

static int read_modules(struct abi *abi)
{
	size_t of_kernel = modabi_count(abi->kernel);
	int err = list_modules(abi);

	if (!err)
		err = read_symvers(abi);
	if (!err)
		err = read_files(abi, modabi_count(abi->kernel) > of_kernel);
	if (!err)
		err = read_module_size(abi);
	return err;
}

static void free_modules(struct abi *abi)
{
	for (size_t i = 0; abi->name && i < abi->modules.n; i++)
		free(abi->name[i]);
	free(abi->name);
	free(abi->known);
	modlist_free(&abi->modules);
}

/* ---- the cache ---------------------------------------------------------- */

static int add_input(struct target_inputs *inputs, const char *path)
{
	struct target_input *list;
	struct stat st;

	if (stat(path, &st))
		return errno == ENOENT ? 0 : -errno;
	list = realloc(inputs->input, (inputs->n + 1) * sizeof(*list));
	if (!list)
		return -ENOMEM;
	inputs->input = list;
	list[inputs->n].path = strdup(path);
	if (!list[inputs->n].path)
		return -ENOMEM;
	list[inputs->n].size = st.st_size;
	list[inputs->n++].mtime =
		st.st_mtim.tv_sec * 1000000000LL + st.st_mtim.tv_nsec;
	return 0;
}

static int write_inputs(const struct target *target, const char *path)
{
	char *file[] = {
		strdup(target->vmlinuz),
		target_config_path(target),
		str_printf("%s/modules.dep", target->modules),
		str_printf("%s/modules.dep.bin", target->modules),
		str_printf("%s/Module.symvers",
			   target->headers ? target->headers : "/nonexistent"),
	};
	struct target_inputs inputs = {0};
	int err = 0;

	for (size_t i = 0; i < sizeof(file) / sizeof(*file); i++) {
		if (!err)
			err = file[i] ? add_input(&inputs, file[i]) : -ENOMEM;
		free(file[i]);
	}
	if (!err)
		err = target_inputs_write(&inputs, path);
	target_inputs_free(&inputs);
	return err;
}

/* A cache that cannot be written to makes it slow, not impossible. */
static void write_cache(const struct target *target,
			const struct modabi_kernel *kernel, const char *dir)
{
	char *path = str_printf("%s/abi", dir);
	char *inputs = str_printf("%s/abi-inputs", dir);
	struct strbuf text = STRBUF_INIT;

	strbuf_puts(&text, FIRST_LINE);
	modabi_format(kernel, &text);
	if (!file_make_dirs(dir) &&
	    !file_replace(path, text.text, text.len, 0644))
		write_inputs(target, inputs);
	strbuf_free(&text);
	free(inputs);
	free(path);
}

static int read_cache(const char *dir, struct modabi_kernel *kernel)
{
	char *path = str_printf("%s/abi", dir);
	char *inputs = str_printf("%s/abi-inputs", dir);
	const size_t head = strlen(FIRST_LINE);
	void *text = NULL;
	size_t size;
	int err = -ENOENT;

	if (target_inputs_current(inputs))
		err = file_read(path, &text, &size);
	if (!err && (size < head || memcmp(text, FIRST_LINE, head)))
		err = -ENOENT;
	if (!err)
		err = modabi_parse(kernel, (char *)text + head, size - head);
	free(text);
	free(inputs);
	free(path);
	return err;
}

static int make_abi(const struct target *target,
		    const struct target_report *report,
		    struct modabi_kernel *kernel)
{
	struct abi abi = {target, report, kernel, {0}, NULL, NULL};
	int err = read_config(&abi);

	if (!err)
		err = read_image(&abi);
	if (!err)
		err = read_modules(&abi);
	free_modules(&abi);
	return err;
}

int target_abi(const struct target *target, struct target_report *report,
	       struct modabi_kernel **result)
{
	char *dir = target_cache_path("built", target->release);
	struct modabi_kernel *kernel = NULL;
	int err = modabi_kernel_new(&kernel);

	if (err || (dir && !read_cache(dir, kernel)))
		goto out;
	/* It may hold a part of a damaged one. */
	modabi_kernel_free(kernel);
	kernel = NULL;
	err = modabi_kernel_new(&kernel);
	if (!err)
		err = make_abi(target, report, kernel);
	if (!err && dir)
		write_cache(target, kernel, dir);
out:
	free(dir);
	if (err)
		modabi_kernel_free(kernel);
	else
		*result = kernel;
	return err;
}
