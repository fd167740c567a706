// SPDX-License-Identifier: GPL-2.0-only
/*
 * Seeds of the loader's fuzzer, what is learnt from them, and the choice of how
 * an input is made.
 *
 * As elf_fuzz.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "lib/elf_fuzz_priv.h"

const char *const elf_fuzz_sections[] = {
	".text",
	".init.text",
	".exit.text",
	".text.unlikely",
	".noinstr.text",
	".static_call.text",
	".rodata",
	".rodata.str1.1",
	".data",
	".bss",
	".init.data",
	".exit.data",
	".init.rodata",
	".data..percpu",
	".data..percpu..shared_aligned",
	".data..ro_after_init",
	".data.once",
	"__versions",
	".modinfo",
	".gnu.linkonce.this_module",
	"__param",
	"__ksymtab",
	"__ksymtab_gpl",
	"__ksymtab_strings",
	"__kcrctab",
	"__kcrctab_gpl",
	"__ex_table",
	"__bug_table",
	"__jump_table",
	".static_call_sites",
	".altinstructions",
	".altinstr_replacement",
	".altinstr_aux",
	".parainstructions",
	".retpoline_sites",
	".return_sites",
	".call_sites",
	".cfi_sites",
	".ibt_endbr_seal",
	".smp_locks",
	".orc_unwind",
	".orc_unwind_ip",
	".orc_header",
	"__mcount_loc",
	"__patchable_function_entries",
	"__tracepoints",
	"__tracepoints_ptrs",
	"__tracepoints_strings",
	"__bpf_raw_tp_map",
	"_ftrace_events",
	"_ftrace_eval_map",
	"__trace_printk_fmt",
	"___srcu_struct_ptrs",
	"_kprobe_blacklist",
	".kprobes.text",
	"_error_injection_whitelist",
	"__dyndbg",
	"__dyndbg_classes",
	"__obsparm",
	".printk_index",
	"__kunit_suites",
	".kunit_test_suites",
	".BTF",
	".BTF_ids",
	".BTF.base",
	".init_array",
	".fini_array",
	".ctors",
	".note.gnu.build-id",
	".note.Linux",
	".note.gnu.property",
	".klp.rela.vmlinux..text",
	".klp.sym.vmlinux.printk,0",
	".symtab",
	".strtab",
	".shstrtab",
	".plt",
	".init.plt",
	".codetag.alloc_tags",
	"",
};
const unsigned int elf_fuzz_nr_sections =
	sizeof(elf_fuzz_sections) / sizeof(*elf_fuzz_sections);

/* xorshift64*: the state is never 0. */
uint64_t elf_fuzz_random(struct elf_input *in)
{
	in->random ^= in->random >> 12;
	in->random ^= in->random << 25;
	in->random ^= in->random >> 27;
	return in->random * 0x2545f4914f6cdd1dull;
}

uint64_t elf_fuzz_below(struct elf_input *in, uint64_t limit)
{
	return limit ? (elf_fuzz_random(in) >> 8) % limit : 0;
}

static uint64_t near(struct elf_input *in, uint64_t old)
{
	switch (elf_fuzz_below(in, 6)) {
	case 0:
		return old + 1 + elf_fuzz_below(in, 16);
	case 1:
		return old - 1 - elf_fuzz_below(in, 16);
	case 2:
		return old ^ 1ull << elf_fuzz_below(in, 64);
	case 3:
		return old << 1;
	case 4:
		return ~old;
	}
	return -old;
}

uint64_t elf_fuzz_number(struct elf_input *in, uint64_t old)
{
	static const uint64_t edges[] = {
		0,
		1,
		2,
		3,
		4,
		7,
		8,
		12,
		16,
		24,
		63,
		64,
		65,
		0x7f,
		0xff,
		0x100,
		0xfff,
		0x1000,
		0x1001,
		0x7fff,
		0x8000,
		0xff00,
		0xff1f,
		0xff20,
		0xfff1,
		0xfff2,
		0xffff,
		0x10000,
		0x100000,
		0x7fffffff,
		0x80000000,
		0xfffff000,
		0xffffffff,
		0x100000000,
		0x7fffffffffffffff,
		0x8000000000000000,
		0xffffffff80000000,
		0xfffffffffffff000,
		0xfffffffffffffff8,
		0xffffffffffffffff,
	};

	switch (elf_fuzz_below(in, 8)) {
	case 0:
	case 1:
		return edges[elf_fuzz_below(in, sizeof(edges) / sizeof(*edges))];
	case 2:
	case 3:
	case 4:
		return near(in, old);
	case 5:
		return in->size + elf_fuzz_below(in, 33) - 16;
	case 6:
		return elf_fuzz_below(in, in->size);
	}
	return elf_fuzz_random(in) >> elf_fuzz_below(in, 64);
}

