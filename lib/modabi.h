/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Would a kernel load this module?  Answered from the file and a description
 * of the kernel, with nothing run: the checks are those of the kernel's
 * load_module() up to, and not including, the module's parameters and init.
 *
 * Not checked: signatures beyond their form, what depends on memory or on the
 * modules that are loaded at the time, and overflows of relocations.
 *
 * Made for any input: a damaged file is a refusal with its reasons, never a
 * crash.  One owner at a time, no locks, not signal-safe; only functions with
 * a path may block on disk.  Errors are 0 or -errno.
 */
#ifndef LIB_MODABI_H
#define LIB_MODABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

/* ---- a kernel ----------------------------------------------------------- */

/* The owner of what the kernel itself exports. */
#define MODABI_VMLINUX "vmlinux"

struct modabi_export {
	const char *name;
	const char *owner; /* a module's name, or MODABI_VMLINUX */
	const char *ns; /* namespace, "" when none */
	uint32_t crc;
	bool has_crc;
	bool gpl; /* for modules under such licences only */
};

/* What of a kernel matters; strings are its own.  Set the fields directly. */
struct modabi_kernel {
	char *vermagic; /* NULL: not known, and not compared */
	uint64_t module_size; /* of struct module; 0: not known */
	bool versions; /* CONFIG_MODVERSIONS */
	bool force_load; /* CONFIG_MODULE_FORCE_LOAD */
	bool any_namespace; /* CONFIG_MODULE_ALLOW_MISSING_NAMESPACE_IMPORTS */
	bool livepatch; /* loads livepatches */
	bool sig_force; /* wants a signature */
	bool strict_elf; /* 6.5 and newer: more checks of the ELF file, also of
			  * struct module's size */
	struct modabi_table *table; /* private */
};

int modabi_kernel_new(struct modabi_kernel **result);
void modabi_kernel_free(struct modabi_kernel *kernel); /* NULL is fine */
int modabi_set_vermagic(struct modabi_kernel *kernel, const char *vermagic);

/* Adds an export, whose strings are copied.  Several owners of one name are
 * all kept; the first added is the first that modabi_find() returns. */
int modabi_add(struct modabi_kernel *kernel,
	       const struct modabi_export *export);

/* Marks @owner as proprietary: its users inherit that. */
int modabi_add_proprietary(struct modabi_kernel *kernel, const char *owner);

/* The export of that name, or the next one after @previous; NULL: no more. */
const struct modabi_export *modabi_find(const struct modabi_kernel *kernel,
					const char *name,
					const struct modabi_export *previous);

size_t modabi_count(const struct modabi_kernel *kernel);

/*
 * Adds what a text says: the lines of a Module.symvers, and those that
 * modabi_format() adds to them for the other members.  -EINVAL: something
 * else stands there, and a part was added.
 */
int modabi_parse(struct modabi_kernel *kernel, const char *text, size_t size);
void modabi_format(const struct modabi_kernel *kernel, struct strbuf *text);

/* ---- a module's file ---------------------------------------------------- */

/* Adds what the module in @data exports to @kernel, as @owner's.  -ENOEXEC: it
 * is no x86-64 module. */
int modabi_add_module(struct modabi_kernel *kernel, const void *data,
		      size_t size, const char *owner);

/* The size of struct module that the file was built with, or 0. */
uint64_t modabi_module_size(const void *data, size_t size);

/* ---- the answer --------------------------------------------------------- */

enum modabi_kind {
	MODABI_NOT_ELF, /* or damaged; text says what */
	MODABI_MACHINE, /* for another processor */
	MODABI_NO_MODULE, /* an ELF object, but no module */
	MODABI_SIZE, /* of struct module */
	MODABI_LAYOUT, /* CRC of module_layout: of struct module and others */
	MODABI_VERMAGIC,
	MODABI_LIVEPATCH,
	MODABI_SECTION, /* writable and executable */
	MODABI_SIGNATURE,
	MODABI_SYMBOL_MISSING,
	MODABI_SYMBOL_CRC,
	MODABI_SYMBOL_NO_CRC, /* the module has no version of it */
	MODABI_SYMBOL_GPL,
	MODABI_SYMBOL_NAMESPACE,
	MODABI_SYMBOL_PROPRIETARY, /* GPL-only and proprietary owners mixed */
	MODABI_SYMBOL_BAD, /* common, or in no section */
	MODABI_RELOCATION,
	MODABI_DUPLICATE, /* exports what the kernel has */
	MODABI_FORCED, /* loads, but as if forced: the kernel is tainted */
	MODABI_KINDS, /* none: how many there are */
};

struct modabi_reason {
	enum modabi_kind kind;
	int err; /* what init_module() returns for it; 0: it is no refusal */
	char *symbol; /* of MODABI_SYMBOL_*, MODABI_DUPLICATE, or NULL */
	char *text; /* what is wrong: "CRC 0x1 is 0x2 in the kernel" */
};

struct modabi_verdict {
	bool loads;
	int err; /* the error that init_module() stops with, else 0 */
	struct modabi_reason *reason; /* in the order of the kernel's checks */
	size_t nr_reasons;
	size_t count[MODABI_KINDS]; /* of reasons of that kind */
	size_t first[MODABI_KINDS]; /* the index of the first, if any */
	char **owner; /* modules whose symbols it uses, in their order */
	size_t nr_owners;
	size_t nr_symbols; /* of others, that were looked up */
};

/* Checks the file in @data, decompressed.  0 whatever the verdict, which is
 * the caller's to clear; -ENOMEM. */
int modabi_check(const struct modabi_kernel *kernel, const void *data,
		 size_t size, struct modabi_verdict *verdict);
void modabi_verdict_clear(struct modabi_verdict *verdict);

/*
 * All reasons in one line, without its end: "12 symbols have another CRC (a,
 * b, and 10 more); ...".  @most: names to give of each kind, 0 for all.
 */
void modabi_summary(const struct modabi_verdict *verdict, size_t most,
		    struct strbuf *text);

/* The part of it that begins with reason @index; false, and nothing added, when
 * that was told together with an earlier one. */
bool modabi_summary_of(const struct modabi_verdict *verdict, size_t index,
		       size_t most, struct strbuf *text);

/* What would make a module load that is refused for that, as a sentence
 * without a full stop. */
const char *modabi_advice(enum modabi_kind kind);

/* Whether building it against the kernel's headers is what would help. */
bool modabi_wants_rebuild(const struct modabi_verdict *verdict);

/* The advice for reason @index; NULL when an earlier one has the same. */
const char *modabi_advice_of(const struct modabi_verdict *verdict,
			     size_t index);

#endif
