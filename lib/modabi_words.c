// SPDX-License-Identifier: GPL-2.0-only
/*
 * A verdict in words: all reasons in a line, and what can be done about each.
 *
 * One owner, no locks, does not block, not signal-safe.
 */
#include "lib/modabi.h"

#include <string.h>

#include "lib/strbuf.h"

/* Said of several symbols together; kinds without it stand for themselves. */
static const char *const several[] = {
	[MODABI_SYMBOL_MISSING] = "symbols are missing",
	[MODABI_SYMBOL_CRC] = "symbols have another CRC",
	[MODABI_SYMBOL_NO_CRC] = "symbols have no version in it",
	[MODABI_SYMBOL_GPL] = "symbols are for GPL modules only",
	[MODABI_SYMBOL_NAMESPACE] =
		"symbols are in namespaces that are not imported",
	[MODABI_SYMBOL_PROPRIETARY] =
		"symbols are of proprietary modules, others for the GPL only",
	[MODABI_SYMBOL_BAD] = "symbols cannot be placed",
	[MODABI_DUPLICATE] = "symbols that it exports are there already",
	[MODABI_FORCED] = NULL,
};

/* The same for all that another build puts right. */
#define REBUILD                                                                \
	"Build it against the headers of this kernel: what it was built "      \
	"against differs"

static const char *const advice[] = {
	[MODABI_NOT_ELF] = "Build it again: the file is damaged, or no module",
	[MODABI_MACHINE] = "Build it for x86-64",
	[MODABI_NO_MODULE] =
		"Build it with kbuild (obj-m), which makes the .ko of the .o, "
		"and do not strip it of its symbols",
	[MODABI_SIZE] = REBUILD,
	[MODABI_LAYOUT] = REBUILD,
	[MODABI_VERMAGIC] = REBUILD,
	[MODABI_LIVEPATCH] =
		"Test what it patches as a module of its own: a livepatch "
		"changes the running kernel's code",
	[MODABI_SECTION] = "Give the section only one of both rights: the "
			   "assembly's .section line has its flags",
	[MODABI_SIGNATURE] = "Sign it again, or strip the signature; whatever "
			     "changes the file comes before signing",
	[MODABI_SYMBOL_MISSING] =
		"Load the module that exports it first; if none does, find "
		"what this kernel has in its place",
	[MODABI_SYMBOL_CRC] = REBUILD,
	[MODABI_SYMBOL_NO_CRC] =
		"Build it with the Module.symvers of the kernel, and of the "
		"modules that it uses (KBUILD_EXTRA_SYMBOLS)",
	[MODABI_SYMBOL_GPL] = "Declare a licence that the kernel takes for "
			      "compatible, if it is, such as "
			      "MODULE_LICENSE(\"GPL\"); else do without",
	[MODABI_SYMBOL_NAMESPACE] =
		"Declare MODULE_IMPORT_NS() of the namespace",
	[MODABI_SYMBOL_PROPRIETARY] = "Use either the one or the others",
	[MODABI_SYMBOL_BAD] = "Build it with kbuild, which passes -fno-common",
	[MODABI_RELOCATION] = "Build it with the compiler and flags of kbuild "
			      "(-mcmodel=kernel, no PIC)",
	[MODABI_DUPLICATE] = "Give the symbol another name, or do not load "
			     "the other module",
	[MODABI_FORCED] = "Build it with vermagic and versions of symbols, so "
			  "that it can be checked",
};

bool modabi_wants_rebuild(const struct modabi_verdict *verdict)
{
	for (size_t kind = 0; kind < MODABI_KINDS; kind++)
		if (verdict->count[kind] && !strcmp(advice[kind], REBUILD))
			return true;
	return false;
}

const char *modabi_advice(enum modabi_kind kind)
{
	if (kind >= sizeof(advice) / sizeof(*advice))
		return "";
	return advice[kind];
}

/* "(a, b and 3 more)" */
static void add_names(const struct modabi_verdict *verdict,
		      enum modabi_kind kind, size_t n, size_t most,
		      struct strbuf *text)
{
	size_t given = 0;

	strbuf_puts(text, " (");
	for (size_t i = 0; i < verdict->nr_reasons && given < most; i++) {
		const struct modabi_reason *reason = &verdict->reason[i];

		if (reason->kind != kind)
			continue;
		strbuf_printf(text, "%s%s", given ? ", " : "",
			      reason->symbol ? reason->symbol : "?");
		given++;
	}
	if (given < n)
		strbuf_printf(text, " and %zu more", n - given);
	strbuf_puts(text, ")");
}

bool modabi_summary_of(const struct modabi_verdict *verdict, size_t index,
		       size_t most, struct strbuf *text)
{
	const struct modabi_reason *reason = &verdict->reason[index];
	size_t n = verdict->count[reason->kind];

	if (n == 1 || !several[reason->kind]) {
		strbuf_puts(text, reason->text);
		return true;
	}
	if (verdict->first[reason->kind] != index)
		return false;
	strbuf_printf(text, "%zu %s", n, several[reason->kind]);
	add_names(verdict, reason->kind, n, most ? most : n, text);
	return true;
}

void modabi_summary(const struct modabi_verdict *verdict, size_t most,
		    struct strbuf *text)
{
	struct strbuf one = STRBUF_INIT;

	for (size_t i = 0; i < verdict->nr_reasons; i++) {
		strbuf_reset(&one);
		if (!modabi_summary_of(verdict, i, most, &one))
			continue;
		strbuf_printf(text, "%s%s", i ? "; " : "", one.text);
	}
	strbuf_free(&one);
}

const char *modabi_advice_of(const struct modabi_verdict *verdict, size_t index)
{
	enum modabi_kind own = verdict->reason[index].kind;

	if (verdict->first[own] != index)
		return NULL;
	for (size_t kind = 0; kind < MODABI_KINDS; kind++)
		if (verdict->count[kind] && verdict->first[kind] < index &&
		    !strcmp(advice[kind], advice[own]))
			return NULL;
	return advice[own];
}
