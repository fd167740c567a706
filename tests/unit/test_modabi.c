// SPDX-License-Identifier: GPL-2.0-only
/*
 * lib/modabi: a module made here, right for a kernel made here, then wrong in
 * one way after the other.
 */
#include <check.h>
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/modabi.h"
#include "lib/strbuf.h"
#include "tests/unit/suite.h"

#define VERMAGIC "6.1 SMP mod_unload modversions "

static const char symvers[] =
	"#vermagic " VERMAGIC "\n"
	"#module_size 128\n"
	"#proprietary blob\n"
	"0x00000011\tmodule_layout\tvmlinux\tEXPORT_SYMBOL\t\n"
	"0x00000022\tplain\tvmlinux\tEXPORT_SYMBOL\t\n"
	"0x00000033\tfree_only\tvmlinux\tEXPORT_SYMBOL_GPL\t\n"
	"0x00000044\tspaced\tvmlinux\tEXPORT_SYMBOL_GPL\tROOM\n"
	"0x00000055\tlend\tdrivers/my-shop\tEXPORT_SYMBOL\t\n"
	"0x00000066\tsecret\tblob\tEXPORT_SYMBOL\t\n";

/* ---- a module ----------------------------------------------------------- */

enum {
	S_NULL,
	S_NAMES,
	S_STRINGS,
	S_SYMBOLS,
	S_INFO,
	S_VERSIONS,
	S_MODULE,
	S_TEXT,
	S_RELA,
	S_KSYMTAB,
	S_KCRCTAB,
	NR_SECTIONS,
};

static const char section_names[] =
	"\0.shstrtab\0.strtab\0.symtab\0.modinfo\0__versions\0"
	".gnu.linkonce.this_module\0.text\0.rela.text\0__ksymtab_gpl\0"
	"__kcrctab_gpl";

#define MAX_NAMES 12

struct version {
	uint64_t crc;
	char name[56];
};

struct file {
	Elf64_Ehdr header;
	char names[sizeof(section_names)];
	char strings[256];
	char info[256];
	Elf64_Sym symbols[MAX_NAMES];
	struct version versions[MAX_NAMES];
	char module[128];
	char text[64];
	Elf64_Rela rela[2];
	char ksymtab[12];
	uint32_t kcrctab;
	Elf64_Shdr section[NR_SECTIONS];
};

static struct file file;
static struct modabi_kernel *kernel;
static struct modabi_verdict verdict;
static size_t strings_len, info_len, nr_symbols, nr_versions;

static void add_info(const char *text)
{
	strcpy(file.info + info_len, text);
	info_len += strlen(text) + 1;
	file.section[S_INFO].sh_size = info_len;
}

static void add_version(const char *name, uint32_t crc)
{
	struct version *version = &file.versions[nr_versions++];

	version->crc = crc;
	strcpy(version->name, name);
	file.section[S_VERSIONS].sh_size = nr_versions * sizeof(*version);
}

static Elf64_Sym *add_symbol(const char *name, unsigned int section, int bind)
{
	Elf64_Sym *sym = &file.symbols[nr_symbols++];

	sym->st_name = strings_len;
	sym->st_info = ELF64_ST_INFO(bind, STT_NOTYPE);
	sym->st_shndx = section;
	strcpy(file.strings + strings_len, name);
	strings_len += strlen(name) + 1;
	file.section[S_SYMBOLS].sh_size = nr_symbols * sizeof(*sym);
	return sym;
}

static void use(const char *name, uint32_t crc)
{
	add_symbol(name, SHN_UNDEF, STB_GLOBAL);
	add_version(name, crc);
}

#define SECTION(index, kind, sh_bits, member)                                  \
	file.section[index].sh_type = kind;                                    \
	file.section[index].sh_flags = sh_bits;                                \
	file.section[index].sh_offset = offsetof(struct file, member);         \
	file.section[index].sh_size = sizeof(file.member)

