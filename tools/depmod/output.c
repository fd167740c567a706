// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files that depmod makes, from what was read and linked.
 *
 * Main thread; blocks on disk only in write_files().
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/depmod/depmod.h"
#include "tools/log.h"

/* All of one run. */
struct output {
	struct depmod *depmod;
	struct strbuf dep, alias, softdep, weakdep, symbols, devname;
	size_t *dep_line; /* where each module's begins, and the end */
	uint32_t *symbol; /* those of modules, in order */
	size_t nr_symbols;
};

void output_add(struct index_writer *index, const char *key, size_t key_len,
		const char *value, size_t value_len, uint32_t priority)
{
	int err = index_add(index, key, key_len, value, value_len, priority);

	if (err == -ENOMEM)
		log_fatal("out of memory\n");
	if (err)
		log_err("left out of the index, %s: %.*s\n",
			err == -EILSEQ ? "not 7-bit ASCII" : "too long",
			key_len > 200 ? 200 : (int)key_len, key);
}

/* ---- modules.dep --------------------------------------------------------------- */

static void make_dep(struct output *out)
{
	struct depmod *depmod = out->depmod;
	uint32_t *list = xcalloc(depmod->nr_modules, sizeof(*list));
	uint32_t *seen = xcalloc(depmod->nr_modules, sizeof(*seen));

	out->dep_line = xcalloc(depmod->nr_modules + 1, sizeof(size_t));
	for (size_t i = 0; i < depmod->nr_modules; i++) {
		const struct module *mod = &depmod->module[i];
		size_t n = graph_all(depmod, mod, list, seen, i + 1);

		strbuf_puts(&out->dep, mod->shown);
		strbuf_puts(&out->dep, ":");
		for (size_t j = 0; j < n; j++) {
			strbuf_puts(&out->dep, " ");
			strbuf_puts(&out->dep, depmod->module[list[j]].shown);
		}
		strbuf_puts(&out->dep, "\n");
		out->dep_line[i + 1] = out->dep.len;
	}
	free(list);
	free(seen);
}

static void index_dep(const struct output *out, struct index_writer *index)
{
	const struct depmod *depmod = out->depmod;

	for (size_t i = 0; i < depmod->nr_modules; i++) {
		const char *name = depmod->module[i].name;
		size_t line = out->dep_line[i];

		output_add(index, name, strlen(name), out->dep.text + line,
			   out->dep_line[i + 1] - 1 - line, i);
	}
}

/* ---- what modules say of themselves ----------------------------------------------- */

/* The next value of @key in the record, after @previous or the first. */
static const char *next_value(const struct record *record, const char *key,
			      const char *previous)
{
	const char *end = record->info + record->info_size;
	const char *at = previous ? previous + strlen(previous) + 1
				  : record->info;
	size_t len = strlen(key);

	for (; at < end; at += strlen(at) + 1)
		if (!strncmp(at, key, len) && at[len] == '=')
			return at + len + 1;
	return NULL;
}

static void add_line(struct strbuf *text, const char *word, const char *a,
		     const char *b)
{
	strbuf_puts(text, word);
	strbuf_puts(text, " ");
	strbuf_puts(text, a);
	strbuf_puts(text, " ");
	strbuf_puts(text, b);
	strbuf_puts(text, "\n");
}

static void make_alias(struct output *out)
{
	const struct depmod *depmod = out->depmod;

	strbuf_puts(&out->alias, "# Aliases extracted from modules "
				 "themselves.\n");
	for (size_t i = 0; i < depmod->nr_modules; i++) {
		const struct module *mod = &depmod->module[i];
		const char *value = NULL;

		while ((value = next_value(&mod->record, "alias", value)))
			add_line(&out->alias, "alias", value, mod->name);
	}
}

static void index_alias(const struct output *out, struct index_writer *index)
{
	struct depmod *depmod = out->depmod;

	for (size_t i = 0; i < depmod->nr_modules; i++) {
		const struct module *mod = &depmod->module[i];
		size_t name_len = strlen(mod->name);
		const char *value = NULL;

		while ((value = next_value(&mod->record, "alias", value))) {
			size_t len = strlen(value);
			const char *alias =
				alias_normal(&depmod->arena, value, len);

			if (alias)
				output_add(index, alias, len, mod->name,
					   name_len, i);
			else
				log_warn("Unmatched bracket in %s\n", value);
		}
	}
}

