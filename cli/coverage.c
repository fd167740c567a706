// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which functions of modules ran: collecting counts, the table, and lcov.
 *
 * One owner at a time, no locks, allocates, may block on disk, not signal-safe.
 */
#include "cli/coverage.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/coverage_internal.h"
#include "cli/table.h"
#include "lib/file.h"
#include "lib/strbuf.h"

struct hit {
	char *section;
	uint64_t offset, hits;
};

struct coverage_module {
	char *name, *path;
	struct hit *hit; /* as told */
	size_t nr_hits;
	struct coverage_functions functions;
	bool tried; /* to read the file */
	int err; /* of that */
	uint64_t elsewhere; /* hits in no function of the file */
};

struct coverage {
	struct coverage_module *module;
	size_t n;
};

struct coverage *coverage_open(void)
{
	struct coverage *coverage = calloc(1, sizeof(*coverage));

	if (!coverage)
		abort();
	return coverage;
}

void coverage_close(struct coverage *coverage)
{
	for (size_t i = 0; coverage && i < coverage->n; i++) {
		struct coverage_module *module = &coverage->module[i];

		for (size_t j = 0; j < module->nr_hits; j++)
			free(module->hit[j].section);
		free(module->hit);
		free(module->name);
		free(module->path);
		coverage_functions_free(&module->functions);
	}
	if (coverage)
		free(coverage->module);
	free(coverage);
}

static struct coverage_module *find_module(struct coverage *coverage,
					   const char *name)
{
	struct coverage_module *module;

	for (size_t i = 0; i < coverage->n; i++)
		if (!strcmp(coverage->module[i].name, name))
			return &coverage->module[i];
	module = reallocarray(coverage->module, coverage->n + 1,
			      sizeof(*module));
	if (!module)
		abort();
	coverage->module = module;
	module += coverage->n++;
	*module = (struct coverage_module){.name = strdup(name)};
	return module;
}

void coverage_set_file(struct coverage *coverage, const char *name,
		       const char *path)
{
	struct coverage_module *module = find_module(coverage, name);

	free(module->path);
	module->path = strdup(path);
}

void coverage_add(struct coverage *coverage, const char *name,
		  const char *section, uint64_t offset, uint64_t hits)
{
	struct coverage_module *module = find_module(coverage, name);
	struct hit *list;

	list = reallocarray(module->hit, module->nr_hits + 1, sizeof(*list));
	if (!list)
		abort();
	module->hit = list;
	list[module->nr_hits++] = (struct hit){strdup(section), offset, hits};
}

/* ---- counts to functions ------------------------------------------------ */

static struct coverage_function *find_function(struct coverage_module *module,
					       const struct hit *hit)
{
	for (size_t i = 0; i < module->functions.n; i++) {
		struct coverage_function *f = &module->functions.function[i];

		if (hit->offset >= f->offset &&
		    hit->offset - f->offset < f->size &&
		    !strcmp(hit->section, f->section_name))
			return f;
	}
	return NULL;
}

/* Reads the file, once, and gives each function its hits. */
static void resolve(struct coverage_module *module)
{
	if (module->tried)
		return;
	module->tried = true;
	module->err = module->path ? coverage_functions_read(module->path,
							     &module->functions)
				   : -ENOENT;
	for (size_t i = 0; i < module->nr_hits; i++) {
		struct coverage_function *function;

		function = find_function(module, &module->hit[i]);
		if (function)
			function->hits += module->hit[i].hits;
		else
			module->elsewhere += module->hit[i].hits;
	}
}

/* ---- the table ---------------------------------------------------------- */

/* In the order of the source; functions without lines behind them. */
static int compare_lines(const void *a, const void *b)
{
	const struct coverage_function *left = *(void *const *)a;
	const struct coverage_function *right = *(void *const *)b;
	int order;

	if (!left->path || !right->path)
		order = !left->path - !right->path;
	else
		order = strcmp(left->path, right->path);
	if (!order)
		order = (left->line > right->line) - (left->line < right->line);
	return order ? order : strcmp(left->name, right->name);
}

static struct coverage_function **
sort_by_line(const struct coverage_functions *functions)
{
	struct coverage_function **sorted;

	sorted = calloc(functions->n + 1, sizeof(*sorted));
	if (!sorted)
		abort();
	for (size_t i = 0; i < functions->n; i++)
		sorted[i] = &functions->function[i];
	qsort(sorted, functions->n, sizeof(*sorted), compare_lines);
	return sorted;
}

