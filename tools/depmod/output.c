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

enum {
	ALIAS_BIN, /* the largest first: they are made in this order */
	SYMBOLS_BIN,
	DEP_BIN,
	BUILTIN_BIN,
	BUILTIN_ALIAS_BIN,
	NR_INDEXES,
};

/* All of one run. */
struct output {
	struct depmod *depmod;
	struct strbuf dep, alias, softdep, weakdep, symbols, devname;
	size_t *dep_line; /* where each module's begins, and the end */
	uint32_t *symbol; /* those of modules, in order */
	size_t nr_symbols;
	struct index_file index[NR_INDEXES];
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
	const char *at = previous ? previous + strlen(previous) + 1
				  : record->info;
	size_t len = strlen(key);
	const char *end;

	if (!record->info_size)
		return NULL;
	end = record->info + record->info_size;
	for (; at < end; at += strlen(at) + 1)
		if (*at == *key && !strncmp(at, key, len) && at[len] == '=')
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

/* What is to be in them, in the order of the messages. */
static void fill_indexes(struct output *out)
{
	static const struct {
		const char *name, *again;
	} files[NR_INDEXES] = {
		[ALIAS_BIN] = {"modules.alias.bin", "module alias"},
		[SYMBOLS_BIN] = {"modules.symbols.bin", "module syms"},
		[DEP_BIN] = {"modules.dep.bin", "module deps"},
		[BUILTIN_BIN] = {"modules.builtin.bin", NULL},
		[BUILTIN_ALIAS_BIN] = {"modules.builtin.alias.bin", NULL},
	};
	struct index_file *index = out->index;

	for (size_t i = 0; i < NR_INDEXES; i++) {
		index[i].name = files[i].name;
		index[i].again = files[i].again;
		index[i].is_there = true;
	}
	index_dep(out, &index[DEP_BIN].index);
	index_alias(out, &index[ALIAS_BIN].index);
	index_symbols(out, &index[SYMBOLS_BIN].index);
	index[BUILTIN_BIN].is_there =
		builtin_names(out->depmod, &index[BUILTIN_BIN].index);
	index[BUILTIN_ALIAS_BIN].is_there =
		builtin_aliases(out->depmod, &index[BUILTIN_ALIAS_BIN].index);
}

/* A list that the kernel's build did not leave makes an empty file. */
static void add_index(struct files *files, struct index_file *index,
		      bool warn_duplicates)
{
	if (index->err)
		log_fatal("could not make %s: %s\n", index->name,
			  strerror(-index->err));
	if (index->again && warn_duplicates)
		warn_again(&index->index, index->again,
			   strcmp(index->name, "modules.dep.bin"));
	index_free(&index->index);
	files->file[files->n++] =
		(struct output_file){index->name, index->data, index->size};
}

static void add_files(struct output *out, struct files *files)
{
	const struct depmod *depmod = out->depmod;
	bool warn = depmod->warn_duplicates;

	add_text(files, "modules.dep", &out->dep);
	add_index(files, &out->index[DEP_BIN], warn);
	add_text(files, "modules.alias", &out->alias);
	add_index(files, &out->index[ALIAS_BIN], warn);
	add_text(files, "modules.softdep", &out->softdep);
	if (depmod->compat >= COMPAT_WEAKDEP)
		add_text(files, "modules.weakdep", &out->weakdep);
	add_text(files, "modules.symbols", &out->symbols);
	add_index(files, &out->index[SYMBOLS_BIN], warn);
	add_index(files, &out->index[BUILTIN_BIN], warn);
	add_index(files, &out->index[BUILTIN_ALIAS_BIN], warn);
	/* Only now, for what it reports is to come behind all else. */
	make_devname(out);
	add_text(files, "modules.devname", &out->devname);
}

static void free_output(struct output *out)
{
	strbuf_free(&out->dep);
	strbuf_free(&out->alias);
	strbuf_free(&out->softdep);
	strbuf_free(&out->weakdep);
	strbuf_free(&out->symbols);
	strbuf_free(&out->devname);
	free(out->dep_line);
	free(out->symbol);
	for (size_t i = 0; i < NR_INDEXES; i++)
		free(out->index[i].data);
}

int output_all(struct depmod *depmod)
{
	struct output out = {.depmod = depmod};
	struct files files = {0};
	int err;

	make_texts(&out);
	if (depmod->dry_run) {
		make_devname(&out);
		err = print_texts(&out);
	} else {
		fill_indexes(&out);
		indexes_make(depmod, out.index, NR_INDEXES);
		add_files(&out, &files);
		err = write_files(depmod->outdir, files.file, files.n);
	}
	free_output(&out);
	return err;
}