static void make_sections(void)
{
	unsigned int at = 1;

	memcpy(file.names, section_names, sizeof(section_names));
	SECTION(S_NAMES, SHT_STRTAB, 0, names);
	SECTION(S_STRINGS, SHT_STRTAB, 0, strings);
	SECTION(S_SYMBOLS, SHT_SYMTAB, 0, symbols);
	SECTION(S_INFO, SHT_PROGBITS, SHF_ALLOC, info);
	SECTION(S_VERSIONS, SHT_PROGBITS, SHF_ALLOC, versions);
	SECTION(S_MODULE, SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, module);
	SECTION(S_TEXT, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, text);
	SECTION(S_RELA, SHT_RELA, 0, rela);
	SECTION(S_KSYMTAB, SHT_PROGBITS, SHF_ALLOC, ksymtab);
	SECTION(S_KCRCTAB, SHT_PROGBITS, SHF_ALLOC, kcrctab);
	file.section[S_SYMBOLS].sh_link = S_STRINGS;
	file.section[S_RELA].sh_link = S_SYMBOLS;
	file.section[S_RELA].sh_info = S_TEXT;
	for (int i = 1; i < NR_SECTIONS; i++) {
		file.section[i].sh_name = at;
		at += strlen(section_names + at) + 1;
	}
}

static void setup(void)
{
	memset(&file, 0, sizeof(file));
	strings_len = 1;
	info_len = nr_versions = 0;
	nr_symbols = 1;
	memcpy(file.header.e_ident, ELFMAG, SELFMAG);
	file.header.e_ident[EI_CLASS] = ELFCLASS64;
	file.header.e_ident[EI_DATA] = ELFDATA2LSB;
	file.header.e_type = ET_REL;
	file.header.e_machine = EM_X86_64;
	file.header.e_shentsize = sizeof(Elf64_Shdr);
	file.header.e_shoff = offsetof(struct file, section);
	file.header.e_shnum = NR_SECTIONS;
	file.header.e_shstrndx = S_NAMES;
	make_sections();
	add_info("license=GPL");
	add_info("name=made_up");
	add_info("vermagic=" VERMAGIC);
	add_version("module_layout", 0x11);
	use("plain", 0x22);
	use("free_only", 0x33);
	file.rela[0].r_info = ELF64_R_INFO(1, R_X86_64_PLT32);
	file.rela[1].r_info = ELF64_R_INFO(2, R_X86_64_64);
	file.rela[1].r_offset = 8;
	ck_assert_int_eq(modabi_kernel_new(&kernel), 0);
	ck_assert_int_eq(modabi_parse(kernel, symvers, strlen(symvers)), 0);
}

static void teardown(void)
{
	modabi_verdict_clear(&verdict);
	modabi_kernel_free(kernel);
}

static void check(void)
{
	modabi_verdict_clear(&verdict);
	ck_assert_int_eq(modabi_check(kernel, &file, sizeof(file), &verdict),
			 0);
}

static void expect_loads(void)
{
	check();
	ck_assert_msg(verdict.loads, "refused: %s",
		      verdict.nr_reasons ? verdict.reason[0].text : "");
	ck_assert_int_eq(verdict.err, 0);
}

/* Refused for that reason first, and with that error. */
static void expect_refused(enum modabi_kind kind, int err)
{
	check();
	ck_assert(!verdict.loads);
	ck_assert_int_eq(verdict.err, err);
	ck_assert_uint_gt(verdict.nr_reasons, 0);
	ck_assert_msg(verdict.reason[0].kind == kind, "kind %d: %s",
		      verdict.reason[0].kind, verdict.reason[0].text);
	ck_assert_int_eq(verdict.reason[0].err, err);
	ck_assert_str_ne(verdict.reason[0].text, "");
	ck_assert_str_ne(modabi_advice(kind), "");
}

static void license(const char *text)
{
	memcpy(file.info, text, strlen(text) + 1);
}

/* ---- right and wrong ---------------------------------------------------- */

