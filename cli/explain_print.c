// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accounts of loads: tables of sections, symbols and relocations.
 *
 * One owner at a time, no locks, allocates, not signal-safe.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/explain_internal.h"
#include "cli/table.h"
#include "lib/strbuf.h"

#define KEY_WIDTH 12

size_t explain_find(const struct explain_account *account, const char *key,
		    size_t from)
{
	while (from < account->n && strcmp(account->line[from].key, key))
		from++;
	return from;
}

/* Walks the values of @key. */
#define for_each_value(account, key, i)                                        \
	for ((i) = explain_find(account, key, 0); (i) < (account)->n;          \
	     (i) = explain_find(account, key, (i) + 1))

static size_t count(const struct explain_account *account, const char *key)
{
	size_t i, n = 0;

	for_each_value(account, key, i) n++;
	return n;
}

/* The next word of *text, cut off by its end; NULL: there is none. */
static char *next_word(char **text)
{
	char *word;

	*text += strspn(*text, " ");
	word = strsep(text, " ");
	if (!*text)
		*text = word + strlen(word);
	return *word ? word : NULL;
}

static void print_heading(const char *text, FILE *out)
{
	fprintf(out, "  %s\n", text);
}

/* ---- sums by name ------------------------------------------------------- */

struct sum {
	char *name;
	unsigned long long value;
	size_t n;
};

struct sums {
	struct sum *sum;
	size_t n;
};

static struct sum *sum_of(struct sums *sums, const char *name)
{
	struct sum *sum;

	for (size_t i = 0; i < sums->n; i++)
		if (!strcmp(sums->sum[i].name, name))
			return &sums->sum[i];
	sums->sum = reallocarray(sums->sum, sums->n + 1, sizeof(*sum));
	if (!sums->sum)
		abort();
	sum = &sums->sum[sums->n++];
	*sum = (struct sum){.name = strdup(name)};
	return sum;
}

static void free_sums(struct sums *sums)
{
	for (size_t i = 0; i < sums->n; i++)
		free(sums->sum[i].name);
	free(sums->sum);
}

/* ---- sections ----------------------------------------------------------- */

static void add_section(struct table *table, struct sums *parts,
			const char *value)
{
	char *copy = strdup(value), *rest = copy;
	const char *name = next_word(&rest), *size = next_word(&rest);
	const char *address = next_word(&rest);
	struct sum *sum;

	rest += strspn(rest, " ");
	table_add(table, "%s", name ? name : "?");
	table_add(table, "%s", size ? size : "");
	table_add(table, "%s", address ? address : "");
	table_add(table, "%s", rest);
	table_end_row(table);
	sum = sum_of(parts, *rest ? rest : "unnamed");
	sum->value += size ? strtoull(size, NULL, 0) : 0;
	sum->n++;
	free(copy);
}

static void print_sections(const struct explain_account *account, FILE *out)
{
	unsigned long long total = 0;
	struct table table = {0};
	struct sums parts = {0};
	size_t i;

	table_add(&table, "section");
	table_add(&table, "bytes");
	table_add(&table, "address");
	table_add(&table, "part");
	table_end_row(&table);
	for_each_value(account, "section", i)
		add_section(&table, &parts, account->line[i].value);
	print_heading("sections", out);
	table_print(&table, 4, out);
	table_free(&table);
	for (i = 0; i < parts.n; i++) {
		table_add(&table, "%s", parts.sum[i].name);
		table_add(&table, "%llu", parts.sum[i].value);
		table_add(&table, "bytes in %zu section%s", parts.sum[i].n,
			  parts.sum[i].n == 1 ? "" : "s");
		table_end_row(&table);
		total += parts.sum[i].value;
	}
	table_add(&table, "all");
	table_add(&table, "%llu", total);
	table_add(&table, "bytes");
	table_end_row(&table);
	print_heading("memory by part", out);
	table_print(&table, 4, out);
	table_free(&table);
	free_sums(&parts);
}