static void make_deps(const struct depmod *depmod, struct strbuf *text,
		      const char *header, const char *key)
{
	strbuf_puts(text, header);
	for (size_t i = 0; i < depmod->nr_modules; i++) {
		const struct module *mod = &depmod->module[i];
		const char *value = NULL;

		while ((value = next_value(&mod->record, key, value)))
			add_line(text, key, mod->name, value);
	}
}

/* ---- modules.devname ---------------------------------------------------------------- */

struct device {
	char type; /* 'c', 'b', or 0 when it is not known */
	unsigned int major, minor;
	const char *node;
};

static void find_device(const struct record *record, struct device *device)
{
	static const char devname[] = "devname:";
	const char *value = NULL;
	unsigned int major, minor;

	*device = (struct device){0};
	while ((value = next_value(record, "alias", value))) {
		if (!strncmp(value, devname, strlen(devname))) {
			device->node = value + strlen(devname);
		} else if (*value != 'c' && *value != 'b') {
			continue;
		} else if (sscanf(value, "char-major-%u-%u", &major, &minor) ==
			   2) {
			device->type = 'c';
			device->major = major;
			device->minor = minor;
		} else if (sscanf(value, "block-major-%u-%u", &major, &minor) ==
			   2) {
			device->type = 'b';
			device->major = major;
			device->minor = minor;
		}
		if (device->type && device->node)
			return;
	}
}

static void make_devname(struct output *out)
{
	const struct depmod *depmod = out->depmod;

	for (size_t i = 0; i < depmod->nr_modules; i++) {
		const struct module *mod = &depmod->module[i];
		struct device device;

		find_device(&mod->record, &device);
		if (!device.node)
			continue;
		if (!device.type) {
			log_err("Module '%s' has devname (%s) but lacks major "
				"and minor information. Ignoring.\n",
				mod->name, device.node);
			continue;
		}
		if (!out->devname.len)
			strbuf_puts(&out->devname,
				    "# Device nodes to trigger on-demand "
				    "module loading.\n");
		strbuf_printf(&out->devname, "%s %s %c%u:%u\n", mod->name,
			      device.node, device.type, device.major,
			      device.minor);
	}
}

/* ---- modules.symbols ------------------------------------------------------------------ */

static void make_symbols(struct output *out)
{
	const struct depmod *depmod = out->depmod;

	out->symbol = symbols_in_order(depmod, &out->nr_symbols);
	strbuf_puts(&out->symbols, "# Aliases for symbols, used by "
				   "symbol_request().\n");
	for (size_t i = 0; i < out->nr_symbols; i++) {
		const struct symbol *symbol =
			&depmod->symbols.symbol[out->symbol[i]];

		strbuf_puts(&out->symbols, "alias symbol:");
		strbuf_puts(&out->symbols, symbol->name);
		strbuf_puts(&out->symbols, " ");
		strbuf_puts(&out->symbols, depmod->module[symbol->owner].name);
		strbuf_puts(&out->symbols, "\n");
	}
}

/* The keys lie in the text's lines. */
static void index_symbols(const struct output *out, struct index_writer *index)
{
	const size_t before = strlen("alias "), start = strlen("symbol:");
	const struct depmod *depmod = out->depmod;
	const char *line = strchr(out->symbols.text, '\n') + 1;

	for (size_t i = 0; i < out->nr_symbols; i++) {
		const struct symbol *symbol =
			&depmod->symbols.symbol[out->symbol[i]];
		const char *owner = depmod->module[symbol->owner].name;
		size_t len = start + strlen(symbol->name);

		output_add(index, line + before, len, owner, strlen(owner),
			   symbol->owner);
		line += before + len + 1 + strlen(owner) + 1;
	}
}

/* ---- all ---------------------------------------------------------------------------------- */

