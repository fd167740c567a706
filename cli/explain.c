// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accounts of loads: collecting what the instance tells, a load at a time.
 *
 * One owner at a time, no locks, allocates, not signal-safe.
 */
#include "cli/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/explain_internal.h"
#include "lib/strbuf.h"

struct explain_file {
	char *name, *path;
};

struct explain {
	struct explain_account *account;
	size_t nr_accounts;
	struct explain_file *file;
	size_t nr_files;
	char *loading; /* the module's name; NULL: none */
	struct strbuf partial; /* a line whose end has not come */
};

static void *grow(void *list, size_t n, size_t size)
{
	/* Powers of two only. */
	if (n & (n - 1))
		return list;
	list = reallocarray(list, n ? n * 2 : 1, size);
	if (!list)
		abort();
	return list;
}

static char *copy(const char *text, size_t len)
{
	char *result = strndup(text, len);

	if (!result)
		abort();
	return result;
}

struct explain *explain_open(void)
{
	struct explain *explain = calloc(1, sizeof(*explain));

	if (!explain)
		abort();
	return explain;
}

static void free_account(struct explain_account *account)
{
	for (size_t i = 0; i < account->n; i++) {
		free(account->line[i].key);
		free(account->line[i].value);
	}
	free(account->line);
	free(account->module);
}

void explain_close(struct explain *explain)
{
	if (!explain)
		return;
	for (size_t i = 0; i < explain->nr_accounts; i++)
		free_account(&explain->account[i]);
	for (size_t i = 0; i < explain->nr_files; i++) {
		free(explain->file[i].name);
		free(explain->file[i].path);
	}
	free(explain->account);
	free(explain->file);
	free(explain->loading);
	strbuf_free(&explain->partial);
	free(explain);
}

/* The one of @module that is being told, or a new one.  Loads may be told in
 * turns, when one asks for another. */
static struct explain_account *find_account(struct explain *explain,
					    const char *module, size_t len)
{
	struct explain_account *account;

	/* The loader has not come as far as to its name. */
	if (explain->loading && len == 1 && *module == '?') {
		module = explain->loading;
		len = strlen(module);
	}
	for (size_t i = explain->nr_accounts; i-- > 0;) {
		account = &explain->account[i];
		if (strlen(account->module) != len ||
		    memcmp(account->module, module, len))
			continue;
		/* The last thing that a load tells. */
		if (explain_find(account, "error", 0) < account->n)
			break;
		return account;
	}
	explain->account =
		grow(explain->account, explain->nr_accounts, sizeof(*account));
	account = &explain->account[explain->nr_accounts++];
	*account = (struct explain_account){.module = copy(module, len)};
	return account;
}

static void add_pair(struct explain_account *account, const char *key,
		     size_t len, const char *value)
{
	struct explain_line line = {copy(key, len), copy(value, strlen(value))};

	account->line = grow(account->line, account->n, sizeof(line));
	account->line[account->n++] = line;
}

/* "module: key: value"; what is not of that form is kept as a remark. */
static void add_line(struct explain *explain, const char *text)
{
	const char *key = strstr(text, ": "), *value;

	value = key ? strstr(key + 2, ": ") : NULL;
	if (value)
		add_pair(find_account(explain, text, key - text), key + 2,
			 value - key - 2, value + 2);
	else
		add_pair(find_account(explain, "?", 1), "remark", 6, text);
}

void explain_add(struct explain *explain, const char *text, size_t n)
{
	const char *end = text + n, *nl;

	for (; text < end; text = nl + 1) {
		nl = memchr(text, '\n', end - text);
		strbuf_add(&explain->partial, text, (nl ? nl : end) - text);
		if (!nl)
			return;
		if (explain->partial.len)
			add_line(explain, explain->partial.text);
		strbuf_reset(&explain->partial);
	}
}

void explain_set_file(struct explain *explain, const char *name,
		      const char *path)
{
	explain->file =
		grow(explain->file, explain->nr_files, sizeof(*explain->file));
	explain->file[explain->nr_files++] = (struct explain_file){
		copy(name, strlen(name)), copy(path, strlen(path))};
}

void explain_begin(struct explain *explain, const char *name)
{
	free(explain->loading);
	explain->loading = copy(name, strlen(name));
}

/* A load that the loader refused has told so; else the file was none for it, or
 * the module's own init returned the error. */
void explain_end(struct explain *explain, int error)
{
	const char *name = explain->loading;
	struct explain_account *account;
	char text[24];

	for (size_t i = explain->nr_accounts; error && i-- > 0;)
		if (!strcmp(explain->account[i].module, name) &&
		    explain_find(&explain->account[i], "error", 0) <
			    explain->account[i].n)
			error = 0;
	if (!error)
		return;
	account = find_account(explain, name, strlen(name));
	snprintf(text, sizeof(text), "%d", error);
	if (account->n)
		add_pair(account, "init", 4, text);
	add_pair(account, "error", 5, text);
}

static const char *path_of(const struct explain *explain, const char *name)
{
	for (size_t i = explain->nr_files; i-- > 0;)
		if (!strcmp(explain->file[i].name, name))
			return explain->file[i].path;
	return NULL;
}

static bool is_refusal(const struct explain_account *account)
{
	return explain_find(account, "refused", 0) < account->n ||
	       explain_find(account, "error", 0) < account->n;
}

bool explain_has_refusal(const struct explain *explain)
{
	for (size_t i = 0; i < explain->nr_accounts; i++)
		if (is_refusal(&explain->account[i]))
			return true;
	return false;
}

/* A key is printed where it was told first; the refusal comes last. */
static bool is_first(const struct explain_account *account, size_t i)
{
	const char *key = account->line[i].key;

	return strcmp(key, "refused") && strcmp(key, "error") &&
	       strcmp(key, "init") && explain_find(account, key, 0) == i;
}

void explain_print(const struct explain *explain,
		   const struct modabi_kernel *kernel, FILE *out)
{
	for (size_t i = 0; i < explain->nr_accounts; i++) {
		const struct explain_account *account = &explain->account[i];

		fprintf(out, "%s%s\n", i ? "\n" : "", account->module);
		for (size_t j = 0; j < account->n; j++)
			if (is_first(account, j))
				explain_print_key(account, account->line[j].key,
						  out);
		if (is_refusal(account))
			explain_print_refusal(account,
					      path_of(explain, account->module),
					      kernel, out);
	}
}
