// SPDX-License-Identifier: GPL-2.0-only
/*
 * Links the kernel half to a kernel's image: every name that it uses becomes
 * an address there, and what the kernel lacks is said by name before anything
 * runs.
 *
 * One owner, may block on disk, runs the linker, not signal-safe.
 */
#include "image/target_internal.h"

#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image/image.h"
#include "lib/file.h"
#include "lib/strbuf.h"

struct elf_file {
	char *data;
	size_t size;
	Elf64_Ehdr head;
};

static const void *elf_at(const struct elf_file *elf, uint64_t offset,
			  uint64_t size)
{
	if (offset > elf->size || size > elf->size - offset)
		return NULL;
	return elf->data + offset;
}

static int elf_open(const char *path, struct elf_file *elf)
{
	void *data;
	int ret = file_read(path, &data, &elf->size);

	if (ret)
		return ret;
	elf->data = data;
	if (elf->size >= sizeof(elf->head)) {
		memcpy(&elf->head, data, sizeof(elf->head));
		if (!memcmp(elf->head.e_ident, ELFMAG, SELFMAG) &&
		    elf->head.e_ident[EI_CLASS] == ELFCLASS64)
			return 0;
	}
	free(data);
	return -ENOEXEC;
}

static int elf_section(const struct elf_file *elf, size_t index,
		       Elf64_Shdr *section)
{
	const void *p;

	if (index >= elf->head.e_shnum)
		return -ENOEXEC;
	if (elf->head.e_shoff > elf->size)
		return -ENOEXEC;
	p = elf_at(elf, elf->head.e_shoff + index * sizeof(*section),
		   sizeof(*section));
	if (!p)
		return -ENOEXEC;
	memcpy(section, p, sizeof(*section));
	return 0;
}

typedef void undefined_fn(const char *name, bool weak, void *arg);

static int undefined_in(const struct elf_file *elf, const Elf64_Shdr *table,
			undefined_fn *fn, void *arg)
{
	const char *strings;
	Elf64_Shdr names;
	int ret = elf_section(elf, table->sh_link, &names);

	if (ret)
		return ret;
	strings = elf_at(elf, names.sh_offset, names.sh_size);
	if (!strings || !names.sh_size || strings[names.sh_size - 1] ||
	    !elf_at(elf, table->sh_offset, table->sh_size))
		return -ENOEXEC;
	/* The first symbol stands for none. */
	for (uint64_t i = 1; i < table->sh_size / sizeof(Elf64_Sym); i++) {
		Elf64_Sym sym;

		memcpy(&sym, elf->data + table->sh_offset + i * sizeof(sym),
		       sizeof(sym));
		if (sym.st_shndx != SHN_UNDEF)
			continue;
		if (sym.st_name >= names.sh_size)
			return -ENOEXEC;
		fn(strings + sym.st_name,
		   ELF64_ST_BIND(sym.st_info) == STB_WEAK, arg);
	}
	return 0;
}

static int each_undefined(const char *path, undefined_fn *fn, void *arg)
{
	struct elf_file elf;
	int ret = elf_open(path, &elf);

	if (ret)
		return ret;
	for (size_t i = 0; !ret && i < elf.head.e_shnum; i++) {
		Elf64_Shdr section;

		ret = elf_section(&elf, i, &section);
		if (!ret && section.sh_type == SHT_SYMTAB)
			ret = undefined_in(&elf, &section, fn, arg);
	}
	free(elf.data);
	return ret;
}

struct resolve {
	const struct image *image;
	const char *lds; /* the text of the linker script */
	struct strbuf script;
	struct strbuf missing, ambiguous, unusable;
};

static void name_in(struct strbuf *list, const char *name)
{
	strbuf_printf(list, "%s%s", list->len ? ", " : "", name);
}

/*
 * Which of several symbols of one name is meant: a linker would take the
 * global one, and different files' static ones are not for us to choose from.
 * Returns how many different values are left to choose from.
 */
static unsigned int choose(const struct image *image, const char *name,
			   uint64_t *value)
{
	unsigned int global = 0, local = 0;
	uint64_t at[2] = {0, 0}; /* local, global */

	for (size_t i = 0; i < image->nr_symbols; i++) {
		const struct image_symbol *sym = &image->symbols[i];
		bool is_global = isupper((unsigned char)sym->type);
		unsigned int *n = is_global ? &global : &local;

		if (strcmp(sym->name, name) ||
		    (*n && at[is_global] == sym->value))
			continue;
		at[is_global] = sym->value;
		++*n;
	}
	*value = at[global > 0];
	return global ? global : local;
}

/* Names that a linker script takes without quotes. */
static bool is_plain(const char *name)
{
	if (!*name || isdigit((unsigned char)*name))
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && !strchr("_.$", *name))
			return false;
	return true;
}

/* Whether the linker script itself says "name = ...". */
static bool lds_defines(const char *lds, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = lds; len && (p = strstr(p, name)); p += len) {
		const char *after = p + len + strspn(p + len, " \t");

		if (p > lds &&
		    (isalnum((unsigned char)p[-1]) || strchr("_.$", p[-1])))
			continue;
		if (after[0] == '=' && after[1] != '=')
			return true;
	}
	return false;
}

static void resolve_one(const char *name, bool weak, void *arg)
{
	struct resolve *resolve = arg;
	const struct image_symbol *sym;
	unsigned int count = 0;
	uint64_t value;

	if (lds_defines(resolve->lds, name))
		return;
	sym = image_find(resolve->image, name, &count);
	if (!sym) {
		if (!weak)
			name_in(&resolve->missing, name);
		return;
	}
	value = sym->value;
	if (count > 1 && choose(resolve->image, name, &value) > 1) {
		if (!weak)
			name_in(&resolve->ambiguous, name);
		return;
	}
	if (!is_plain(name))
		name_in(&resolve->unusable, name);
	else
		strbuf_printf(&resolve->script, "%s = 0x%" PRIx64 ";\n", name,
			      value);
}