START_TEST(fits)
{
	expect_loads();
	ck_assert_uint_eq(verdict.nr_reasons, 0);
	ck_assert_uint_eq(verdict.nr_symbols, 2);
	ck_assert_uint_eq(verdict.nr_owners, 0);
}
END_TEST

START_TEST(needs_a_module)
{
	use("lend", 0x55);
	expect_loads();
	ck_assert_uint_eq(verdict.nr_owners, 1);
	ck_assert_str_eq(verdict.owner[0], "my_shop");
}
END_TEST

START_TEST(not_elf)
{
	file.header.e_ident[0] = 0;
	expect_refused(MODABI_NOT_ELF, -ENOEXEC);
}
END_TEST

START_TEST(not_relocatable)
{
	file.header.e_type = ET_DYN;
	expect_refused(MODABI_NOT_ELF, -ENOEXEC);
}
END_TEST

START_TEST(other_machine)
{
	file.header.e_machine = EM_AARCH64;
	expect_refused(MODABI_MACHINE, -ENOEXEC);
	ck_assert(strstr(verdict.reason[0].text, "183"));
}
END_TEST

START_TEST(no_module)
{
	file.section[S_MODULE].sh_name = file.section[S_TEXT].sh_name;
	expect_refused(MODABI_NO_MODULE, -ENOEXEC);
}
END_TEST

START_TEST(stripped)
{
	file.section[S_SYMBOLS].sh_type = SHT_PROGBITS;
	expect_refused(MODABI_NO_MODULE, -ENOEXEC);
}
END_TEST

START_TEST(other_size)
{
	kernel->module_size = 136;
	expect_loads();
	kernel->strict_elf = true;
	expect_refused(MODABI_SIZE, -ENOEXEC);
}
END_TEST

START_TEST(other_layout)
{
	file.versions[0].crc = 0x12;
	expect_refused(MODABI_LAYOUT, -ENOEXEC);
}
END_TEST

START_TEST(other_release)
{
	ck_assert_int_eq(modabi_set_vermagic(kernel,
					     "6.2 SMP mod_unload modversions "),
			 0);
	expect_loads(); /* versions of symbols say more */
	ck_assert_int_eq(modabi_set_vermagic(kernel, "6.1 mod_unload "), 0);
	expect_refused(MODABI_VERMAGIC, -ENOEXEC);
}
END_TEST

START_TEST(no_vermagic)
{
	char *at = memmem(file.info, info_len, "vermagic", 8);

	*at = 'x';
	expect_refused(MODABI_VERMAGIC, -ENOEXEC);
	kernel->force_load = true;
	expect_loads();
	ck_assert_uint_eq(verdict.nr_reasons, 1);
	ck_assert_int_eq(verdict.reason[0].kind, MODABI_FORCED);
}
END_TEST

START_TEST(no_versions)
{
	file.section[S_VERSIONS].sh_name = file.section[S_TEXT].sh_name;
	expect_refused(MODABI_SYMBOL_NO_CRC, -ENOEXEC);
	kernel->force_load = true;
	expect_loads();
	ck_assert_uint_eq(verdict.nr_reasons, 1);
	/* Now the release itself counts. */
	ck_assert_int_eq(modabi_set_vermagic(kernel,
					     "6.2 SMP mod_unload modversions "),
			 0);
	check();
	ck_assert(!verdict.loads);
}
END_TEST

START_TEST(livepatch)
{
	add_info("livepatch=Y");
	expect_refused(MODABI_LIVEPATCH, -ENOEXEC);
	kernel->livepatch = true;
	expect_loads();
}
END_TEST

START_TEST(section_rights)
{
	file.section[S_TEXT].sh_flags |= SHF_WRITE;
	expect_refused(MODABI_SECTION, -ENOEXEC);
}
END_TEST

