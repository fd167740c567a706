// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of modules: names, places, order.
 *
 * Main thread; modules_sort() reads modules.order and may block.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/modelf.h"
#include "tools/depmod/depmod.h"
#include "tools/log.h"

/* As many lists as kmod's table of modules has. */
#define KMOD_BUCKETS 512

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *module_name(struct arena *arena, const char *path)
{
	const char *base = base_name(path);
	char *name = arena_text(arena, base, strcspn(base, "."));

	for (char *p = name; *p; p++)
		if (*p == '-')
			*p = '_';
	return name;
}

static bool ends_in(const char *name, size_t len, const char *end)
{
	size_t end_len = strlen(end);

	return len > end_len && !memcmp(name + len - end_len, end, end_len);
}

bool module_has_extension(const char *name, size_t len, size_t *stem)
{
	static const char *const extensions[] = {".ko", ".ko.gz", ".ko.xz",
						 ".ko.zst"};

	for (size_t i = 0; i < sizeof(extensions) / sizeof(*extensions); i++)
		if (ends_in(name, len, extensions[i])) {
			*stem = len - strlen(extensions[i]);
			return true;
		}
	return false;
}

/* ---- by name ---------------------------------------------------------------- */

uint32_t *modules_slot(struct depmod *depmod, const char *name)
{
	size_t mask = depmod->nr_by_name - 1;
	size_t i = modelf_hash(name) & mask;

	while (depmod->by_name[i] &&
	       strcmp(depmod->module[depmod->by_name[i] - 1].name, name))
		i = (i + 1) & mask;
	return &depmod->by_name[i];
}

struct module *modules_find(struct depmod *depmod, const char *name)
{
	uint32_t slot = depmod->nr_by_name ? *modules_slot(depmod, name) : 0;

	return slot ? &depmod->module[slot - 1] : NULL;
}

static void index_names(struct depmod *depmod)
{
	size_t nr = depmod->nr_by_name ? depmod->nr_by_name : 4096;

	while (nr < depmod->nr_modules * 2 + 2)
		nr *= 2;
	free(depmod->by_name);
	depmod->by_name = xcalloc(nr, sizeof(*depmod->by_name));
	depmod->nr_by_name = nr;
	for (size_t i = 0; i < depmod->nr_modules; i++)
		*modules_slot(depmod, depmod->module[i].name) = i + 1;
}

static bool is_below(const char *path, const char *dir, size_t len)
{
	return !strncmp(path, dir, len) && path[len] == '/';
}

void modules_set_path(struct depmod *depmod, struct module *mod, char *path)
{
	size_t len = strlen(depmod->dirname);
	size_t total = strlen(path), stem;

	mod->path = path;
	mod->base_len = base_name(path) - path;
	mod->stem_len = module_has_extension(path, total, &stem) ? stem : total;
	mod->external = !is_below(path, depmod->dirname, len);
	mod->shown = mod->external ? path : path + len + 1;
}

void modules_add(struct depmod *depmod, char *path, const char *name)
{
	struct module *mod;

	if (depmod->nr_modules == depmod->cap_modules) {
		size_t cap = depmod->cap_modules ? depmod->cap_modules * 2
						 : 1024;

		depmod->module =
			xrealloc(depmod->module, cap * sizeof(*depmod->module));
		depmod->cap_modules = cap;
	}
	mod = &depmod->module[depmod->nr_modules++];
	memset(mod, 0, sizeof(*mod));
	mod->name = name;
	modules_set_path(depmod, mod, path);
	if (depmod->nr_modules * 2 > depmod->nr_by_name)
		index_names(depmod);
	else
		*modules_slot(depmod, name) = depmod->nr_modules;
}

/* ---- order -------------------------------------------------------------------- */

/*
 * Paul Hsieh's SuperFastHash.  kmod's files come in the order of its tables,
 * and so in the order of this hash.
 */
uint32_t superfasthash(const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text;
	uint32_t hash = len;

	for (; len >= 4; len -= 4, p += 4) {
		uint32_t low = p[0] | p[1] << 8, high = p[2] | p[3] << 8;

		hash += low;
		hash = hash << 16 ^ (high << 11 ^ hash);
		hash += hash >> 11;
	}
	if (len == 3) {
		hash += p[0] | p[1] << 8;
		hash ^= hash << 16;
		hash ^= (uint32_t)p[2] << 18;
		hash += hash >> 11;
	} else if (len == 2) {
		hash += p[0] | p[1] << 8;
		hash ^= hash << 11;
		hash += hash >> 17;
	} else if (len == 1) {
		hash += p[0];
		hash ^= hash << 10;
		hash += hash >> 1;
	}
	hash ^= hash << 3;
	hash += hash >> 5;
	hash ^= hash << 4;
	hash += hash >> 17;
	hash ^= hash << 25;
	hash += hash >> 6;
	return hash;
}

/* modules.order names the file before it was compressed. */
static bool is_line_of(const struct module *mod, const char *line)
{
	size_t len = mod->path + mod->stem_len - mod->shown;

	return !mod->external && !strncmp(mod->shown, line, len) &&
	       !strcmp(line + len, ".ko");
}

static void place_line(struct depmod *depmod, struct arena *scratch,
		       const char *line, int64_t place)
{
	struct module *mod = modules_find(depmod, module_name(scratch, line));

	if (mod && is_line_of(mod, line))
		mod->order = place;
}

/* Places are negative, so that modules that are not listed come behind. */
static void place_lines(struct depmod *depmod, char *text, size_t size)
{
	struct arena scratch = {NULL};
	int64_t place = -(int64_t)size - 1;
	char *end;

	for (char *line = text; *line; line = end + 1) {
		end = strchr(line, '\n');
		*end = '\0';
		place_line(depmod, &scratch, line, place++);
	}
	arena_free(&scratch);
}

static unsigned int count_lines(const char *text)
{
	unsigned int n = 0;

	for (; *text; n++) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return n;
}

static void read_order(struct depmod *depmod)
{
	char *path = str_printf("%s/modules.order", depmod->dirname);
	void *data;
	size_t size;
	int err;

	err = file_read(path, &data, &size);
	free(path);
	if (err) {
		log_warn("could not open modules.order at %s: %s\n",
			 depmod->dirname, strerror(-err));
		return;
	}
	size = strlen(data);
	if (size && ((char *)data)[size - 1] != '\n')
		log_err("%s/modules.order:%u corrupted line misses '\\n'\n",
			depmod->dirname, count_lines(data));
	else
		place_lines(depmod, data, size);
	free(data);
}

static int by_order(const void *a, const void *b)
{
	const struct module *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return strcmp(x->name, y->name);
}

void modules_sort(struct depmod *depmod)
{
	for (size_t i = 0; i < depmod->nr_modules; i++) {
		struct module *mod = &depmod->module[i];

		mod->order = superfasthash(mod->name, strlen(mod->name)) %
			     KMOD_BUCKETS;
	}
	read_order(depmod);
	if (depmod->nr_modules)
		qsort(depmod->module, depmod->nr_modules,
		      sizeof(*depmod->module), by_order);
	index_names(depmod);
}
