// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a module would load into a kernel.  The order is the kernel's own:
 * form, vermagic, symbols.
 *
 * One owner, no locks, may block on disk, not signal-safe.
 */
#include "tools/modinfo/check.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/modelf.h"
#include "lib/strbuf.h"
#include "tools/log.h"
#include "tools/modinfo/info.h"
#include "tools/modinfo/target.h"

/* In a line; a module built for something else lacks hundreds. */
#define MOST_REASONS 4

struct check {
	struct target *target;
	const struct info *info;
	struct modelf *elf;
	struct verdict *verdict;
	const char *license;
	bool has_versions;
	bool no_symbols; /* the kernel's own are not known: said already */
	bool no_versions; /* nor their versions */
};

static void add_reason(struct reasons *reasons, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add_reason(struct reasons *reasons, const char *format, ...)
{
	va_list args;

	/* the array is full at each power of two */
	if (!(reasons->n & (reasons->n - 1))) {
		size_t room = reasons->n ? reasons->n * 2 : 1;

		reasons->text =
			realloc(reasons->text, room * sizeof(*reasons->text));
		if (!reasons->text)
			log_fatal("out of memory\n");
	}
	va_start(args, format);
	if (vasprintf(&reasons->text[reasons->n++], format, args) < 0)
		log_fatal("out of memory\n");
	va_end(args);
}

/* ---- the file ----------------------------------------------------------- */

static void check_form(struct check *check)
{
	struct reasons *why = &check->verdict->why;
	size_t size, wanted = target_module_size(check->target);
	const void *data;

	if (modelf_section(check->elf, ".gnu.linkonce.this_module", &data,
			   &size)) {
		add_reason(why, "it is no module: it has no section "
				".gnu.linkonce.this_module");
		return;
	}
	if (!target_vermagic(check->target))
		return;
	if (modelf_machine(check->elf) != target_machine(check->target))
		add_reason(why, "it is built for another processor");
	else if (wanted && size != wanted)
		add_reason(why,
			   "its struct module has %zu bytes, the kernel's %zu",
			   size, wanted);
}

/* With versions, the release does not count. */
static const char *magic_part(const struct check *check, const char *magic)
{
	return check->has_versions ? magic + strcspn(magic, " ") : magic;
}

static void check_vermagic(struct check *check)
{
	const char *magic = info_value(check->info, "vermagic");
	const char *wanted = target_vermagic(check->target);
	struct verdict *verdict = check->verdict;

	if (!magic) {
		if (target_config(check->target, "MODULE_FORCE_LOAD") == NO)
			add_reason(&verdict->why, "it has no vermagic");
		return;
	}
	if (!wanted) {
		add_reason(&verdict->unknown,
			   "no module of this kernel to compare vermagic with");
		return;
	}
	/* A kernel without versions does not know how to leave a part out. */
	if (!strstr(wanted, " modversions"))
		check->has_versions = false;
	if (strcmp(magic_part(check, magic), magic_part(check, wanted)))
		add_reason(&verdict->why,
			   "its vermagic is '%s', the kernel's '%s'", magic,
			   wanted);
}

static void check_signature(struct check *check)
{
	if (target_config(check->target, "MODULE_SIG_FORCE") != YES)
		return;
	if (!check->info->is_signed)
		add_reason(&check->verdict->why,
			   "it is not signed, and the kernel insists on it");
	else
		add_reason(&check->verdict->unknown,
			   "the kernel insists on a signature; whether it "
			   "trusts this one is not known");
}

/* ---- symbols ------------------------------------------------------------ */

static bool is_gpl_license(const char *license)
{
	static const char *const known[] = {
		"GPL",		"GPL v2",	"GPL and additional rights",
		"Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL",
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strcmp(license, known[i]))
			return true;
	return false;
}

static bool imports(const struct check *check, const char *space)
{
	for (size_t i = 0; i < check->info->nr_lines; i++)
		if (info_key_is(&check->info->line[i], "import_ns") &&
		    !strcmp(check->info->line[i].value, space))
			return true;
	return false;
}

static void check_version(struct check *check, const struct modelf_symbol *need,
			  const struct target_symbol *has)
{
	struct verdict *verdict = check->verdict;

	if (!check->has_versions)
		return;
	if (!has->has_crc) {
		if (!check->no_versions)
			add_reason(&verdict->unknown,
				   "no Module.symvers to compare versions of "
				   "the kernel's symbols with");
		check->no_versions = true;
	} else if (!need->crc) {
		add_reason(&verdict->why, "it has no version for symbol %s",
			   need->name);
	} else if (need->crc != has->crc) {
		add_reason(&verdict->why,
			   "symbol %s has version 0x%08x, it wants 0x%08x",
			   need->name, has->crc, (unsigned int)need->crc);
	}
}

static void check_found(struct check *check, const struct modelf_symbol *need,
			const struct target_symbol *has)
{
	struct reasons *why = &check->verdict->why;

	if (has->is_gpl_only == YES && !is_gpl_license(check->license)) {
		add_reason(why,
			   "symbol %s is for GPL modules only, its licence is "
			   "'%s'",
			   need->name, check->license);
		return;
	}
	check_version(check, need, has);
	if (*has->space && !imports(check, has->space) &&
	    target_config(check->target,
			  "MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS") != YES)
		add_reason(why,
			   "symbol %s is in namespace %s, which it does not "
			   "import",
			   need->name, has->space);
}

static int check_need(void *context, const struct modelf_symbol *need)
{
	struct check *check = context;
	struct target_symbol has;
	int err;

	if (!strcmp(need->name, "_GLOBAL_OFFSET_TABLE_"))
		return 0; /* the kernel leaves it out, too */
	err = target_symbol(check->target, need->name, &has);
	if (!err)
		check_found(check, need, &has);
	else if (err == -ENOENT && !need->weak)
		add_reason(&check->verdict->why, "nobody exports symbol %s",
			   need->name);
	else if (err == -ENODATA && !check->no_symbols) {
		check->no_symbols = true;
		add_reason(&check->verdict->unknown,
			   "no Module.symvers to look the kernel's symbols up "
			   "in");
	}
	return 0;
}

static int check_export(void *context, const struct modelf_symbol *export)
{
	struct check *check = context;
	struct target_symbol has;

	if (!target_symbol(check->target, export->name, &has) &&
	    !strcmp(has.owner, "vmlinux"))
		add_reason(&check->verdict->why,
			   "it exports symbol %s, as the kernel does",
			   export->name);
	return 0;
}

/* ---- the kernel that runs ----------------------------------------------- */

static void check_running(struct check *check)
{
	const char *name = info_value(check->info, "name");
	char *path;

	if (!target_is_running(check->target))
		return;
	path = str_printf("/sys/module/%s/initstate",
			  name ? name : check->info->name);
	if (!access(path, F_OK))
		add_reason(&check->verdict->why, "it is loaded already");
	free(path);
}

void check_module(struct target *target, const struct info *info,
		  struct modelf *elf, struct verdict *verdict)
{
	struct check check = {
		.target = target, .info = info, .elf = elf, .verdict = verdict};
	const void *data;
	size_t size;
	int err;

	memset(verdict, 0, sizeof(*verdict));
	verdict->kernel = target_release(target);
	if (!elf) {
		add_reason(&verdict->why, "it is built into the kernel");
		return;
	}
	check.license = info_value(info, "license");
	if (!check.license)
		check.license = "unspecified";
	check.has_versions =
		!modelf_section(elf, "__versions", &data, &size) ||
		!modelf_section(elf, "__version_ext_crcs", &data, &size);
	check_form(&check);
	check_vermagic(&check);
	check_signature(&check);
	err = modelf_needs(elf, check_need, &check);
	if (err && err != -ENODATA)
		add_reason(&verdict->why, "its symbol table is damaged");
	err = modelf_exports(elf, check_export, &check);
	if (err && err != -ENODATA)
		add_reason(&verdict->why, "its list of exports is damaged");
	check_running(&check);
}

static void free_reasons(struct reasons *reasons)
{
	for (size_t i = 0; i < reasons->n; i++)
		free(reasons->text[i]);
	free(reasons->text);
	memset(reasons, 0, sizeof(*reasons));
}

void verdict_free(struct verdict *verdict)
{
	free_reasons(&verdict->why);
	free_reasons(&verdict->unknown);
}

static void print_reasons(const struct reasons *reasons)
{
	size_t n = reasons->n;

	if (n > MOST_REASONS + 1)
		n = MOST_REASONS;
	for (size_t i = 0; i < n; i++)
		printf("%s%s", i ? "; " : "", reasons->text[i]);
	if (n < reasons->n)
		printf("; and %zu more reasons, which --json lists",
		       reasons->n - n);
}

void check_print(const struct info *info, const struct verdict *verdict)
{
	printf("%s: would %sload on %s", info->name,
	       verdict->why.n ? "not " : "", verdict->kernel);
	if (verdict->why.n) {
		printf(": ");
		print_reasons(&verdict->why);
	} else if (verdict->unknown.n) {
		printf(", as far as can be told: ");
		print_reasons(&verdict->unknown);
	}
	putchar('\n');
}
