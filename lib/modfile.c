// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module file as tools see it: decompressed, its .modinfo found.
 *
 * Made for any input: a damaged file is an error, never a crash.  One owner,
 * no locks, may block on disk, not signal-safe.
 */
#include "lib/modfile.h"

#include <errno.h>
#include <gelf.h>
#include <libelf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/decompress.h"
#include "lib/file.h"

/* Beyond any module, with all its debugging information. */
#define MODULE_MAX (1ul << 30)

/* Strings only: what follows the last NUL is not one. */
static void use_section(struct modfile *mod, const GElf_Shdr *header)
{
	const char *start;
	const char *last;

	if (header->sh_type == SHT_NOBITS || header->sh_offset > mod->size ||
	    header->sh_size > mod->size - header->sh_offset)
		return;
	start = (const char *)mod->data + header->sh_offset;
	last = memrchr(start, '\0', header->sh_size);
	if (!last)
		return;
	mod->modinfo = start;
	mod->modinfo_size = last + 1 - start;
}

static void find_modinfo(struct modfile *mod)
{
	Elf_Scn *section = NULL;
	size_t strings;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_memory(mod->data, mod->size);
	if (!elf)
		return;
	if (elf_kind(elf) != ELF_K_ELF || elf_getshdrstrndx(elf, &strings))
		goto end;
	while ((section = elf_nextscn(elf, section))) {
		const char *name;
		GElf_Shdr header;

		if (!gelf_getshdr(section, &header))
			continue;
		name = elf_strptr(elf, strings, header.sh_name);
		if (!name || strcmp(name, ".modinfo"))
			continue;
		use_section(mod, &header);
		break;
	}
end:
	elf_end(elf);
}

static int read_module(const char *path, void **data, size_t *size)
{
	void *file;
	size_t file_size;
	int err;

	err = file_read(path, &file, &file_size);
	if (err)
		return err;
	if (compression_of(file, file_size) == COMPRESSION_NONE) {
		*data = file;
		*size = file_size;
		return 0;
	}
	err = decompress(file, file_size, MODULE_MAX, data, size);
	free(file);
	return err;
}

int modfile_open(const char *path, struct modfile **result)
{
	struct modfile *mod = calloc(1, sizeof(*mod));
	int err;

	if (!mod)
		return -ENOMEM;
	mod->path = strdup(path);
	if (!mod->path) {
		err = -ENOMEM;
		goto free_mod;
	}
	err = read_module(path, &mod->data, &mod->size);
	if (err)
		goto free_mod;
	find_modinfo(mod);
	*result = mod;
	return 0;
free_mod:
	modfile_close(mod);
	return err;
}

void modfile_close(struct modfile *mod)
{
	if (!mod)
		return;
	free(mod->path);
	free(mod->data);
	free(mod);
}

static const char *find_from(const struct modfile *mod, const char *key,
			     const char *from)
{
	const char *end = mod->modinfo + mod->modinfo_size;
	size_t len = strlen(key);

	for (; from < end; from += strlen(from) + 1)
		if (!strncmp(from, key, len) && from[len] == '=')
			return from + len + 1;
	return NULL;
}

const char *modfile_info(const struct modfile *mod, const char *key)
{
	return mod->modinfo ? find_from(mod, key, mod->modinfo) : NULL;
}

const char *modfile_info_next(const struct modfile *mod, const char *key,
			      const char *previous)
{
	return find_from(mod, key, previous + strlen(previous) + 1);
}

/* Where ".ko" or ".ko.xz" begins, or the end. */
static size_t stem_length(const char *base)
{
	const char *p = base;

	while ((p = strstr(p, ".ko"))) {
		if (p[3] == '\0' || p[3] == '.')
			return p - base;
		p++;
	}
	return strlen(base);
}

void modfile_name_of_path(const char *path, char *name, size_t size)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;

	if (!size)
		return;
	snprintf(name, size, "%.*s", (int)stem_length(base), base);
	for (; *name; name++)
		if (*name == '-')
			*name = '_';
}

void modfile_name(const struct modfile *mod, char *name, size_t size)
{
	const char *info = modfile_info(mod, "name");

	if (info && *info)
		snprintf(name, size, "%s", info);
	else
		modfile_name_of_path(mod->path, name, size);
}