START_TEST(missing)
{
	use("nonesuch", 0x77);
	expect_refused(MODABI_SYMBOL_MISSING, -ENOENT);
	ck_assert_str_eq(verdict.reason[0].symbol, "nonesuch");
	file.symbols[3].st_info = ELF64_ST_INFO(STB_WEAK, STT_NOTYPE);
	expect_loads();
}
END_TEST

START_TEST(other_crc)
{
	file.versions[1].crc++;
	expect_refused(MODABI_SYMBOL_CRC, -EINVAL);
	/* Weak ones may be missing, not different. */
	file.symbols[1].st_info = ELF64_ST_INFO(STB_WEAK, STT_NOTYPE);
	expect_refused(MODABI_SYMBOL_CRC, -EINVAL);
	ck_assert_str_eq(verdict.reason[0].symbol, "plain");
	kernel->versions = false;
	expect_loads();
}
END_TEST

START_TEST(no_crc)
{
	file.versions[1].name[0] = 'q';
	expect_refused(MODABI_SYMBOL_NO_CRC, -EINVAL);
}
END_TEST

START_TEST(gpl_only)
{
	license("license=BSD");
	expect_refused(MODABI_SYMBOL_GPL, -ENOENT);
	ck_assert_str_eq(verdict.reason[0].symbol, "free_only");
}
END_TEST

START_TEST(no_license)
{
	license("lisence=GPL");
	expect_refused(MODABI_SYMBOL_GPL, -ENOENT);
}
END_TEST

START_TEST(other_namespace)
{
	use("spaced", 0x44);
	expect_refused(MODABI_SYMBOL_NAMESPACE, -EINVAL);
	kernel->any_namespace = true;
	expect_loads();
	kernel->any_namespace = false;
	add_info("import_ns=OTHER");
	expect_refused(MODABI_SYMBOL_NAMESPACE, -EINVAL);
	add_info("import_ns=ROOM");
	expect_loads();
}
END_TEST

START_TEST(proprietary_owner)
{
	use("secret", 0x66); /* behind a GPL-only one */
	expect_refused(MODABI_SYMBOL_PROPRIETARY, -ENOENT);
}
END_TEST

START_TEST(proprietary_owner_first)
{
	use("secret", 0x66);
	use("free_only", 0x33);
	file.symbols[2] = file.symbols[1]; /* nothing GPL-only before it */
	expect_refused(MODABI_SYMBOL_GPL, -ENOENT);
}
END_TEST

START_TEST(common_symbol)
{
	add_symbol("common", SHN_COMMON, STB_GLOBAL);
	expect_refused(MODABI_SYMBOL_BAD, -ENOEXEC);
}
END_TEST

START_TEST(no_section)
{
	add_symbol("lost", NR_SECTIONS, STB_GLOBAL);
	expect_refused(MODABI_SYMBOL_BAD, -ENOEXEC);
}
END_TEST

START_TEST(last_error_counts)
{
	use("nonesuch", 0x77);
	use("spaced", 0x44);
	check();
	ck_assert_int_eq(verdict.err, -EINVAL);
	ck_assert_uint_eq(verdict.nr_reasons, 2);
}
END_TEST

START_TEST(relocations)
{
	file.rela[1].r_info = ELF64_R_INFO(2, R_X86_64_GOTPCREL);
	expect_refused(MODABI_RELOCATION, -ENOEXEC);
	file.rela[1].r_info = ELF64_R_INFO(MAX_NAMES, R_X86_64_64);
	expect_refused(MODABI_RELOCATION, -ENOEXEC);
	file.rela[1].r_info = ELF64_R_INFO(2, R_X86_64_64);
	file.rela[1].r_offset = sizeof(file.text) - 7;
	expect_refused(MODABI_RELOCATION, -ENOEXEC);
	file.rela[1].r_offset = sizeof(file.text) - 8;
	expect_loads();
	file.text[sizeof(file.text) - 1] = 1;
	expect_refused(MODABI_RELOCATION, -ENOEXEC);
	file.section[S_TEXT].sh_flags = 0; /* not kept: not relocated */
	expect_loads();
	file.section[S_TEXT].sh_flags = SHF_ALLOC;
	file.text[sizeof(file.text) - 1] = 0;
	file.section[S_RELA].sh_type = SHT_REL;
	expect_refused(MODABI_RELOCATION, -ENOEXEC);
}
END_TEST