/* ---- symbols ------------------------------------------------------------ */

/* A symbol's line taken apart; @copy holds the strings. */
struct symbol_line {
	char *copy;
	const char *name, *owner;
	bool gpl_only, redirected;
};

static void parse_symbol(const char *value, struct symbol_line *symbol)
{
	char *from;

	*symbol = (struct symbol_line){.copy = strdup(value)};
	symbol->name = symbol->copy;
	from = strstr(symbol->copy, " from ");
	symbol->owner = "not found";
	if (from) {
		*from = '\0';
		symbol->owner = from + 6;
		symbol->gpl_only = strstr(symbol->owner, ", GPL-only");
		symbol->redirected = strstr(symbol->owner, ", redirected");
		from[6 + strcspn(from + 6, ",")] = '\0';
	}
}

static void print_owner(const struct explain_account *account,
			const char *owner, FILE *out)
{
	struct strbuf names = STRBUF_INIT;
	size_t i, n = 0, gpl_only = 0;

	for_each_value(account, "symbol", i)
	{
		struct symbol_line symbol;

		parse_symbol(account->line[i].value, &symbol);
		if (!strcmp(symbol.owner, owner)) {
			strbuf_printf(&names, "%s%s%s%s", n++ ? " " : "",
				      symbol.name, symbol.gpl_only ? "*" : "",
				      symbol.redirected ? "@" : "");
			gpl_only += symbol.gpl_only;
		}
		free(symbol.copy);
	}
	fprintf(out, "    %s: %zu symbol%s", owner, n, n == 1 ? "" : "s");
	if (gpl_only)
		fprintf(out, ", %zu GPL-only (*)", gpl_only);
	if (names.text && strchr(names.text, '@'))
		fputs(", redirected to ring3 (@)", out);
	fputc('\n', out);
	table_wrap(names.text ? names.text : "", 6, 0, out);
	strbuf_free(&names);
}

static void print_symbols(const struct explain_account *account, FILE *out)
{
	struct sums owners = {0};
	size_t i;

	for_each_value(account, "symbol", i)
	{
		struct symbol_line symbol;

		parse_symbol(account->line[i].value, &symbol);
		sum_of(&owners, symbol.owner)->n++;
		free(symbol.copy);
	}
	print_heading("symbols of others", out);
	for (i = 0; i < owners.n; i++)
		print_owner(account, owners.sum[i].name, out);
	free_sums(&owners);
}

/* ---- relocations -------------------------------------------------------- */

static unsigned long long
count_relocations(const struct explain_account *account, const char *section,
		  const char *type)
{
	unsigned long long sum = 0;
	size_t i;

	for_each_value(account, "relocations", i)
	{
		char *copy = strdup(account->line[i].value), *rest = copy;
		const char *own_section = next_word(&rest);
		const char *own_type = next_word(&rest);
		const char *n = next_word(&rest);

		if (n && (!section || !strcmp(section, own_section)) &&
		    (!type || !strcmp(type, own_type)))
			sum += strtoull(n, NULL, 0);
		free(copy);
	}
	return sum;
}

static void list_relocations(const struct explain_account *account,
			     struct sums *sections, struct sums *types)
{
	size_t i;

	for_each_value(account, "relocations", i)
	{
		char *copy = strdup(account->line[i].value), *rest = copy;
		const char *section = next_word(&rest);
		const char *type = next_word(&rest);

		if (type) {
			sum_of(sections, section);
			sum_of(types, type);
		}
		free(copy);
	}
}

/* A row of counts by type; @section NULL: of all. */
static void add_relocation_row(const struct explain_account *account,
			       const char *section, const struct sums *types,
			       struct table *table)
{
	table_add(table, "%s", section ? section : "all");
	for (size_t i = 0; i < types->n; i++) {
		unsigned long long n;

		n = count_relocations(account, section, types->sum[i].name);
		if (n)
			table_add(table, "%llu", n);
		else
			table_add(table, "-");
	}
	table_add(table, "%llu", count_relocations(account, section, NULL));
	table_end_row(table);
}

