// SPDX-License-Identifier: GPL-2.0-only
/*
 * Would a kernel load this module: the checks, in the kernel's order.
 *
 * One owner, no locks, does not block, not signal-safe.
 */
#include "lib/modabi_priv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct check {
	const struct modabi_kernel *kernel;
	struct modabi_file file;
	struct modabi_verdict *verdict;
	const char *name; /* the module's, "" when it does not say */
	bool proprietary; /* by its licence, or by what it uses */
	bool uses_gpl_only;
	bool forced; /* one reason for it is enough */
	int symbol_err; /* of the last symbol that did not resolve */
	int broken; /* -ENOMEM */
};

/* ---- reasons ------------------------------------------------------------ */

static void add(struct check *check, enum modabi_kind kind, int err,
		const char *symbol, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

static void add(struct check *check, enum modabi_kind kind, int err,
		const char *symbol, const char *format, ...)
{
	struct modabi_verdict *verdict = check->verdict;
	struct modabi_reason *reason;
	char *text = NULL;
	va_list ap;

	reason = realloc(verdict->reason,
			 (verdict->nr_reasons + 1) * sizeof(*reason));
	if (reason)
		verdict->reason = reason;
	va_start(ap, format);
	if (vasprintf(&text, format, ap) < 0)
		text = NULL;
	va_end(ap);
	if (!reason || !text) {
		free(text);
		check->broken = -ENOMEM;
		return;
	}
	if (!verdict->count[kind]++)
		verdict->first[kind] = verdict->nr_reasons;
	reason += verdict->nr_reasons++;
	*reason =
		(struct modabi_reason){.kind = kind, .err = err, .text = text};
	if (symbol)
		reason->symbol = strdup(symbol);
	if (symbol && !reason->symbol)
		check->broken = -ENOMEM;
}

/* The kernel stops behind the first stage with an error. */
static void end_stage(struct check *check, int err)
{
	if (!check->verdict->err)
		check->verdict->err = err;
}

static void refuse(struct check *check, enum modabi_kind kind, int err,
		   const char *text)
{
	add(check, kind, err, NULL, "%s", text);
	end_stage(check, err);
}

/* What `modprobe --force` takes away may be missing, if so configured. */
static int force(struct check *check, enum modabi_kind kind, const char *what)
{
	if (!check->kernel->force_load) {
		add(check, kind, -ENOEXEC, NULL, "%s", what);
		return -ENOEXEC;
	}
	if (!check->forced)
		add(check, MODABI_FORCED, 0, NULL,
		    "%s, so it is loaded as if forced", what);
	check->forced = true;
	return 0;
}

/* ---- the file as a whole ------------------------------------------------ */

static size_t check_signature(struct check *check, const void *data,
			      size_t size)
{
	int err;
	size_t signature = modabi_signature(data, size, &err);

	if (err)
		refuse(check, MODABI_SIGNATURE, err,
		       "its signature is damaged");
	else if (!signature && check->kernel->sig_force)
		refuse(check, MODABI_SIGNATURE, -EKEYREJECTED,
		       "it is not signed");
	return signature;
}

static void check_size(struct check *check)
{
	uint64_t want = check->kernel->module_size;
	Elf64_Shdr shdr;

	modabi_section(&check->file, check->file.module, &shdr);
	if (!check->kernel->strict_elf || !want || shdr.sh_size == want)
		return;
	add(check, MODABI_SIZE, -ENOEXEC, NULL,
	    "its struct module has %" PRIu64
	    " bytes, the kernel's has %" PRIu64,
	    shdr.sh_size, want);
	end_stage(check, -ENOEXEC);
}

enum crc_fit {
	CRC_FITS,
	CRC_DIFFERS,
	CRC_MISSING
};

static enum crc_fit fit_crc(struct check *check,
			    const struct modabi_export *export, uint64_t *crc)
{
	*crc = 0;
	if (!check->kernel->versions || !export->has_crc)
		return CRC_FITS;
	if (!check->file.versions) {
		int err = force(check, MODABI_SYMBOL_NO_CRC,
				"it has no versions of symbols");

		return err ? CRC_MISSING : CRC_FITS;
	}
	if (!modabi_version(&check->file, export->name, crc))
		return CRC_MISSING;
	return *crc == export->crc ? CRC_FITS : CRC_DIFFERS;
}

static void check_layout(struct check *check)
{
	const struct modabi_export *layout;
	uint64_t crc;

	layout = modabi_find(check->kernel, "module_layout", NULL);
	if (!layout)
		return;
	switch (fit_crc(check, layout, &crc)) {
	case CRC_FITS:
		return;
	case CRC_DIFFERS:
		add(check, MODABI_LAYOUT, -ENOEXEC, NULL,
		    "struct module and its like differ (CRC of module_layout "
		    "0x%08" PRIx64 ", the kernel's 0x%08" PRIx32 ")",
		    crc, layout->crc);
		break;
	case CRC_MISSING:
		if (check->file.versions)
			add(check, MODABI_LAYOUT, -ENOEXEC, NULL,
			    "it has no version of module_layout");
	}
	end_stage(check, -ENOEXEC);
}

/* Without the blank at its end. */
static int magic_length(const char *magic)
{
	size_t n = strlen(magic);

	return n && magic[n - 1] == ' ' ? n - 1 : n;
}

static void check_vermagic(struct check *check)
{
	const char *own = modabi_info(&check->file, "vermagic", NULL);
	const char *want = check->kernel->vermagic;
	bool versions = check->kernel->versions && check->file.versions;

	if (!own) {
		end_stage(check,
			  force(check, MODABI_VERMAGIC, "it has no vermagic"));
		return;
	}
	/* Versions of symbols say more than that of the kernel. */
	if (!want || !strcmp(own + (versions ? strcspn(own, " ") : 0),
			     want + (versions ? strcspn(want, " ") : 0)))
		return;
	add(check, MODABI_VERMAGIC, -ENOEXEC, NULL,
	    "its vermagic is '%.*s', the kernel's is '%.*s'", magic_length(own),
	    own, magic_length(want), want);
	end_stage(check, -ENOEXEC);
}

static void check_modinfo(struct check *check)
{
	const char *license = modabi_info(&check->file, "license", NULL);
	const char *name = modabi_info(&check->file, "name", NULL);

	check_vermagic(check);
	if (modabi_info(&check->file, "livepatch", NULL) &&
	    !check->kernel->livepatch)
		refuse(check, MODABI_LIVEPATCH, -ENOEXEC, "it is a livepatch");
	check->name = name ? name : "";
	check->proprietary = modabi_is_proprietary(license, name);
}

static void check_section_rights(struct check *check)
{
	const uint64_t both = SHF_WRITE | SHF_EXECINSTR;
	Elf64_Shdr shdr;

	for (unsigned int i = 0; i < check->file.nr_sections; i++) {
		modabi_section(&check->file, i, &shdr);
		if ((shdr.sh_flags & both) != both)
			continue;
		add(check, MODABI_SECTION, -ENOEXEC, NULL,
		    "its section %s is writable and executable",
		    modabi_section_name(&check->file, &shdr));
		end_stage(check, -ENOEXEC);
	}
}

/* Without CRCs for them, its users could not be checked. */
static void check_export_versions(struct check *check)
{
	const char *const pair[][2] = {{"__ksymtab", "__kcrctab"},
				       {"__ksymtab_gpl", "__kcrctab_gpl"}};
	uint64_t size, crcs;

	for (size_t i = 0; i < 2 && check->kernel->versions; i++) {
		modabi_content(&check->file,
			       modabi_section_find(&check->file, pair[i][0]),
			       &size);
		modabi_content(&check->file,
			       modabi_section_find(&check->file, pair[i][1]),
			       &crcs);
		if (size && !crcs)
			end_stage(check, force(check, MODABI_SYMBOL_NO_CRC,
					       "its exports have no versions"));
	}
}

/* ---- symbols ------------------------------------------------------------ */

static void bad_symbol(struct check *check, enum modabi_kind kind, int err,
		       const char *name, const char *text)
{
	add(check, kind, err, name, "%s", text);
	check->symbol_err = err;
}

static bool imports_namespace(const struct check *check, const char *ns)
{
	const char *own = NULL;

	if (!*ns || check->kernel->any_namespace)
		return true;
	while ((own = modabi_info(&check->file, "import_ns", own)))
		if (!strcmp(own, ns))
			return true;
	return false;
}

static void add_owner(struct check *check, const char *name)
{
	struct modabi_verdict *verdict = check->verdict;
	char **list;

	if (!strcmp(name, MODABI_VMLINUX))
		return;
	for (size_t i = 0; i < verdict->nr_owners; i++)
		if (!strcmp(verdict->owner[i], name))
			return;
	list = realloc(verdict->owner,
		       (verdict->nr_owners + 1) * sizeof(*list));
	if (list)
		verdict->owner = list;
	if (list)
		list[verdict->nr_owners] = strdup(name);
	if (!list || !list[verdict->nr_owners])
		check->broken = -ENOMEM;
	else
		verdict->nr_owners++;
}

/* The kernel's own comes first; of several modules', one whose CRC fits. */
static const struct modabi_export *pick_export(struct check *check,
					       const char *name)
{
	const struct modabi_export *export = NULL, *best = NULL;
	uint64_t crc;

	while ((export = modabi_find(check->kernel, name, export))) {
		if (!strcmp(export->owner, check->name))
			continue;
		if (!strcmp(export->owner, MODABI_VMLINUX))
			return export;
		if (!best || (fit_crc(check, best, &crc) != CRC_FITS &&
			      fit_crc(check, export, &crc) == CRC_FITS))
			best = export;
	}
	return best;
}

/* Mixes of a proprietary module's symbols and GPL-only ones are refused. */
static bool inherits(struct check *check, const struct modabi_export *export)
{
	if (export->gpl)
		check->uses_gpl_only = true;
	if (!modabi_owner_is_proprietary(check->kernel, export->owner))
		return true;
	if (check->uses_gpl_only) {
		add(check, MODABI_SYMBOL_PROPRIETARY, -ENOENT, export->name,
		    "%s is of the proprietary module %s, but others are for "
		    "GPL modules only",
		    export->name, export->owner);
		check->symbol_err = -ENOENT;
		return false;
	}
	check->proprietary = true;
	return true;
}

static bool check_version(struct check *check,
			  const struct modabi_export *export)
{
	uint64_t crc;

	switch (fit_crc(check, export, &crc)) {
	case CRC_FITS:
		return true;
	case CRC_DIFFERS:
		add(check, MODABI_SYMBOL_CRC, -EINVAL, export->name,
		    "%s has the CRC 0x%08" PRIx64
		    ", that of %s is 0x%08" PRIx32,
		    export->name, crc, export->owner, export->crc);
		break;
	case CRC_MISSING:
		if (check->file.versions)
			add(check, MODABI_SYMBOL_NO_CRC, -EINVAL, export->name,
			    "it has no version of %s", export->name);
	}
	check->symbol_err = -EINVAL;
	return false;
}

static void check_undefined(struct check *check,
			    const struct modabi_symbol *symbol)
{
	const struct modabi_export *export = pick_export(check, symbol->name);

	check->verdict->nr_symbols++;
	if (!export || (export->gpl && check->proprietary)) {
		if (symbol->bind == STB_WEAK ||
		    !strcmp(symbol->name, "_GLOBAL_OFFSET_TABLE_"))
			return;
		check->symbol_err = -ENOENT;
		if (export)
			add(check, MODABI_SYMBOL_GPL, -ENOENT, symbol->name,
			    "%s is for GPL modules only", symbol->name);
		else
			add(check, MODABI_SYMBOL_MISSING, -ENOENT, symbol->name,
			    "%s is missing", symbol->name);
		return;
	}
	add_owner(check, export->owner);
	if (!inherits(check, export) || !check_version(check, export))
		return;
	if (!imports_namespace(check, export->ns)) {
		add(check, MODABI_SYMBOL_NAMESPACE, -EINVAL, symbol->name,
		    "%s is in the namespace %s, which is not imported",
		    symbol->name, export->ns);
		check->symbol_err = -EINVAL;
	}
}

#define SECTION_LIVEPATCH 0xff20 /* the kernel's own kind of symbol */

/* False: the rest is not worth looking at. */
static bool check_symbol(struct check *check, size_t index)
{
	struct modabi_symbol symbol;

	if (!modabi_symbol(&check->file, index, &symbol)) {
		bad_symbol(check, MODABI_NOT_ELF, -ENOEXEC, NULL,
			   "a symbol's name is damaged");
		return false;
	}
	switch (symbol.section) {
	case SHN_UNDEF:
		check_undefined(check, &symbol);
		break;
	case SHN_COMMON:
		if (strncmp(symbol.name, "__gnu_lto", 9))
			bad_symbol(check, MODABI_SYMBOL_BAD, -ENOEXEC,
				   symbol.name,
				   "it was compiled without -fno-common");
		break;
	case SHN_ABS:
	case SECTION_LIVEPATCH:
		break;
	default:
		if (symbol.section >= check->file.nr_sections)
			bad_symbol(check, MODABI_SYMBOL_BAD, -ENOEXEC,
				   symbol.name, "a symbol is in no section");
	}
	return true;
}

static void check_symbols(struct check *check)
{
	for (size_t i = 1; i < check->file.nr_symbols; i++)
		if (!check_symbol(check, i))
			break;
	end_stage(check, check->symbol_err);
}

/* ---- relocations -------------------------------------------------------- */

/* Bytes that a relocation writes; 0 with *known false: the kernel has none. */
static unsigned int width_of(const Elf64_Rela *rela, bool *known)
{
	*known = true;
	switch (ELF64_R_TYPE(rela->r_info)) {
	case R_X86_64_NONE:
		return 0;
	case R_X86_64_64:
	case R_X86_64_PC64:
		return 8;
	case R_X86_64_32:
	case R_X86_64_32S:
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
		return 4;
	}
	*known = false;
	return 0;
}

static const char *check_relocation(const struct check *check,
				    const Elf64_Rela *rela,
				    const Elf64_Shdr *target)
{
	static const unsigned char zeros[8];
	const unsigned char *at;
	unsigned int width;
	bool known;

	width = width_of(rela, &known);
	if (!known)
		return "has a type that the kernel does not know";
	if (ELF64_R_SYM(rela->r_info) >= check->file.nr_symbols)
		return "is to a symbol that is not there";
	if (!width)
		return NULL;
	if (rela->r_offset > target->sh_size ||
	    width > target->sh_size - rela->r_offset)
		return "reaches behind its section";
	at = check->file.data + target->sh_offset + rela->r_offset;
	if (target->sh_type != SHT_NOBITS && memcmp(at, zeros, width))
		return "is where a value is already";
	return NULL;
}

static void check_relocations_of(struct check *check, unsigned int index,
				 const Elf64_Shdr *shdr)
{
	const char *wrong = NULL;
	const unsigned char *at;
	Elf64_Shdr target;
	Elf64_Rela rela;
	uint64_t size;

	modabi_section(&check->file, shdr->sh_info, &target);
	if (!(target.sh_flags & SHF_ALLOC))
		return;
	if (shdr->sh_type == SHT_REL)
		wrong = "has no addend";
	if (target.sh_type != SHT_NOBITS &&
	    !modabi_content(&check->file, shdr->sh_info, &size))
		wrong = "is of a section that reaches behind the file";
	at = modabi_content(&check->file, index, &size);
	for (; !wrong && size >= sizeof(rela);
	     size -= sizeof(rela), at += sizeof(rela)) {
		memcpy(&rela, at, sizeof(rela));
		wrong = check_relocation(check, &rela, &target);
	}
	if (!wrong)
		return;
	add(check, MODABI_RELOCATION, -ENOEXEC, NULL, "a relocation of %s %s",
	    modabi_section_name(&check->file, &target), wrong);
	end_stage(check, -ENOEXEC);
}

static void check_relocations(struct check *check)
{
	Elf64_Shdr shdr;

	for (unsigned int i = 1; i < check->file.nr_sections; i++) {
		modabi_section(&check->file, i, &shdr);
		if ((shdr.sh_type == SHT_RELA || shdr.sh_type == SHT_REL) &&
		    shdr.sh_info < check->file.nr_sections)
			check_relocations_of(check, i, &shdr);
	}
}

/* ---- exports ------------------------------------------------------------ */

static bool is_needed(const struct check *check, const char *owner)
{
	if (!strcmp(owner, MODABI_VMLINUX))
		return true;
	for (size_t i = 0; i < check->verdict->nr_owners; i++)
		if (!strcmp(check->verdict->owner[i], owner))
			return true;
	return false;
}

static int check_export(const struct modabi_export *own, void *context)
{
	const struct modabi_export *other = NULL;
	struct check *check = context;

	while ((other = modabi_find(check->kernel, own->name, other))) {
		if (!is_needed(check, other->owner))
			continue;
		add(check, MODABI_DUPLICATE, -ENOEXEC, own->name,
		    "it exports %s, as %s does", own->name, other->owner);
		end_stage(check, -ENOEXEC);
		break;
	}
	return 0;
}

/* ---- all ---------------------------------------------------------------- */

static void check_rest(struct check *check)
{
	check_layout(check);
	check_modinfo(check);
	check_section_rights(check);
	check_export_versions(check);
	check_symbols(check);
	check_relocations(check);
	modabi_file_exports(&check->file, check_export, check);
}

int modabi_check(const struct modabi_kernel *kernel, const void *data,
		 size_t size, struct modabi_verdict *verdict)
{
	struct check check = {.kernel = kernel, .verdict = verdict};
	enum modabi_kind kind;
	const char *wrong;
	char text[160];

	*verdict = (struct modabi_verdict){0};
	size -= check_signature(&check, data, size);
	wrong = modabi_file_read(&check.file, data, size, kernel->strict_elf,
				 &kind, text);
	if (wrong) {
		refuse(&check, kind, -ENOEXEC, wrong);
	} else {
		check.broken = modabi_sort_versions(&check.file);
		check_size(&check);
		if (!check.broken)
			check_rest(&check);
		modabi_file_done(&check.file);
	}
	verdict->loads = !verdict->err;
	if (check.broken)
		modabi_verdict_clear(verdict);
	return check.broken;
}

void modabi_verdict_clear(struct modabi_verdict *verdict)
{
	for (size_t i = 0; i < verdict->nr_reasons; i++) {
		free(verdict->reason[i].symbol);
		free(verdict->reason[i].text);
	}
	for (size_t i = 0; i < verdict->nr_owners; i++)
		free(verdict->owner[i]);
	free(verdict->reason);
	free(verdict->owner);
	*verdict = (struct modabi_verdict){0};
}