static void add_rows(struct coverage_function *const *sorted, size_t n,
		     bool did_run, struct table *table)
{
	for (size_t i = 0; i < n; i++) {
		const struct coverage_function *function = sorted[i];

		if (!!function->hits != did_run)
			continue;
		table_add(table, "%" PRIu64, function->hits);
		table_add(table, "%s", function->name);
		table_add(table, "%s", function->shown ? function->shown : "");
		table_end_row(table);
	}
}

static size_t count_run(const struct coverage_functions *functions)
{
	size_t n = 0;

	for (size_t i = 0; i < functions->n; i++)
		n += functions->function[i].hits != 0;
	return n;
}

static void print_module(struct coverage_module *module, FILE *out)
{
	const struct coverage_functions *functions = &module->functions;
	struct coverage_function **sorted;
	struct table table = {0};
	size_t ran;

	if (module->err) {
		fprintf(out, "%s: no functions known: %s\n", module->name,
			strerror(-module->err));
		return;
	}
	ran = count_run(functions);
	fprintf(out, "%s: %zu of %zu functions ran", module->name, ran,
		functions->n);
	if (functions->n)
		fprintf(out, " (%zu%%)", ran * 100 / functions->n);
	fputc('\n', out);
	sorted = sort_by_line(functions);
	table_add(&table, "calls");
	table_add(&table, "function");
	table_add(&table, "source");
	table_end_row(&table);
	add_rows(sorted, functions->n, true, &table);
	add_rows(sorted, functions->n, false, &table);
	if (functions->n)
		table_print(&table, 2, out);
	if (module->elsewhere)
		fprintf(out,
			"  and %" PRIu64 " calls of functions without a name\n",
			module->elsewhere);
	table_free(&table);
	free(sorted);
}

void coverage_print(struct coverage *coverage, FILE *out)
{
	for (size_t i = 0; i < coverage->n; i++) {
		resolve(&coverage->module[i]);
		if (i)
			fputc('\n', out);
		print_module(&coverage->module[i], out);
	}
}

/* ---- lcov --------------------------------------------------------------- */

/* One source file: the functions [first, end) of @sorted. */
static void add_source(struct coverage_function *const *sorted, size_t first,
		       size_t end, struct strbuf *text)
{
	size_t ran = 0, lines = 0, lines_run = 0;

	strbuf_printf(text, "SF:%s\n", sorted[first]->path);
	for (size_t i = first; i < end; i++)
		strbuf_printf(text, "FN:%d,%s\n", sorted[i]->line,
			      sorted[i]->name);
	for (size_t i = first; i < end; i++) {
		strbuf_printf(text, "FNDA:%" PRIu64 ",%s\n", sorted[i]->hits,
			      sorted[i]->name);
		ran += sorted[i]->hits != 0;
	}
	strbuf_printf(text, "FNF:%zu\nFNH:%zu\n", end - first, ran);
	/* Of lines, only those where functions begin are known. */
	for (size_t i = first; i < end;) {
		uint64_t hits = 0;
		int line = sorted[i]->line;

		for (; i < end && sorted[i]->line == line; i++)
			hits += sorted[i]->hits;
		strbuf_printf(text, "DA:%d,%" PRIu64 "\n", line, hits);
		lines++;
		lines_run += hits != 0;
	}
	strbuf_printf(text, "LF:%zu\nLH:%zu\nend_of_record\n", lines,
		      lines_run);
}

static unsigned int add_module(const struct coverage_module *module,
			       struct strbuf *text)
{
	const struct coverage_functions *functions = &module->functions;
	struct coverage_function **sorted = sort_by_line(functions);
	size_t first = 0, end;

	for (; first < functions->n && sorted[first]->path; first = end) {
		for (end = first + 1;
		     end < functions->n && sorted[end]->path &&
		     !strcmp(sorted[first]->path, sorted[end]->path);
		     end++)
			;
		strbuf_printf(text, "TN:%s\n", module->name);
		add_source(sorted, first, end, text);
	}
	free(sorted);
	return functions->n - first;
}

int coverage_write_lcov(struct coverage *coverage, const char *path,
			unsigned int *left_out)
{
	struct strbuf text = STRBUF_INIT;
	int err;

	*left_out = 0;
	for (size_t i = 0; i < coverage->n; i++) {
		resolve(&coverage->module[i]);
		*left_out += add_module(&coverage->module[i], &text);
	}
	err = file_replace(path, text.text ? text.text : "", text.len, 0644);
	strbuf_free(&text);
	return err;
}