size_t elf_fuzz_append(struct elf_input *in, const void *data, size_t n)
{
	size_t at = (in->size + 15) & ~(size_t)15;

	if (at > in->room || n > in->room - at)
		return 0;
	memset(in->image + in->size, 0, at - in->size);
	memcpy(in->image + at, data, n);
	in->size = at + n;
	return at;
}

int elf_fuzz_new(struct elf_fuzz **result)
{
	*result = calloc(1, sizeof(**result));
	return *result ? 0 : -ENOMEM;
}

static void free_seed(struct elf_seed *seed)
{
	free(seed->image);
	free(seed->sections);
	free(seed->names);
}

void elf_fuzz_free(struct elf_fuzz *fuzz)
{
	unsigned int i;

	if (!fuzz)
		return;
	for (i = 0; i < fuzz->nr; i++)
		free_seed(&fuzz->seeds[i]);
	free(fuzz->seeds);
	free(fuzz->imports);
	free(fuzz);
}

static bool in_file(const struct elf_seed *s, uint64_t offset, uint64_t n)
{
	return offset <= s->size && n <= s->size - offset;
}

static bool is_string(const struct elf_seed *s, const Elf64_Shdr *table,
		      uint64_t offset)
{
	return offset < table->sh_size &&
	       memchr(s->image + table->sh_offset + offset, 0,
		      table->sh_size - offset);
}

/* Checks all that the mutators rely on. */
static int read_sections(struct elf_seed *s)
{
	const Elf64_Shdr *names;
	Elf64_Ehdr eh;
	unsigned int i;

	if (s->size < sizeof(eh))
		return -ENOEXEC;
	memcpy(&eh, s->image, sizeof(eh));
	if (memcmp(eh.e_ident, ELFMAG, SELFMAG) || eh.e_type != ET_REL ||
	    eh.e_ident[EI_CLASS] != ELFCLASS64 ||
	    eh.e_shentsize != sizeof(Elf64_Shdr) || eh.e_shnum < 2 ||
	    eh.e_shstrndx >= eh.e_shnum ||
	    !in_file(s, eh.e_shoff, eh.e_shnum * sizeof(Elf64_Shdr)))
		return -ENOEXEC;
	s->nr = eh.e_shnum;
	s->sections = calloc(s->nr, sizeof(*s->sections));
	s->names = calloc(s->nr, sizeof(*s->names));
	if (!s->sections || !s->names)
		return -ENOMEM;
	memcpy(s->sections, s->image + eh.e_shoff,
	       s->nr * sizeof(*s->sections));
	for (i = 0; i < s->nr; i++)
		if (s->sections[i].sh_type != SHT_NOBITS &&
		    !in_file(s, s->sections[i].sh_offset,
			     s->sections[i].sh_size))
			return -ENOEXEC;
	names = &s->sections[eh.e_shstrndx];
	for (i = 0; i < s->nr; i++) {
		if (!is_string(s, names, s->sections[i].sh_name))
			return -ENOEXEC;
		s->names[i] = (char *)s->image + names->sh_offset +
			      s->sections[i].sh_name;
	}
	return 0;
}

static void learn_vermagic(struct elf_fuzz *fuzz, const char *p, size_t n)
{
	static const char tag[] = "vermagic=";
	const char *end = p + n;
	size_t length;

	for (; p < end; p += length + 1) {
		length = strnlen(p, end - p);
		if (length > sizeof(tag) - 1 &&
		    length - sizeof(tag) < sizeof(fuzz->vermagic) - 1 &&
		    !memcmp(p, tag, sizeof(tag) - 1)) {
			memset(fuzz->vermagic, 0, sizeof(fuzz->vermagic));
			memcpy(fuzz->vermagic, p + sizeof(tag) - 1,
			       length - (sizeof(tag) - 1));
		}
	}
}