static void make_texts(struct output *out)
{
	const struct depmod *depmod = out->depmod;

	make_dep(out);
	make_alias(out);
	make_deps(depmod, &out->softdep,
		  "# Soft dependencies extracted from modules themselves.\n",
		  "softdep");
	make_deps(depmod, &out->weakdep,
		  "# Weak dependencies extracted from modules themselves.\n",
		  "weakdep");
	make_symbols(out);
}

static void put(const struct strbuf *text)
{
	if (text->len)
		fwrite(text->text, 1, text->len, stdout);
}

static int print_texts(struct output *out)
{
	make_devname(out);
	put(&out->dep);
	put(&out->alias);
	put(&out->softdep);
	if (out->depmod->compat >= COMPAT_WEAKDEP)
		put(&out->weakdep);
	put(&out->symbols);
	put(&out->devname);
	if (fflush(stdout) || ferror(stdout))
		return -errno;
	return 0;
}

/* ---- files -------------------------------------------------------------------------------- */

#define MOST_FILES 16

struct files {
	struct output_file file[MOST_FILES];
	size_t n;
};

static void add_text(struct files *files, const char *name,
		     const struct strbuf *text)
{
	files->file[files->n++] =
		(struct output_file){name, text->text, text->len};
}

static void warn_again(const struct index_writer *index, const char *what,
		       bool with_key)
{
	for (size_t i = 0; i < index->n; i++) {
		const struct index_entry *entry = &index->entry[i];

		if (!entry->again)
			continue;
		if (with_key)
			log_warn("duplicate %s:\n%.*s %.*s\n", what,
				 (int)entry->key_len, entry->key,
				 (int)entry->value_len, entry->value);
		else
			log_warn("duplicate %s:\n%.*s\n", what,
				 (int)entry->value_len, entry->value);
	}
}

/* Sorts and lays out; the index is freed. */
static void add_index(const struct depmod *depmod, struct files *files,
		      const char *name, struct index_writer *index,
		      const char *again)
{
	struct output_file *file = &files->file[files->n++];
	enum index_layout layout = depmod->compat >= COMPAT_PREORDER
					   ? INDEX_PREORDER
					   : INDEX_POSTORDER;
	int err = index_sort(index);

	file->name = name;
	if (!err)
		err = index_lay_out(index, layout, &file->data, &file->size);
	if (err)
		log_fatal("could not make %s: %s\n", name, strerror(-err));
	if (again && depmod->warn_duplicates)
		warn_again(index, again, strcmp(name, "modules.dep.bin"));
	index_free(index);
}

/* A list that the kernel's build did not leave makes an empty file. */
static void
add_builtin(struct depmod *depmod, struct files *files, const char *name,
	    bool (*fill)(struct depmod *depmod, struct index_writer *index))
{
	struct index_writer index;

	index_init(&index);
	if (fill(depmod, &index))
		add_index(depmod, files, name, &index, NULL);
	else
		files->file[files->n++].name = name;
	index_free(&index);
}

static void add_files(struct output *out, struct files *files)
{
	struct depmod *depmod = out->depmod;
	struct index_writer index;

	index_init(&index);
	add_text(files, "modules.dep", &out->dep);
	index_dep(out, &index);
	add_index(depmod, files, "modules.dep.bin", &index, "module deps");
	add_text(files, "modules.alias", &out->alias);
	index_alias(out, &index);
	add_index(depmod, files, "modules.alias.bin", &index, "module alias");
	add_text(files, "modules.softdep", &out->softdep);
	if (depmod->compat >= COMPAT_WEAKDEP)
		add_text(files, "modules.weakdep", &out->weakdep);
	add_text(files, "modules.symbols", &out->symbols);
	index_symbols(out, &index);
	add_index(depmod, files, "modules.symbols.bin", &index, "module syms");
	add_builtin(depmod, files, "modules.builtin.bin", builtin_names);
	add_builtin(depmod, files, "modules.builtin.alias.bin",
		    builtin_aliases);
	make_devname(out);
	add_text(files, "modules.devname", &out->devname);
}

int output_all(struct depmod *depmod)
{
	struct output out = {.depmod = depmod};
	struct files files = {0};

	make_texts(&out);
	if (depmod->dry_run)
		return print_texts(&out);
	add_files(&out, &files);
	return write_files(depmod->outdir, files.file, files.n);
}