/* ---- exports ------------------------------------------------------------ */

static void export(const char *name)
{
	char symbol[64];

	snprintf(symbol, sizeof(symbol), "__ksymtab_%s", name);
	add_symbol(symbol, S_KSYMTAB, STB_LOCAL);
	snprintf(symbol, sizeof(symbol), "__crc_%s", name);
	add_symbol(symbol, S_KCRCTAB, STB_LOCAL);
	file.kcrctab = 0x1234;
}

START_TEST(duplicate)
{
	export("mine");
	expect_loads();
	export("plain");
	expect_refused(MODABI_DUPLICATE, -ENOEXEC);
	ck_assert_str_eq(verdict.reason[0].symbol, "plain");
}
END_TEST

START_TEST(exports)
{
	const struct modabi_export *found;

	export("mine");
	ck_assert_int_eq(modabi_add_module(kernel, &file, sizeof(file), "a"),
			 0);
	found = modabi_find(kernel, "mine", NULL);
	ck_assert_ptr_nonnull(found);
	ck_assert_str_eq(found->owner, "a");
	ck_assert_str_eq(found->ns, "");
	ck_assert(found->gpl && found->has_crc);
	ck_assert_uint_eq(found->crc, 0x1234);
	ck_assert_uint_eq(modabi_module_size(&file, sizeof(file)), 128);
	/* A second owner comes behind the first. */
	ck_assert_int_eq(modabi_add_module(kernel, &file, sizeof(file), "b"),
			 0);
	found = modabi_find(kernel, "mine", found);
	ck_assert_str_eq(found->owner, "b");
	ck_assert_ptr_null(modabi_find(kernel, "mine", found));
	ck_assert_int_eq(modabi_add_module(kernel, "x", 1, "c"), -ENOEXEC);
}
END_TEST

/* ---- the kernel's text -------------------------------------------------- */

START_TEST(text)
{
	struct modabi_kernel *copy;
	struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;

	kernel->strict_elf = true;
	modabi_format(kernel, &first);
	ck_assert_int_eq(modabi_kernel_new(&copy), 0);
	ck_assert_int_eq(modabi_parse(copy, first.text, first.len), 0);
	modabi_format(copy, &second);
	ck_assert_str_eq(first.text, second.text);
	ck_assert_uint_eq(modabi_count(copy), 6);
	ck_assert(copy->strict_elf && copy->versions && !copy->force_load);
	ck_assert_uint_eq(copy->module_size, 128);
	ck_assert_str_eq(copy->vermagic, VERMAGIC);
	modabi_kernel_free(copy);
	strbuf_free(&first);
	strbuf_free(&second);
}
END_TEST

START_TEST(bad_text)
{
	static const char *const bad[] = {
		"nonsense",
		"0x1\tname",
		"0x1\tname\towner\tIMPORT_SYMBOL\t",
		"zzz\tname\towner\tEXPORT_SYMBOL\t",
		"0x1\t\towner\tEXPORT_SYMBOL\t",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ck_assert_int_eq(modabi_parse(kernel, bad[i], strlen(bad[i])),
				 -EINVAL);
}
END_TEST

START_TEST(many_exports)
{
	struct modabi_export one = {.owner = "many", .ns = ""};
	char name[32];

	one.name = name;
	for (unsigned int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "symbol_%u", i);
		one.crc = i;
		ck_assert_int_eq(modabi_add(kernel, &one), 0);
	}
	for (unsigned int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "symbol_%u", i);
		ck_assert_uint_eq(modabi_find(kernel, name, NULL)->crc, i);
	}
	ck_assert_ptr_null(modabi_find(kernel, "symbol_5000", NULL));
}
END_TEST