static void print_relocations(const struct explain_account *account, FILE *out)
{
	struct sums sections = {0}, types = {0};
	struct table table = {0};

	list_relocations(account, &sections, &types);
	table_add(&table, "section");
	for (size_t i = 0; i < types.n; i++) {
		const char *name = types.sum[i].name;

		/* All types begin with it, and columns are dear. */
		if (!strncmp(name, "R_X86_64_", 9))
			name += 9;
		table_add(&table, "%s", name);
	}
	table_add(&table, "all");
	table_end_row(&table);
	for (size_t i = 0; i < sections.n; i++)
		add_relocation_row(account, sections.sum[i].name, &types,
				   &table);
	if (sections.n > 1)
		add_relocation_row(account, NULL, &types, &table);
	print_heading("relocations by type", out);
	table_print(&table, 4, out);
	table_free(&table);
	free_sums(&sections);
	free_sums(&types);
}

/* ---- all keys ----------------------------------------------------------- */

/* "NAME = VALUE" aligned at the sign. */
static void print_assignments(const struct explain_account *account,
			      const char *key, FILE *out)
{
	struct table table = {0};
	size_t i;

	for_each_value(account, key, i)
	{
		const char *value = account->line[i].value;
		const char *sign = strstr(value, " = ");

		table_add(&table, "%.*s",
			  (int)(sign ? sign - value : (long)strlen(value)),
			  value);
		table_add(&table, "= %s", sign ? sign + 3 : "");
		table_end_row(&table);
	}
	print_heading("parameters", out);
	table_print(&table, 4, out);
	table_free(&table);
}

/* In columns, where every line has as many words. */
static void print_list(const struct explain_account *account, const char *key,
		       FILE *out)
{
	struct table table = {0};
	size_t i;

	for_each_value(account, key, i)
	{
		char *copy = strdup(account->line[i].value), *rest = copy;
		const char *word;

		while ((word = next_word(&rest)))
			table_add(&table, "%s", word);
		table_end_row(&table);
		free(copy);
	}
	print_heading(key, out);
	table_print(&table, 4, out);
	table_free(&table);
}

static size_t count_words(const char *text)
{
	size_t n = 0;

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		text += strcspn(text, " ");
		n++;
	}
	return n;
}

static bool is_regular(const struct explain_account *account, const char *key)
{
	size_t i, words = 0;

	for_each_value(account, key, i)
	{
		size_t n = count_words(account->line[i].value);

		if (words && n != words)
			return false;
		words = n;
	}
	return words <= 6;
}

static void print_plain(const struct explain_account *account, const char *key,
			FILE *out)
{
	bool one = count(account, key) == 1;
	size_t i;

	if (!one)
		print_heading(key, out);
	for_each_value(account, key, i)
	{
		if (one)
			fprintf(out, "  %-*s", KEY_WIDTH, key);
		table_wrap(account->line[i].value, one ? KEY_WIDTH + 2 : 4,
			   one ? KEY_WIDTH + 2 : 0, out);
	}
}

static const struct {
	const char *key;
	void (*print)(const struct explain_account *account, FILE *out);
} special[] = {
	{"section", print_sections},
	{"symbol", print_symbols},
	{"relocations", print_relocations},
};

void explain_print_key(const struct explain_account *account, const char *key,
		       FILE *out)
{
	for (size_t i = 0; i < sizeof(special) / sizeof(*special); i++)
		if (!strcmp(special[i].key, key)) {
			special[i].print(account, out);
			return;
		}
	if (!strcmp(key, "parameter"))
		print_assignments(account, key, out);
	else if (count(account, key) > 1 && is_regular(account, key))
		print_list(account, key, out);
	else
		print_plain(account, key, out);
}
