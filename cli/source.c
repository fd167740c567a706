// SPDX-License-Identifier: GPL-2.0-only
/*
 * Source lines for the kernel's log: finds the references in a line and the
 * modules that they are to.
 *
 * One owner at a time, no locks, allocates, may block on disk, not
 * signal-safe.
 */
#include "cli/source.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/source_internal.h"
#include "lib/strbuf.h"

struct source_module {
	char *name;
	char *path;
	bool tried; /* to open it */
	struct source_debug *debug; /* NULL: not opened, or useless */
};

struct source_map {
	struct source_module *modules;
	size_t n;
};

/* ---- modules ---- */

int source_open(struct source_map **map)
{
	*map = calloc(1, sizeof(**map));
	return *map ? 0 : -ENOMEM;
}

static void free_module(struct source_module *module)
{
	source_debug_close(module->debug);
	free(module->name);
	free(module->path);
}

void source_close(struct source_map *map)
{
	if (!map)
		return;
	for (size_t i = 0; i < map->n; i++)
		free_module(&map->modules[i]);
	free(map->modules);
	free(map);
}

static struct source_module *find_module(struct source_map *map,
					 const char *name, size_t len)
{
	for (size_t i = 0; i < map->n; i++)
		if (!strncmp(map->modules[i].name, name, len) &&
		    !map->modules[i].name[len])
			return &map->modules[i];
	return NULL;
}

/* An empty entry at the end, which is not counted yet. */
static struct source_module *new_module(struct source_map *map)
{
	struct source_module *modules =
		reallocarray(map->modules, map->n + 1, sizeof(*modules));

	if (!modules)
		return NULL;
	map->modules = modules;
	return &modules[map->n];
}

int source_add(struct source_map *map, const char *name, const char *path)
{
	struct source_module *old = find_module(map, name, strlen(name));
	struct source_module *module = old ? old : new_module(map);
	struct source_module made = {
		.name = strdup(name),
		.path = strdup(path),
	};

	if (!module || !made.name || !made.path) {
		free_module(&made);
		return -ENOMEM;
	}
	if (old)
		free_module(old);
	else
		map->n++;
	*module = made;
	return 0;
}

static struct source_debug *debug_of(struct source_module *module)
{
	if (!module->tried && source_debug_open(module->path, &module->debug))
		module->debug = NULL;
	module->tried = true;
	return module->debug;
}

/* ---- references ---- */

/* "name+0x1/0x2 [module]" in a line. */
struct reference {
	const char *name;
	size_t name_len;
	const char *module;
	size_t module_len;
	uint64_t offset, size;
};

static bool is_symbol_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '$';
}

/* Reads "0x1f"; returns what follows, or NULL. */
static const char *parse_hex(const char *text, uint64_t *value)
{
	char *end;

	if (strncmp(text, "0x", 2) || !isxdigit((unsigned char)text[2]))
		return NULL;
	errno = 0;
	*value = strtoull(text + 2, &end, 16);
	return errno ? NULL : end;
}

/* Reads the reference whose '+' is at @plus; returns what follows, or NULL. */
static const char *parse_reference(const char *line, const char *plus,
				   struct reference *ref)
{
	const char *p;

	ref->name = plus;
	while (ref->name > line && is_symbol_char(ref->name[-1]))
		ref->name--;
	ref->name_len = plus - ref->name;
	p = parse_hex(plus + 1, &ref->offset);
	if (!ref->name_len || !p || *p != '/')
		return NULL;
	p = parse_hex(p + 1, &ref->size);
	if (!p || strncmp(p, " [", 2))
		return NULL;
	/* Some kernels have the module's build ID behind its name. */
	ref->module = p + 2;
	ref->module_len = strcspn(ref->module, " ]\n");
	p = ref->module + strcspn(ref->module, "]\n");
	return *p == ']' ? p + 1 : NULL;
}

/* Where the word that ends before @end begins; spaces in front of @end are
 * skipped, and *@len gets its length. */
static const char *word_before(const char *line, const char *end, size_t *len)
{
	const char *word;

	while (end > line && end[-1] == ' ')
		end--;
	word = end;
	while (word > line && word[-1] != ' ')
		word--;
	*len = end - word;
	return word;
}

/* "file.c:12", which the kernel writes itself in warnings. */
static bool is_position(const char *word, size_t len)
{
	size_t n = len;

	while (n && isdigit((unsigned char)word[n - 1]))
		n--;
	return n < len && n > 1 && word[n - 1] == ':';
}

/* Whether the address is the instruction's own, not that behind a call. */
static bool is_exact(const char *line, const struct reference *ref)
{
	size_t len;
	const char *word = word_before(line, ref->name, &len);

	return (len == 2 && !memcmp(word, "at", 2)) ||
	       memmem(line, ref->name - line, "RIP: ", 5);
}

static void annotate(struct source_map *map, const char *line,
		     const struct reference *ref, struct strbuf *out)
{
	struct source_module *module;
	struct strbuf text = STRBUF_INIT;
	struct source_place place = {
		.offset = ref->offset,
		.size = ref->size,
		.is_return = !is_exact(line, ref),
	};
	size_t len;
	const char *word = word_before(line, ref->name, &len);

	if (ref->name_len >= sizeof(place.function) || is_position(word, len))
		return;
	module = find_module(map, ref->module, ref->module_len);
	if (!module || !debug_of(module))
		return;
	memcpy(place.function, ref->name, ref->name_len);
	if (!source_debug_find(module->debug, &place, &text))
		strbuf_printf(out, " (%s)", text.text);
	strbuf_free(&text);
}

void source_annotate(struct source_map *map, const char *line,
		     struct strbuf *out)
{
	size_t len = strlen(line);
	size_t newline = len && line[len - 1] == '\n';
	const char *p = line;

	strbuf_add(out, line, len - newline);
	while ((p = strstr(p, "+0x"))) {
		struct reference ref;
		const char *next = parse_reference(line, p, &ref);

		if (next)
			annotate(map, line, &ref, out);
		p = next ? next : p + 1;
	}
	strbuf_add(out, line + len - newline, newline);
}
