// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: a module file, from memory and from disk, asked for all that
 * the tools ask for, and shown as text and as JSON.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/modelf.h"
#include "tests/tools/fuzz/fuzz.h"
#include "tools/log.h"
#include "tools/modinfo/info.h"
#include "tools/modinfo/show.h"

/* What was read goes here, so that it is read. */
static volatile size_t sink;

/* Reads each byte, so that the sanitizer sees it. */
static unsigned int touch(const void *data, size_t size)
{
	const unsigned char *p = data;
	unsigned int sum = 0;

	while (size--)
		sum += *p++;
	return sum;
}

static int on_symbol(void *context, const struct modelf_symbol *symbol)
{
	*(unsigned int *)context += strlen(symbol->name) + symbol->crc;
	return 0;
}

static void show(struct modelf *elf)
{
	const struct show_how fields = {NULL, '\n'}, parm = {"parm", '\0'};
	struct info info = {.path = "/x.ko", .name = "x"};

	if (!info_from_elf(&info, elf)) {
		show_text(&info, &fields);
		show_text(&info, &parm);
		show_json(&info, NULL);
	}
	info_free(&info);
}

static void ask(struct modelf *elf)
{
	struct modelf_signature sig;
	unsigned int symbols = 0;
	const char *text = NULL;
	const void *data;
	size_t size;

	modelf_exports(elf, on_symbol, &symbols);
	modelf_needs(elf, on_symbol, &symbols);
	modelf_versions(elf, on_symbol, &symbols);
	if (!modelf_build_id(elf, &data, &size))
		sink += touch(data, size);
	if (!modelf_signature(elf, &sig)) {
		sink += touch(sig.signer, sig.signer_len);
		sink += touch(sig.key_id, sig.key_id_len);
		sink += touch(sig.data, sig.data_len);
	}
	while ((text = modelf_info_next(elf, text)))
		sink += strlen(text);
	modelf_info(elf, "vermagic");
	if (!modelf_section(elf, ".strtab", &data, &size))
		sink += touch(data, size + 1);
	if (!modelf_image(elf, &data, &size))
		sink += touch(data, size);
	show(elf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct modelf *elf;

	fuzz_quiet();
	log_set_level(LOG_CRIT);
	if (!modelf_from_memory(data, size, &elf)) {
		ask(elf);
		modelf_close(elf);
	}
	if (!modelf_open(fuzz_file(data, size), &elf)) {
		ask(elf);
		modelf_close(elf);
	}
	return 0;
}
