// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the kernel has built in, from the lists that its build made.
 *
 * Main thread, or one of the writers' as long as no other uses the arena;
 * blocks on disk.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "tools/depmod/depmod.h"
#include "tools/log.h"

static bool read_list(const struct depmod *depmod, const char *name,
		      void **data, size_t *size)
{
	char *path = str_printf("%s/%s", depmod->dirname, name);
	int err = file_read(path, data, size);

	free(path);
	if (err)
		log_warn("could not open %s at %s: %s\n", name, depmod->dirname,
			 strerror(-err));
	return !err;
}

bool builtin_names(struct depmod *depmod, struct index_writer *index)
{
	char *line, *end;
	void *data;
	size_t size;

	if (!read_list(depmod, "modules.builtin", &data, &size))
		return false;
	for (line = data; *line; line = end) {
		const char *name;

		end = line + strcspn(line, "\n");
		if (!isalpha((unsigned char)*line)) {
			/* with its own end, as kmod does */
			end += *end == '\n';
			log_err("Invalid modules.builtin line: %.*s\n",
				(int)(end - line), line);
			continue;
		}
		if (*end)
			*end++ = '\0';
		name = module_name(&depmod->arena, line);
		if (*name)
			output_add(index, name, strlen(name), "", 0, 0);
	}
	free(data);
	return true;
}

const char *alias_normal(struct arena *arena, const char *pattern, size_t len)
{
	bool in_brackets = false, changes = false;
	char *copy;

	if (len > INDEX_LONGEST_KEY)
		return NULL;
	for (size_t i = 0; i < len; i++) {
		if (pattern[i] == ']' && !in_brackets)
			return NULL;
		if (pattern[i] == '[')
			in_brackets = true;
		else if (pattern[i] == ']')
			in_brackets = false;
		changes |= pattern[i] == '-' && !in_brackets;
	}
	if (in_brackets)
		return NULL;
	if (!changes)
		return pattern;
	copy = arena_text(arena, pattern, len);
	for (size_t i = 0; i < len; i++) {
		if (copy[i] == '[')
			in_brackets = true;
		else if (copy[i] == ']')
			in_brackets = false;
		else if (copy[i] == '-' && !in_brackets)
			copy[i] = '_';
	}
	return copy;
}

/* "module.key=value" */
static void add_info(struct depmod *depmod, struct index_writer *index,
		     const char *info)
{
	static const char key[] = "alias=";
	const char *dot = strchr(info, '.'), *name, *alias;
	size_t len;

	if (!dot || strncmp(dot + 1, key, strlen(key)))
		return;
	name = arena_text(&depmod->arena, info, dot - info);
	alias = dot + 1 + strlen(key);
	len = strlen(alias);
	alias = alias_normal(&depmod->arena,
			     arena_text(&depmod->arena, alias, len), len);
	if (alias)
		output_add(index, alias, len, name, strlen(name), 0);
	else
		log_warn("Unmatched bracket in %s\n", dot + 1 + strlen(key));
}

bool builtin_aliases(struct depmod *depmod, struct index_writer *index)
{
	void *data;
	size_t size;

	if (!read_list(depmod, "modules.builtin.modinfo", &data, &size))
		return false;
	for (size_t at = 0; at < size; at += strlen((char *)data + at) + 1)
		add_info(depmod, index, (char *)data + at);
	free(data);
	return true;
}