START_TEST(summary)
{
	struct strbuf line = STRBUF_INIT;

	use("one", 1);
	use("two", 2);
	use("three", 3);
	file.versions[1].crc++;
	check();
	modabi_summary(&verdict, 2, &line);
	ck_assert_str_eq(line.text,
			 "plain has the CRC 0x00000023, that of vmlinux is "
			 "0x00000022; 3 symbols are missing (one, two and 1 "
			 "more)");
	strbuf_free(&line);
}
END_TEST

/* ---- damage ------------------------------------------------------------- */

#define MAGIC "~Module signature appended~\n"

START_TEST(signatures)
{
	char data[sizeof(file) + 8 + 12 + sizeof(MAGIC) - 1] = {0};
	char *trailer = data + sizeof(file) + 8;

	memcpy(data, &file, sizeof(file));
	trailer[2] = 2; /* PKCS#7 */
	trailer[11] = 8;
	memcpy(trailer + 12, MAGIC, sizeof(MAGIC) - 1);
	ck_assert_int_eq(modabi_check(kernel, data, sizeof(data), &verdict), 0);
	ck_assert(verdict.loads);
	modabi_verdict_clear(&verdict);
	trailer[8] = 1; /* longer than the file */
	ck_assert_int_eq(modabi_check(kernel, data, sizeof(data), &verdict), 0);
	ck_assert_int_eq(verdict.err, -EBADMSG);
	ck_assert_int_eq(verdict.reason[0].kind, MODABI_SIGNATURE);
	kernel->sig_force = true;
	expect_refused(MODABI_SIGNATURE, -EKEYREJECTED);
}
END_TEST

START_TEST(cut)
{
	for (size_t size = 0; size < sizeof(file); size++) {
		/* Memory of that size, so that a sanitizer sees its end. */
		void *data = malloc(size + !size);

		memcpy(data, &file, size);
		ck_assert_int_eq(modabi_check(kernel, data, size, &verdict), 0);
		ck_assert(!verdict.loads);
		modabi_verdict_clear(&verdict);
		free(data);
	}
}
END_TEST

START_TEST(flipped)
{
	size_t refused = 0;

	use("lend", 0x55);
	export("mine");
	for (size_t i = 0; i < sizeof(file); i++) {
		static const unsigned char with[] = {0xff, 0x80, 0x01};
		unsigned char *data = malloc(sizeof(file));

		memcpy(data, &file, sizeof(file));
		data[i] ^= with[i % 3];
		ck_assert_int_eq(
			modabi_check(kernel, data, sizeof(file), &verdict), 0);
		refused += !verdict.loads;
		ck_assert(verdict.loads || verdict.nr_reasons);
		modabi_verdict_clear(&verdict);
		modabi_add_module(kernel, data, sizeof(file), "flipped");
		free(data);
	}
	ck_assert_uint_gt(refused, 100);
}
END_TEST

static Suite *make_suite(void)
{
	Suite *suite = suite_create("modabi");
	TCase *tests = tcase_create("all");
	const TTest *const list[] = {
		fits,
		needs_a_module,
		not_elf,
		not_relocatable,
		other_machine,
		no_module,
		stripped,
		other_size,
		other_layout,
		other_release,
		no_vermagic,
		no_versions,
		livepatch,
		section_rights,
		missing,
		other_crc,
		no_crc,
		gpl_only,
		no_license,
		other_namespace,
		proprietary_owner,
		common_symbol,
		no_section,
		proprietary_owner_first,
		duplicate,
		exports,
		last_error_counts,
		text,
		bad_text,
		many_exports,
		summary,
		signatures,
		relocations,
		cut,
		flipped,
	};

	tcase_add_checked_fixture(tests, setup, teardown);
	for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++)
		tcase_add_test(tests, list[i]);
	suite_add_tcase(suite, tests);
	return suite;
}

int main(void)
{
	return suite_run(make_suite());
}
