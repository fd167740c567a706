// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accounts of loads: why one was refused, and what would make it load.
 *
 * One owner at a time, no locks, allocates, may block on disk, not signal-safe.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/explain_internal.h"
#include "cli/table.h"
#include "lib/modabi.h"
#include "lib/modfile.h"
#include "lib/strbuf.h"

static void print_bullet(const char *text, FILE *out)
{
	fputs("    - ", out);
	table_wrap(text, 6, 6, out);
}

static void print_said(const struct explain_account *account, FILE *out)
{
	size_t i = explain_find(account, "refused", 0);

	if (i == account->n)
		return;
	fputs("  refused by the loader\n", out);
	for (; i < account->n; i = explain_find(account, "refused", i + 1))
		print_bullet(account->line[i].value, out);
}

/* What an error stands for when the file itself is right. */
static const struct {
	int error;
	const char *means;
} meaning[] = {
	{EEXIST, "A module of that name is there already: unload it first"},
	{EBUSY, "A module of that name is being loaded or unloaded: try later"},
	{ENOMEM, "There was not enough memory, or none in one piece"},
	{EPERM, "Loading modules is forbidden: see modules_disabled, "
		"module_blacklist and lockdown"},
	{EKEYREJECTED, "Sign the file as it is now, with a key that the kernel "
		       "knows: --key=FILE lets it know one"},
};

static int error_of(const struct explain_account *account)
{
	size_t i = explain_find(account, "error", 0);

	return i < account->n ? abs(atoi(account->line[i].value)) : 0;
}

static void print_error(int error, FILE *out)
{
	const char *name = strerrorname_np(error);

	if (error)
		fprintf(out, "  %-12s%s (%s)\n", "error",
			name ? name : "unknown", strerror(error));
}

static void print_advice(const char *advice, FILE *out)
{
	fputs("  what would help\n", out);
	print_bullet(advice, out);
}

static void print_meaning(int error, FILE *out)
{
	for (size_t i = 0; i < sizeof(meaning) / sizeof(*meaning); i++)
		if (meaning[i].error == error)
			print_advice(meaning[i].means, out);
}

/* Without "SMP" and the like behind it. */
static void print_make(const struct modabi_kernel *kernel, FILE *out)
{
	const char *release = kernel->vermagic;

	if (release)
		fprintf(out,
			"      make -C $(ring3 targets headers %.*s) M=$PWD\n",
			(int)strcspn(release, " "), release);
}

static bool said(const struct explain_account *account, const char *what)
{
	size_t i = explain_find(account, "refused", 0);

	for (; i < account->n; i = explain_find(account, "refused", i + 1))
		if (strstr(account->line[i].value, what))
			return true;
	return false;
}

/* What the kernel and its tree have not may come from a module that was loaded
 * before; the loader knows. */
static bool is_wrong(const struct explain_account *account,
		     const struct modabi_reason *reason)
{
	return reason->kind != MODABI_SYMBOL_MISSING ||
	       explain_find(account, "refused", 0) == account->n ||
	       said(account, "neither the kernel nor a loaded module");
}

static bool any_wrong(const struct explain_account *account,
		      const struct modabi_verdict *verdict)
{
	for (size_t i = 0; i < verdict->nr_reasons; i++)
		if (is_wrong(account, &verdict->reason[i]))
			return true;
	return false;
}

static void print_init(FILE *out)
{
	fputs("  refused by the module itself\n", out);
	print_bullet(
		"its init returned that error; the loader had no objection",
		out);
	print_advice(
		"See what it printed, and where its init returns that: what "
		"it looks for may be missing, or a parameter wrong",
		out);
}

static void print_reasons(const struct explain_account *account,
			  const struct modabi_verdict *verdict,
			  const struct modabi_kernel *kernel, FILE *out)
{
	struct strbuf text = STRBUF_INIT;

	fputs("  wrong with the file for this kernel\n", out);
	for (size_t i = 0; i < verdict->nr_reasons; i++) {
		strbuf_reset(&text);
		if (is_wrong(account, &verdict->reason[i]) &&
		    modabi_summary_of(verdict, i, 0, &text))
			print_bullet(text.text, out);
	}
	strbuf_free(&text);
	fputs("  what would help\n", out);
	for (size_t i = 0; i < verdict->nr_reasons; i++) {
		const char *advice = modabi_advice_of(verdict, i);

		if (advice && is_wrong(account, &verdict->reason[i]))
			print_bullet(advice, out);
	}
	if (modabi_wants_rebuild(verdict))
		print_make(kernel, out);
}

/* The file fits; so it must be the modules that were, or were not, there. */
static bool print_needed(const struct modabi_verdict *verdict, FILE *out)
{
	if (!verdict->nr_owners)
		return false;
	fputs("  what would help\n", out);
	fputs("    - Load these before it, in their order:", out);
	for (size_t i = 0; i < verdict->nr_owners; i++)
		fprintf(out, "%s%s", i ? ", " : " ", verdict->owner[i]);
	fputc('\n', out);
	return true;
}

void explain_print_refusal(const struct explain_account *account,
			   const char *path, const struct modabi_kernel *kernel,
			   FILE *out)
{
	struct modabi_verdict verdict = {0};
	int error = error_of(account);
	struct modfile *file;

	print_said(account, out);
	print_error(error, out);
	if (explain_find(account, "init", 0) < account->n)
		return print_init(out);
	if (path && kernel && !modfile_open(path, &file)) {
		modabi_check(kernel, file->data, file->size, &verdict);
		modfile_close(file);
	}
	if (verdict.err && any_wrong(account, &verdict))
		print_reasons(account, &verdict, kernel, out);
	else if (said(account, "MODULE_IMPORT_NS"))
		print_advice(modabi_advice(MODABI_SYMBOL_NAMESPACE), out);
	else if (said(account, "a parameter is wrong"))
		print_advice("Give it a value that it takes: the log says "
			     "which, modinfo -p what there is",
			     out);
	else if (error != ENOENT || !print_needed(&verdict, out))
		print_meaning(error, out);
	modabi_verdict_clear(&verdict);
}
