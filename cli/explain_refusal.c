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
	{EKEYREJECTED, "The signature does not fit the file, or there is none "
		       "and the kernel insists: sign it with a key that the "
		       "kernel knows"},
	{ENODEV, "Its init found no device, or not the machine that it is for"},
	{EINVAL, "A parameter or an argument of its init was refused: the log "
		 "may say which"},
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

static void print_meaning(int error, FILE *out)
{
	for (size_t i = 0; i < sizeof(meaning) / sizeof(*meaning); i++)
		if (meaning[i].error == error) {
			fputs("  what would help\n", out);
			print_bullet(meaning[i].means, out);
		}
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

static void print_reasons(const struct modabi_verdict *verdict,
			  const struct modabi_kernel *kernel, FILE *out)
{
	struct strbuf text = STRBUF_INIT;

	fputs("  wrong with the file for this kernel\n", out);
	for (size_t i = 0; i < verdict->nr_reasons; i++) {
		strbuf_reset(&text);
		if (modabi_summary_of(verdict, i, 0, &text))
			print_bullet(text.text, out);
	}
	strbuf_free(&text);
	fputs("  what would help\n", out);
	for (size_t i = 0; i < verdict->nr_reasons; i++) {
		const char *advice = modabi_advice_of(verdict, i);

		if (advice)
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
	if (path && kernel && !modfile_open(path, &file)) {
		modabi_check(kernel, file->data, file->size, &verdict);
		modfile_close(file);
	}
	if (verdict.err)
		print_reasons(&verdict, kernel, out);
	else if (error != ENOENT || !print_needed(&verdict, out))
		print_meaning(error, out);
	modabi_verdict_clear(&verdict);
}