static int check_resolved(const struct resolve *resolve,
			  const struct target_report *report)
{
	struct strbuf all = STRBUF_INIT;
	int ret = 0;

	if (resolve->missing.len)
		name_in(&all, resolve->missing.text);
	if (resolve->ambiguous.len)
		strbuf_printf(&all, "%sone single symbol of the name %s",
			      all.len ? ", and " : "", resolve->ambiguous.text);
	if (resolve->unusable.len)
		strbuf_printf(&all, "%sa name that can be linked for %s",
			      all.len ? ", and " : "", resolve->unusable.text);
	if (all.len)
		ret = target_fail(report, -ENOTSUP,
				  "This kernel lacks what ring3 needs: %s.",
				  all.text);
	strbuf_free(&all);
	return ret;
}

static int write_script(const struct image *image, const char *object,
			const char *lds, const char *path,
			const struct target_report *report)
{
	struct resolve resolve = {.image = image};
	void *text;
	size_t size;
	int ret = file_read(lds, &text, &size);

	if (ret)
		return target_fail(report, ret, "Cannot read %s: %s.", lds,
				   strerror(-ret));
	resolve.lds = text;
	strbuf_puts(&resolve.script, "/* the kernel's symbols */\n");
	ret = each_undefined(object, resolve_one, &resolve);
	if (ret)
		target_fail(report, ret, "Cannot read symbols of %s: %s.",
			    object, strerror(-ret));
	if (!ret)
		ret = check_resolved(&resolve, report);
	if (!ret)
		ret = target_write_file(path, resolve.script.text,
					resolve.script.len);
	free(text);
	strbuf_free(&resolve.script);
	strbuf_free(&resolve.missing);
	strbuf_free(&resolve.ambiguous);
	strbuf_free(&resolve.unusable);
	return ret;
}

static void note_undefined(const char *name, bool weak, void *arg)
{
	if (!weak)
		name_in(arg, name);
}

static int check_linked(const char *elf, const struct target_report *report)
{
	struct strbuf left = STRBUF_INIT;
	int ret = each_undefined(elf, note_undefined, &left);

	if (ret)
		target_fail(report, ret, "Cannot read symbols of %s: %s.", elf,
			    strerror(-ret));
	else if (left.len)
		ret = target_fail(report, -ENOTSUP,
				  "The linker left symbols undefined: %s.",
				  left.text);
	strbuf_free(&left);
	return ret;
}

static int load_range(const struct elf_file *elf, uint64_t *low, uint64_t *high)
{
	*low = UINT64_MAX;
	*high = 0;
	for (size_t i = 0; i < elf->head.e_phnum; i++) {
		Elf64_Phdr ph;
		const void *p = NULL;

		if (elf->head.e_phoff <= elf->size)
			p = elf_at(elf, elf->head.e_phoff + i * sizeof(ph),
				   sizeof(ph));
		if (!p)
			return -ENOEXEC;
		memcpy(&ph, p, sizeof(ph));
		if (ph.p_type != PT_LOAD || !ph.p_memsz)
			continue;
		if (ph.p_vaddr < *low)
			*low = ph.p_vaddr;
		if (ph.p_vaddr + ph.p_memsz > *high)
			*high = ph.p_vaddr + ph.p_memsz;
	}
	return 0;
}

static int take_addresses(const char *path, const struct target_report *report,
			  struct target_build *build)
{
	struct elf_file elf;
	uint64_t low, high;
	int ret = elf_open(path, &elf);

	if (ret)
		return ret;
	ret = load_range(&elf, &low, &high);
	free(elf.data);
	if (ret)
		return ret;
	if (low != TARGET_KERNEL_BASE || high <= low ||
	    high > TARGET_IMAGE_BASE)
		return target_fail(report, -EFBIG,
				   "The kernel half does not fit below the "
				   "image: it takes 0x%" PRIx64 "-0x%" PRIx64
				   " of 0x%llx-0x%llx.",
				   low, high, TARGET_KERNEL_BASE,
				   TARGET_IMAGE_BASE);
	build->kernel_base = low;
	build->kernel_end = (high + 4095) & ~4095ULL;
	return 0;
}

static int run_ld(const char *object, const char *lds, const char *script,
		  const char *elf, const struct target_report *report)
{
	char *base = str_printf("--defsym=RING3_KERNEL_BASE=0x%llx",
				TARGET_KERNEL_BASE);
	/* The base before the script that uses it, the symbols after. */
	char *argv[] = {(char *)"ld",
			(char *)"-nostdlib",
			(char *)"-static",
			(char *)"--build-id=none",
			(char *)"-z",
			(char *)"noexecstack",
			(char *)"-z",
			(char *)"max-page-size=4096",
			base,
			(char *)"-T",
			(char *)lds,
			(char *)"-o",
			(char *)elf,
			(char *)object,
			(char *)script,
			NULL};
	int ret = target_run(report, "Linking the kernel half", argv, NULL);

	free(base);
	return ret;
}

int target_link(const struct image *image, const char *object, const char *lds,
		const char *elf, const struct target_report *report,
		struct target_build *build)
{
	char *script = str_printf("%s.symbols", object);
	int ret = write_script(image, object, lds, script, report);

	if (!ret)
		ret = run_ld(object, lds, script, elf, report);
	if (!ret)
		ret = check_linked(elf, report);
	if (!ret)
		ret = take_addresses(elf, report, build);
	free(script);
	return ret;
}