static void learn_imports(struct elf_fuzz *fuzz, const unsigned char *p,
			  size_t n)
{
	struct elf_import *more;
	size_t i, count = n / 64;

	more = realloc(fuzz->imports,
		       (fuzz->nr_imports + count) * sizeof(*more));
	if (!more)
		return;
	fuzz->imports = more;
	for (i = 0; i < count; i++, p += 64) {
		more = &fuzz->imports[fuzz->nr_imports];
		memcpy(&more->crc, p, sizeof(more->crc));
		memcpy(more->name, p + 8, sizeof(more->name));
		if (!memchr(more->name, 0, sizeof(more->name)))
			continue;
		fuzz->nr_imports++;
	}
}

static void learn_entries(struct elf_fuzz *fuzz, const unsigned char *p,
			  size_t n)
{
	Elf64_Rela rela;

	if (n >= sizeof(rela)) {
		memcpy(&rela, p, sizeof(rela));
		fuzz->init_offset = rela.r_offset;
	}
	if (n >= 2 * sizeof(rela)) {
		memcpy(&rela, p + sizeof(rela), sizeof(rela));
		fuzz->exit_offset = rela.r_offset;
	}
}

static void learn(struct elf_fuzz *fuzz, const struct elf_seed *s)
{
	unsigned int i;

	for (i = 0; i < s->nr; i++) {
		const unsigned char *data = s->image + s->sections[i].sh_offset;
		size_t n = s->sections[i].sh_size;

		if (s->sections[i].sh_type == SHT_NOBITS)
			continue;
		if (!strcmp(s->names[i], ".modinfo"))
			learn_vermagic(fuzz, (const char *)data, n);
		else if (!strcmp(s->names[i], "__versions"))
			learn_imports(fuzz, data, n);
		else if (!strcmp(s->names[i], ".gnu.linkonce.this_module"))
			fuzz->module_size = n;
		else if (!strcmp(s->names[i], ".rela.gnu.linkonce.this_module"))
			learn_entries(fuzz, data, n);
	}
}

/* Where the signature that the kernel's build appended begins. */
static size_t unsigned_size(const unsigned char *image, size_t size)
{
	static const char marker[] = "~Module signature appended~\n";
	size_t n = sizeof(marker) - 1, length;
	uint32_t told;

	if (size < n + 12 || memcmp(image + size - n, marker, n))
		return size;
	memcpy(&told, image + size - n - 4, 4);
	length = n + 12 + (size_t)__builtin_bswap32(told);
	return length < size ? size - length : size;
}

int elf_fuzz_add(struct elf_fuzz *fuzz, const void *image, size_t size)
{
	struct elf_seed seed = {.size = size}, *seeds;
	int err = -ENOMEM;

	seed.image = malloc(size ? size : 1);
	if (!seed.image)
		return -ENOMEM;
	memcpy(seed.image, image, size);
	seed.unsigned_size = unsigned_size(seed.image, size);
	err = read_sections(&seed);
	if (err)
		goto free;
	err = -ENOMEM;
	seeds = realloc(fuzz->seeds, (fuzz->nr + 1) * sizeof(*seeds));
	if (!seeds)
		goto free;
	fuzz->seeds = seeds;
	seeds[fuzz->nr++] = seed;
	learn(fuzz, &seed);
	return 0;

free:
	free_seed(&seed);
	return err;
}

/* Spreads neighbouring numbers over all states; never 0. */
static uint64_t first_state(uint64_t number)
{
	uint64_t z = (number + 1) * 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return (z ^ z >> 31) | 1;
}

size_t elf_fuzz_make(const struct elf_fuzz *fuzz, uint64_t number, void *out,
		     size_t room)
{
	struct elf_input in = {
		.fuzz = fuzz,
		.image = out,
		.room = room,
		.random = first_state(number),
	};

	if (!elf_fuzz_below(&in, 4)) {
		elf_fuzz_build(&in);
		if (elf_fuzz_one_in(&in, 4))
			elf_fuzz_bytes(&in);
		return in.size;
	}
	in.seed = &fuzz->seeds[elf_fuzz_below(&in, fuzz->nr)];
	if (in.seed->size > room)
		return 0;
	memcpy(out, in.seed->image, in.seed->size);
	/* One that is signed is refused for any damage, before it is looked
	 * at. */
	in.size = elf_fuzz_one_in(&in, 32) ? in.seed->size
					   : in.seed->unsigned_size;
	elf_fuzz_mutate(&in);
	return in.size;
}
